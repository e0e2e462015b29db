import ByteStrings
import Platform
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let printf = Builtin(
    "printf", synopsis: "[-v NAME] FORMAT [ARGUMENT...]",
    help: """
      Writes its arguments under the control of FORMAT, which is used again as long as arguments are left.

      Conversions: %d %i %u %o %x %X (integers), %a %e %f %g (and capitals), %c (the first byte), %s, %b (a string
      with backslash escapes), %q (a string quoted for the shell), %Q (the same, cut before it is quoted),
      %(FORMAT)T (seconds since 1970 as strftime formats them; -1 or nothing is now, -2 the shell's start), %n (the
      variable that the argument names gets the number of bytes so far), %%. Flags - + space # 0, width and precision
      as numbers or *; %2$s takes the second argument.
      Numbers may be decimal, 0x10, 010, or 'c for the code of the character c. A missing argument is 0 or empty.
      With -v nothing is written: the variable NAME gets it.
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "v:")
    var name: ByteString?
    while let option = try options.next() {
      guard option.argument.isVariableName else { throw .variable(.invalidName(option.argument)) }
      name = option.argument
    }
    let first = options.index
    guard first < arguments.count else { throw .usage(.missingOperand("a format")) }
    let clock = PrintfClock(for: arguments[first], in: context)
    var printf = Printf(arguments, from: first + 1, decoder: context.environment.decoder, clock: clock)
    var status: ExitStatus
    do throws(BuiltinError) {
      try printf.print(format: arguments[first])
      for error in printf.errors { context.report(arguments, error) }
      for (name, count) in printf.counts { try context.assign(ByteString(decimal: count), to: name) }
      status = printf.errors.isEmpty ? .success : .failure
    } catch {
      guard case .status(let own) = context.fail(arguments, error) else { throw error }
      status = own
    }
    if let name {
      var output = printf.output
      var text = ByteString()
      while !output.isEmpty { text.append(output.takePiece(limit: .max)) }
      try context.assign(text, to: name)
      return .status(status)
    }
    return write(&context, printf.output, then: status)
  }
}

/// Writes a piece of the output and asks to go on with the next one.
private func write(
  _ context: inout BuiltinContext, _ output: PaddedText, then status: ExitStatus
) -> BuiltinResult {
  var rest = output
  context.write(rest.takePiece(limit: 65_536))
  if rest.isEmpty { return .status(status) }
  return .writeAndGoOn { [rest] context in write(&context, rest, then: status) }
}

/// One call of `printf`: its output, and how many of its arguments it has consumed.
struct Printf {
  private(set) var output = PaddedText()
  /// Errors about arguments, which are printed as far as possible all the same.
  private(set) var errors: [BuiltinError] = []
  /// The variables of `%n`, and what they get.
  private(set) var counts: [(name: ByteString, count: Int)] = []

  private let arguments: Arguments
  private let decoder: CharacterDecoder
  private let clock: PrintfClock
  /// The argument that this use of the format began with.
  private var base: Int
  /// The next argument of a conversion without a number.
  private var next: Int
  /// The highest argument that this use of the format has reached, counted from `base`.
  private var highest = 0
  /// `\c` was met: nothing more is written.
  private var isEnded = false

  init(_ arguments: Arguments, from first: Int, decoder: CharacterDecoder, clock: PrintfClock = PrintfClock()) {
    self.arguments = arguments
    self.decoder = decoder
    self.clock = clock
    base = first
    next = first
  }

  /// Prints `format` once, and again while it consumes arguments and some are left.
  mutating func print(format: ByteString) throws(BuiltinError) {
    repeat {
      highest = 0
      next = base
      try format.withUnsafeBytes { (bytes) throws(BuiltinError) in try printOnce(bytes) }
      base += highest
    } while !isEnded && highest > 0 && base < arguments.count
  }

  private mutating func printOnce(_ format: UnsafeRawBufferPointer) throws(BuiltinError) {
    var position = 0
    while position < format.count, !isEnded {
      let run = format[position...].firstIndex { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\\") } ?? format.count
      output.end.append(contentsOf: UnsafeRawBufferPointer(rebasing: format[position..<run]))
      position = run
      if position == format.count { return }
      if format[position] == UInt8(ascii: "\\") {
        _ = EscapeDialect.format.appendEscape(in: format, at: &position, to: &output.end)
      } else if position + 1 < format.count, format[position + 1] == UInt8(ascii: "%") {
        output.end.append(UInt8(ascii: "%"))
        position += 2
      } else {
        try convert(PrintfSpecification(in: format, at: &position))
      }
    }
  }

  // MARK: - Arguments

  /// The argument with this number, or the next one; `nil` where there are no more.
  private mutating func argument(_ number: Int?) -> ByteString? {
    let index: Int
    if let number {
      index = base + number - 1
    } else {
      index = next
      next += 1
    }
    highest = max(highest, index - base + 1)
    return index < arguments.count ? arguments[index] : nil
  }

  private mutating func amount(_ amount: PrintfSpecification.Amount) -> Int? {
    switch amount {
    case .none: return nil
    case .number(let number): return number
    case .argument(let number):
      guard let text = argument(number) else { return 0 }
      let (value, problem) = NumericText(text).signed
      let limit = Int64(PrintfSpecification.limit)
      note(value.magnitude > limit.magnitude ? .outOfRange : problem, in: text)
      return Int(max(-limit, min(limit, value)))
    }
  }

  private mutating func note(_ problem: NumericText.Problem?, in text: ByteString) {
    switch problem {
    case nil: break
    case .noNumber: errors.append(.operand(.notANumber(text)))
    case .incomplete: errors.append(.operand(.incompleteNumber(text)))
    case .outOfRange: errors.append(.operand(.outOfRange(text)))
    }
  }

  // MARK: - Conversions

  private mutating func convert(_ specification: PrintfSpecification) throws(BuiltinError) {
    var layout = Layout(specification)
    if let width = amount(specification.width) {
      layout.width = abs(width)
      if width < 0 { layout.flags.insert(.leftAligned) }
    }
    if let precision = amount(specification.precision), precision >= 0 { layout.precision = precision }
    let argument = argument(specification.argumentNumber)
    switch Unicode.Scalar(specification.conversion) {
    case "d", "i": layout.appendSigned(signedValue(argument), to: &output)
    case "u", "o", "x", "X": layout.appendUnsigned(unsignedValue(argument), to: &output)
    case "c": layout.appendText(firstByte(argument ?? ByteString()), to: &output)
    case "s": layout.appendTruncated(argument ?? ByteString(), to: &output)
    case "q": layout.appendTruncated((argument ?? ByteString()).backslashQuoted, to: &output)
    case "Q": layout.appendText(layout.truncated(argument ?? ByteString()).backslashQuoted, to: &output)
    case "T": appendTime(argument, specification.timeFormat, layout)
    case "n": try count(argument)
    case "b":
      var text = ByteString()
      isEnded = !EscapeDialect.argument.append(argument ?? ByteString(), to: &text)
      layout.appendTruncated(text, to: &output)
    default: layout.appendFloatingPoint(floatingPointValue(argument), to: &output)
    }
  }

  /// The time of an argument; without one, now.
  private mutating func appendTime(_ argument: ByteString?, _ format: ByteString, _ layout: Layout) {
    let seconds = argument.map { Int(signedValue($0)) } ?? -1
    layout.appendTruncated(clock.text(of: seconds, format), to: &output)
  }

  private mutating func count(_ name: ByteString?) throws(BuiltinError) {
    guard let name else { return }
    guard name.isName else { throw .variable(.invalidName(name)) }
    counts.append((name, output.count))
  }

  /// The first byte; of an empty string its closing NUL, as in C.
  private func firstByte(_ text: ByteString) -> ByteString {
    text.isEmpty ? ByteString(repeating: 0, count: 1) : text.subrange(0..<1)
  }

  private mutating func signedValue(_ argument: ByteString?) -> Int64 {
    guard let argument else { return 0 }
    if let code = characterCode(argument) { return Int64(code) }
    let (value, problem) = NumericText(argument).signed
    note(problem, in: argument)
    return value
  }

  private mutating func unsignedValue(_ argument: ByteString?) -> UInt64 {
    guard let argument else { return 0 }
    if let code = characterCode(argument) { return UInt64(code) }
    let (value, problem) = NumericText(argument).unsigned
    note(problem, in: argument)
    return value
  }

  private mutating func floatingPointValue(_ argument: ByteString?) -> Double {
    guard let argument, !argument.isEmpty else { return 0 }
    if let code = characterCode(argument) { return Double(code) }
    let parsed = FloatingPointText.parse(argument)
    if parsed.count == 0 {
      note(.noNumber, in: argument)
    } else if parsed.count < argument.count {
      note(.incomplete, in: argument)
    } else if parsed.isOutOfRange {
      note(.outOfRange, in: argument)
    }
    return parsed.value
  }

  /// The code of `c` in `'c` or `"c`. What follows the character is passed over, as in all shells.
  private mutating func characterCode(_ argument: ByteString) -> UInt32? {
    guard let first = argument.first, first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") else { return nil }
    guard argument.count > 1 else {
      note(.noNumber, in: argument)
      return 0
    }
    let character = argument.withUnsafeBytes { decoder.character(at: 1, in: $0) }
    let isByte = character.value >= DecodedCharacter.invalidBase
    return isByte ? character.value - DecodedCharacter.invalidBase : character.value
  }
}
