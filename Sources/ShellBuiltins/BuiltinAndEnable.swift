import ByteStrings
import ShellRuntime

extension Builtin {
  static let builtin = Builtin(
    "builtin", synopsis: "[NAME [ARGUMENT...]]",
    help: "Runs the builtin NAME, though a function has its name."
  ) { context, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    guard first < arguments.count else { return .status(.success) }
    guard context.environment.enabledBuiltin(arguments[first]) != nil else {
      throw .lookup(.noSuchBuiltin(arguments[first]))
    }
    return .execute(fields: Array(arguments.dropFirst(first)), [.builtins])
  }

  static let enable = Builtin(
    "enable", synopsis: "[-anps] [NAME...]",
    help: """
      Enables the builtins that are named; one that is disabled is not found, so that a program of its name runs.
      Without a NAME, lists those that are enabled, as commands.

        -a  lists all of them
        -n  disables, or lists what is disabled
        -p  lists also where NAMEs are given
        -s  lists only special builtins
      """
  ) { context, arguments throws(BuiltinError) in
    var request = try EnableRequest(arguments)
    return request.perform(&context)
  }
}

enum EnableError: WordedError {
  case cannotLoad(UInt8)
}

extension BuiltinError {
  static func enable(_ error: EnableError) -> Self { Self(error) }
}

/// What a call of `enable` asks for.
private struct EnableRequest {
  private let arguments: Arguments
  private var disables = false
  private var listsAll = false
  private var lists = false
  private var isForSpecial = false
  private let names: [ByteString]

  init(_ arguments: Arguments) throws(BuiltinError) {
    self.arguments = arguments
    var options = OptionReader(arguments, "anpsdf:")
    while let option = try options.next() {
      switch option.letter {
      case "a": listsAll = true
      case "n": disables = true
      case "p": lists = true
      case "s": isForSpecial = true
      default: throw .enable(.cannotLoad(UInt8(ascii: option.letter)))
      }
    }
    names = Array(options.operands)
  }

  mutating func perform(_ context: inout BuiltinContext) -> BuiltinResult {
    if names.isEmpty || lists {
      list(&context)
      return .status(.success)
    }
    var status = ExitStatus.success
    for name in names where !context.environment.setBuiltin(name, isEnabled: !disables) {
      context.report(arguments, .lookup(.noSuchBuiltin(name)))
      status = .failure
    }
    return .status(status)
  }

  private func list(_ context: inout BuiltinContext) {
    for builtin in context.shell.builtins.builtins.sorted(by: { $0.name < $1.name }) {
      if isForSpecial, builtin.kind != .special { continue }
      let isEnabled = context.environment.enabledBuiltin(builtin.name) != nil
      guard listsAll || isEnabled != disables else { continue }
      context.write((isEnabled ? "enable " : "enable -n ") + builtin.name + "\n")
    }
  }
}
