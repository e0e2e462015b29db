import ByteStrings
import Platform
import Testing

@testable import ShellRuntime

@Suite struct PromptEscapesTests {
  private static let context: PromptContext = {
    var context = PromptContext()
    context.user = "ada"
    context.host = "engine.example.org"
    context.directory = "/home/ada/src"
    context.home = "/home/ada"
    context.shellName = "meanwhile"
    context.version = "0.1.2"
    context.jobCount = 3
    context.lastStatus = 130
    context.historyNumber = 42
    return context
  }()

  @Test(
    arguments: [
      ("\\u@\\h:\\w\\$ ", "ada@engine:~/src$ "),
      ("\\H \\W \\j \\? \\! \\s", "engine.example.org src 3 130 42 meanwhile"),
      ("\\[\\e[1m\\]x\\[\\e[0m\\]", "\u{1}\u{1B}[1m\u{2}x\u{1}\u{1B}[0m\u{2}"),
      ("a\\nb\\\\c\\033d\\a", "a\nb\\c\u{1B}d\u{7}"),
      ("\\v \\V \\D{x%%} \\D{", "0.1 0.1.2 x% \\D{"),
      ("\\q \\", "\\q \\"),
      ("\\000", "\\000"),
      ("", ""),
    ] as [(ByteString, ByteString)])
  func escapesAreReplaced(_ template: ByteString, _ expected: ByteString) {
    #expect(PromptEscapes.replaced(in: template, by: Self.context) == expected)
  }

  @Test(
    arguments: [
      (1, "/home/ada/a/bc/d", "~/.../d"), (2, "/home/ada/a/b/c", "~/a/b/c"), (2, "/home/ada/ab/cd/e/f", "~/.../e/f"),
      (4, "/home/ada/a/b/c", "~/a/b/c"), (1, "/usr/share/doc", ".../doc"), (2, "/usr/share/doc", ".../share/doc"),
      (3, "/usr/share/doc", "/usr/share/doc"), (9, "/usr", "/usr"), (1, "/", "/"), (1, "/home/ada", "~"),
      (0, "/usr/share/doc", "/usr/share/doc"), (-1, "/usr/share/doc", "/usr/share/doc"), (1, "", ""),
    ] as [(Int, ByteString, ByteString)])
  func onlyTheLastComponentsAreShown(_ limit: Int, _ directory: ByteString, _ expected: ByteString) {
    var context = Self.context
    context.directory = directory
    context.directoryLimit = limit
    #expect(PromptEscapes.replaced(in: "\\w", by: context) == expected)
  }

  @Test func superuserHasANumberSign() {
    var context = Self.context
    context.isSuperuser = true
    #expect(PromptEscapes.replaced(in: "\\$", by: context) == "#")
  }

  @Test(
    arguments: [
      ("/home/ada", "~", "~"), ("/home/adamant", "/home/adamant", "adamant"), ("/", "/", "/"), ("/usr", "/usr", "usr"),
    ] as [(ByteString, ByteString, ByteString)])
  func onlyTheHomeDirectoryIsATilde(_ directory: ByteString, _ whole: ByteString, _ last: ByteString) {
    var context = Self.context
    context.directory = directory
    #expect(PromptEscapes.replaced(in: "\\w", by: context) == whole)
    #expect(PromptEscapes.replaced(in: "\\W", by: context) == last)
  }

  @Test func valuesSurviveAnExpansion() {
    var context = Self.context
    context.directory = "/tmp/$(reboot)`x`\"\\"
    let text = PromptEscapes.replaced(in: "\\w$PS\\$", by: context, before: .asWithinDoubleQuotes)
    #expect(text == "/tmp/\\$(reboot)\\`x\\`\\\"\\\\$PS\\$")
  }

  @Test func timeIsLocal() {
    let text = PromptEscapes.replaced(in: "\\t \\T \\A", by: Self.context)
    #expect(text == Clocks.formatted(Self.context.time, "%H:%M:%S %I:%M:%S %H:%M", zone: nil))
  }
}
