import ByteStrings
import SystemPackage
import Testing

@testable import ShellBuiltins

@Suite struct LogicalPathTests {
  private func path(
    _ path: ByteString, from base: ByteString = "/base/dir", missing: Set<ByteString> = []
  ) throws(BuiltinError) -> ByteString {
    try LogicalPath(path, from: base) { missing.contains($0) ? .noSuchFileOrDirectory : nil }.text
  }

  @Test func relativePathsStandOnTheBase() throws {
    #expect(try path("a/b") == "/base/dir/a/b")
    #expect(try path("a", from: "/") == "/a")
    #expect(try path("/x/y") == "/x/y")
  }

  @Test func dotsAndSlashesGo() throws {
    #expect(try path("./a//./b/") == "/base/dir/a/b")
    #expect(try path(".") == "/base/dir")
    #expect(try path("/") == "/")
  }

  @Test func dotDotTakesThePartBeforeBack() throws {
    #expect(try path("..") == "/base")
    #expect(try path("../../../..") == "/")
    #expect(try path("a/../b") == "/base/dir/b")
    #expect(try path("/..") == "/")
  }

  @Test func twoSlashesAtTheBeginningStay() throws {
    #expect(try path("//a/../b") == "//b")
    #expect(try path("///a") == "/a")
    #expect(try path("//") == "//")
  }

  @Test func onlyADirectoryCanBeTakenBack() {
    #expect(throws: BuiltinError.system("a/..", .noSuchFileOrDirectory)) {
      try path("a/..", missing: ["/base/dir/a"])
    }
  }
}
