import ByteStrings
import ShellRuntime

/// Reads a utility's options as the utility syntax guidelines say, POSIX.1-2024 XBD 12.2: letters can be grouped,
/// an option-argument is the rest of its field or the next one, `--` ends the options.
struct OptionReader {
  /// One option that was given.
  struct Option: Equatable {
    let letter: Unicode.Scalar
    /// Empty for an option that takes none.
    var argument = ByteString()
  }

  private let arguments: Arguments
  private let letters: StaticString
  /// The offset within a group of letters, 0 between fields.
  private var offset = 0
  /// The field that is read next; after the last option, the first operand.
  private(set) var index: Int

  /// A reader of the fields after the name. `letters` is as `getopts` takes it: a letter and, where the option
  /// takes an argument, a colon.
  init(_ arguments: Arguments, _ letters: StaticString, from index: Int = 1) {
    self.arguments = arguments
    self.letters = letters
    self.index = index
  }

  /// The operands: what follows the options.
  var operands: Slice<Arguments> { arguments.dropFirst(index) }

  /// The field that is next, where no group of letters is being read.
  var nextField: ByteString? { offset == 0 && index < arguments.count ? arguments[index] : nil }

  /// Passes the next field.
  mutating func skipField() { index += 1 }

  /// The next option, or `nil` where the operands begin.
  mutating func next() throws(BuiltinError) -> Option? {
    if offset == 0 {
      guard index < arguments.count, arguments[index].count > 1, arguments[index][0] == UInt8(ascii: "-") else {
        return nil
      }
      if arguments[index] == "--" {
        index += 1
        return nil
      }
      offset = 1
    }
    let field = arguments[index]
    let letter = field[offset]
    offset += 1
    guard let kind = kind(of: letter) else { throw .usage(.noSuchOption(letter)) }
    if kind == .withArgument { return Option(letter: Unicode.Scalar(letter), argument: try argument(of: letter)) }
    if offset == field.count { endField() }
    return Option(letter: Unicode.Scalar(letter))
  }

  /// Reads options of a utility that has none, and answers with the first operand's index.
  static func firstOperand(_ arguments: Arguments) throws(BuiltinError) -> Int {
    var reader = OptionReader(arguments, "")
    _ = try reader.next()
    return reader.index
  }

  private enum Kind { case plain, withArgument }

  private func kind(of letter: UInt8) -> Kind? {
    letters.withUTF8Buffer { letters in
      guard letter != UInt8(ascii: ":"), let place = letters.firstIndex(of: letter) else { return nil }
      return place + 1 < letters.count && letters[place + 1] == UInt8(ascii: ":") ? .withArgument : .plain
    }
  }

  private mutating func argument(of letter: UInt8) throws(BuiltinError) -> ByteString {
    let field = arguments[index]
    if offset < field.count {
      let argument = field.dropping(first: offset)
      endField()
      return argument
    }
    endField()
    guard index < arguments.count else { throw .usage(.optionWithoutArgument(letter)) }
    index += 1
    return arguments[index - 1]
  }

  private mutating func endField() {
    index += 1
    offset = 0
  }
}
