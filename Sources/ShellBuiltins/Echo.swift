import ByteStrings
import ShellRuntime

extension Builtin {
  /// Escapes count only after `-e` or under `xpg_echo`, as in bash; POSIX leaves open what backslashes and `-n` do, and `printf` is
  /// the portable way.
  static let echo = Builtin(
    "echo", synopsis: "[-neE] [STRING...]",
    help: """
      Writes its operands, separated by spaces, and a newline.

        -n  without the newline
        -e  backslash escapes such as \\n and \\0101 are interpreted; \\c ends the output
        -E  they are not (the default, but for `shopt -s xpg_echo`)
      """
  ) { context, arguments in
    let options = context.environment.options
    var flags = EchoFlags(interpretsEscapes: options.echoInterpretsEscapes)
    var index = 1
    while options.echoHasFlags, index < arguments.count, flags.read(arguments[index]) { index += 1 }
    let first = index
    while index < arguments.count {
      if index > first { context.write(byte: UInt8(ascii: " ")) }
      if flags.interpretsEscapes {
        var text = ByteString()
        let goesOn = EscapeDialect.echo.append(arguments[index], to: &text)
        context.write(text)
        if !goesOn { return .status(.success) }
      } else {
        context.write(arguments[index])
      }
      index += 1
    }
    if flags.endsLine { context.write(byte: UInt8(ascii: "\n")) }
    return .status(.success)
  }
}

private struct EchoFlags {
  var endsLine = true
  var interpretsEscapes: Bool

  /// Reads a group of flags; `false` if the field is an operand, and then nothing is changed.
  mutating func read(_ field: ByteString) -> Bool {
    guard field.count > 1, field[0] == UInt8(ascii: "-") else { return false }
    var flags = self
    for letter in field.dropFirst() {
      switch Unicode.Scalar(letter) {
      case "n": flags.endsLine = false
      case "e": flags.interpretsEscapes = true
      case "E": flags.interpretsEscapes = false
      default: return false
      }
    }
    self = flags
    return true
  }
}
