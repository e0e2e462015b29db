import ByteStrings
import Foundation
import LineEditing
import TestSupport
import Testing

@Suite struct ShellCompletionTests {
  private let home: TemporaryDirectory

  init() throws {
    home = try TemporaryDirectory()
    try home.write("", to: "my file")
    try home.write("", to: ".hidden")
    try home.write("", to: "sub/inner")
    try home.write("", to: "bin/mytool")
    try home.write("", to: "bin/mydata")
    chmod(home.path + "/bin/mytool", 0o755)
    try FileManager.default.createSymbolicLink(atPath: home.path + "/link", withDestinationPath: "sub")
  }

  private func texts(_ before: ByteString) -> [ByteString] {
    let directory = ByteString(home.path)
    var completion = ShellCompletion()
    completion.commandNames = { ["cd", "echo", "myfunction", "cd"] }
    completion.path = { directory + "/bin:/nonexistent" }
    completion.variableNames = { ["HOME", "HOST", "PATH"] }
    completion.jobs = { [("%1", "sleep 600"), ("%12", "vi a.c")] }
    completion.files = {
      FileCompletion(
        workingDirectory: directory, homeDirectory: { $0.isEmpty ? directory : nil },
        value: { ["HOME": directory, "PART": "b"][$0] })
    }
    guard let context = CompletionContext(textBeforeCursor: before) else { return [] }
    return completion.completions(for: context).map(\.text)
  }

  @Test func commandsComeFromTheShellAndThePath() {
    #expect(texts("my") == ["myfunction", "mytool"])
    #expect(texts("c") == ["cd"])
    #expect(texts("type my") == ["myfunction", "mytool"])
  }

  @Test func filesAreListed() {
    #expect(texts("cat ") == ["bin", "link", "my file", "sub"])
    #expect(texts("cat .") == [".hidden"])
    #expect(texts("cat su") == ["sub"])
    #expect(texts("cat sub/") == ["sub/inner"])
    #expect(texts("cat ~/s") == ["~/sub"])
    #expect(texts("cat \"my") == ["my file"])
    #expect(texts("x=su") == ["sub"])
    #expect(texts("cat <my") == ["my file"])
    #expect(texts("cat nothere/") == [])
  }

  @Test(arguments: ["$HOME/su", "${HOME}/su", "\"$HOME/su", "\"$HOME\"/su", "$HOME\\/su"])
  func parametersInFrontOfAFileAreExpanded(_ word: String) {
    let named = word.replacing("\"", with: "").replacing("\\", with: "")
    #expect(texts(ByteString("cat " + word)) == [ByteString(named + "b")])
  }

  @Test func parametersThatAreQuotedOrHaveNoValueAreNotExpanded() {
    #expect(texts("cat '$HOME/su") == [])
    #expect(texts("cat \\$HOME/su") == [])
    #expect(texts("cat $NOTHING/su") == [])
    #expect(texts("cat ${HOME:-x}/su") == [])
    #expect(texts("cd $HOME/") == ["$HOME/bin", "$HOME/link", "$HOME/sub"])
    #expect(texts("${PART}in/my") == ["${PART}in/mytool"])
    #expect(texts("x=$HOME/su") == ["$HOME/sub"])
  }

  @Test func filesBehindAnEqualsSign() {
    #expect(texts("dd if=su") == ["if=sub"])
    #expect(texts("cc --sysroot=$HOME/su") == ["--sysroot=$HOME/sub"])
    #expect(texts("dd if\\=su") == [])
    #expect(texts("dd if=sub of=bin/m") == ["of=bin/mydata", "of=bin/mytool"])
  }

  @Test func commandsThatTakeDirectories() {
    #expect(texts("cd ") == ["bin", "link", "sub"])
  }

  @Test func programsByPath() {
    #expect(texts("bin/") == ["bin/mytool"])
    #expect(texts("./bin/my") == ["./bin/mytool"])
  }

  @Test func variables() {
    #expect(texts("echo $HO") == ["HOME", "HOST"])
    #expect(texts("unset P") == ["PATH"])
  }

  @Test func jobs() {
    #expect(texts("fg ") == ["%1", "%12"])
    #expect(texts("fg %12") == ["%12"])
    #expect(texts("kill %v") == ["%vi a.c"])
    #expect(texts("%1") == ["%1", "%12"])
    #expect(texts("wait ") == ["bin", "link", "my file", "sub"])
  }
}
