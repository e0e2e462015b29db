// What a fuzzer with coverage feedback does with an input: `make fuzz`. The tests run the inputs that it found (the
// corpus) in the same way.
//
// An input is a text in the shell language. Parser, printer and all that a line may do in a shell are looked at, but for
// files and programs: every system call that opens a file or starts a process is refused.

import ByteStrings
import ShellSyntax

package enum FuzzedInput {
  /// Stops the process where the input shows a fault: by a trap in the shell's code, or one of the checks here.
  package static func run(_ text: ByteString) {
    for isPosix in [false, true] { parse(text, isPosix: isPosix) }
    if !text.hasLargeNumber { FuzzedShell().run(text) }
  }

  /// A command that was parsed is the same after it was printed, and the parser makes progress.
  private static func parse(_ text: ByteString, isPosix: Bool) {
    var parser = parser(text, isPosix: isPosix)
    var offset = -1
    while case .command(let tree) = parser.parseCompleteCommand() {
      precondition(parser.offset > offset && parser.offset <= text.count, "the parser makes progress")
      offset = parser.offset
      var again = self.parser(SyntaxPrinter.text(of: tree), isPosix: isPosix)
      precondition(again.parseCompleteCommand() == .command(tree), "what is printed is the same command")
    }
    var unfinished = self.parser(text, isPosix: isPosix, isComplete: false)
    while case .command = unfinished.parseCompleteCommand() {}
  }

  private static func parser(_ text: ByteString, isPosix: Bool, isComplete: Bool = true) -> Parser {
    var parser = Parser(text, isComplete: isComplete)
    parser.isPosix = isPosix
    return parser
  }
}

extension ByteString {
  /// Whether a number is in it that may be the width of a field, or the end of a sequence, of a gigabyte.
  fileprivate var hasLargeNumber: Bool {
    var digits = 0
    return contains { byte in
      digits = byte.isDigit ? digits + 1 : 0
      return digits > 6
    }
  }
}

/// The function that libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzedInput.run(ByteString(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
