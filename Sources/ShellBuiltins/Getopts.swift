import ByteStrings
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let getopts = Builtin(
    "getopts", .intrinsic, synopsis: "OPTSTRING NAME [PARAMETER...]",
    help: """
      Reads the next option of the PARAMETERs, by default the positional ones, into NAME. Fails at their end.

      OPTSTRING has the letters, each followed by a colon if it takes an argument, which is put into OPTARG. OPTIND
      is the number of the next parameter; OPTIND=1 begins anew. What is wrong is reported, and NAME is `?`; with a
      colon in front of OPTSTRING it is not, NAME is `?` or `:` (no argument), and OPTARG is the letter.
      """
  ) { context, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    guard arguments.count > first + 1 else { throw .usage(.missingOperand("an option string and a name")) }
    let name = arguments[first + 1]
    guard name.isName else { throw .variable(.invalidName(name)) }
    let parameters =
      arguments.count > first + 2
      ? PositionalParameters(Array(arguments.dropFirst(first + 2))) : context.environment.positionalParameters
    var scanner = ParameterScanner(context.environment, parameters, letters: arguments[first])
    let outcome = scanner.next()
    try context.apply(outcome, to: name, isSilent: scanner.isSilent)
    try context.assign(ByteString(decimal: scanner.index), to: "OPTIND")
    // Assigning OPTIND resets the offset within the group, so the offset is set afterwards.
    context.environment.optionOffset = scanner.offset
    return .status(.truth(outcome != .end))
  }
}

/// Reads one option of the parameters of a script.
private struct ParameterScanner {
  enum Outcome: Equatable {
    case option(UInt8, argument: ByteString?)
    case unknown(UInt8)
    case argumentMissing(UInt8)
    case end
  }

  private let parameters: PositionalParameters
  private let letters: ByteString
  let isSilent: Bool
  /// `OPTIND`: the number of the next parameter.
  private(set) var index: Int
  /// The offset within a group, 0 between parameters.
  private(set) var offset: Int

  init(_ environment: ExecutionEnvironment, _ parameters: PositionalParameters, letters: ByteString) {
    self.parameters = parameters
    isSilent = letters.first == UInt8(ascii: ":")
    self.letters = isSilent ? letters.dropping(first: 1) : letters
    index = max(1, environment.value(of: "OPTIND")?.decimalValue ?? 1)
    offset = environment.optionOffset
    if offset >= parameters[index]?.count ?? 0 { offset = 0 }
  }

  mutating func next() -> Outcome {
    guard offset > 0 || beginParameter(), let parameter = parameters[index] else { return .end }
    let letter = parameter[offset]
    offset += 1
    if offset == parameter.count { endParameter() }
    guard letter != UInt8(ascii: ":"), let place = letters.firstIndex(of: letter) else { return .unknown(letter) }
    guard place + 1 < letters.count, letters[place + 1] == UInt8(ascii: ":") else {
      return .option(letter, argument: nil)
    }
    if offset > 0 {
      defer { endParameter() }
      return .option(letter, argument: parameter.dropping(first: offset))
    }
    guard let argument = parameters[index] else { return .argumentMissing(letter) }
    index += 1
    return .option(letter, argument: argument)
  }

  /// Whether the next parameter has options; `--` is skipped.
  private mutating func beginParameter() -> Bool {
    guard let parameter = parameters[index] else {
      index = parameters.count + 1
      return false
    }
    guard parameter.count > 1, parameter[0] == UInt8(ascii: "-") else { return false }
    if parameter == "--" {
      index += 1
      return false
    }
    offset = 1
    return true
  }

  private mutating func endParameter() {
    index += 1
    offset = 0
  }
}

extension BuiltinContext {
  fileprivate mutating func apply(
    _ outcome: ParameterScanner.Outcome, to name: ByteString, isSilent: Bool
  ) throws(BuiltinError) {
    switch outcome {
    case .option(let letter, let argument):
      try setOptionArgument(argument)
      try assign(text(letter), to: name)
    case .end:
      try setOptionArgument(nil)
      try assign("?", to: name)
    case .unknown(let letter):
      if !isSilent { reportOption(.noSuchOption(letter)) }
      try setOptionArgument(isSilent ? text(letter) : nil)
      try assign("?", to: name)
    case .argumentMissing(let letter):
      if !isSilent { reportOption(.optionWithoutArgument(letter)) }
      try setOptionArgument(isSilent ? text(letter) : nil)
      try assign(isSilent ? ":" : "?", to: name)
    }
  }

  private func text(_ byte: UInt8) -> ByteString { ByteString(repeating: byte, count: 1) }

  private mutating func setOptionArgument(_ argument: ByteString?) throws(BuiltinError) {
    if let argument { try assign(argument, to: "OPTARG") } else { try unset("OPTARG") }
  }

  /// Reports a wrong option of the script. The message begins with the script's name, not with this shell's.
  private mutating func reportOption(_ error: UsageError) {
    if environment.value(of: "OPTERR") == "0" { return }
    writeError(environment.name.visible + ByteString(": \(error.message)\n"))
  }
}
