import ByteStrings
import ShellRuntime

extension Builtin {
  static let shopt = Builtin(
    "shopt", synopsis: "[-pqsu] [-o] [NAME...]",
    help: """
      Shows options of the shell that `set` does not have: those named, or all; 0 if all that are named are on.

        -s  sets those named; without a name, shows what is on
        -u  clears those named; without a name, shows what is off
        -q  shows nothing: the status alone
        -p  shows them as commands
        -o  the options of `set -o` instead
      """
  ) { context, arguments throws(BuiltinError) in
    let request = try ShoptRequest(arguments)
    switch request.change {
    case let value? where !request.names.isEmpty: return try change(&context, arguments, request, to: value)
    case let value: return show(&context, arguments, request, only: value)
    }
  }
}

/// What one call of `shopt` asks for.
private struct ShoptRequest {
  /// What `-s` or `-u` says.
  var change: Bool?
  var isQuiet = false
  var asCommands = false
  var isOfSet = false
  let names: [ByteString]

  init(_ arguments: Arguments) throws(BuiltinError) {
    var options = OptionReader(arguments, "pqsuo")
    while let option = try options.next() {
      switch option.letter {
      case "s", "u":
        let value = option.letter == "s"
        if change == !value { throw .shopt(.setAndCleared) }
        change = value
      case "q": isQuiet = true
      case "p": asCommands = true
      default: isOfSet = true
      }
    }
    names = Array(options.operands)
  }
}

/// An option by its name, whether it is one of `set` or of `shopt`.
private enum NamedOption {
  case ofSet(ShellOptions.Entry)
  case ofShopt(ShellOptions.ShoptEntry)

  static func all(_ request: ShoptRequest) -> [NamedOption] {
    request.isOfSet ? ShellOptions.table.map { .ofSet($0) } : ShellOptions.shoptTable.map { .ofShopt($0) }
  }

  init(_ name: ByteString, _ request: ShoptRequest) throws(BuiltinError) {
    if let known = Self.all(request).first(where: { $0.name == name }) {
      self = known
    } else if !request.isOfSet, ShellOptions.foreignShoptNames.contains(name) {
      throw .shopt(.meansNothing(name))
    } else {
      throw .shopt(.noSuchOption(name))
    }
  }

  var name: ByteString {
    switch self {
    case .ofSet(let entry): entry.name
    case .ofShopt(let entry): entry.name
    }
  }

  func isOn(_ context: BuiltinContext) -> Bool {
    switch self {
    case .ofSet(let entry): context.environment.options.contains(entry.option)
    case .ofShopt(let entry): entry.isOn(in: context.environment)
    }
  }

  /// Sets or clears it in `options`.
  func change(_ options: inout ShellOptions, to isOn: Bool, _ context: BuiltinContext) throws(BuiltinError) {
    switch self {
    case .ofSet(let entry): options.change(entry.option, to: isOn)
    case .ofShopt(let entry):
      guard case .option(let option, let isOpposite) = entry.state else {
        let isOnAlready = self.isOn(context)
        if isOnAlready == isOn { return }
        throw .shopt(.fixed(entry.name, isOn: isOnAlready))
      }
      options.change(option, to: isOn != isOpposite)
    }
  }
}

private func change(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ request: ShoptRequest, to isOn: Bool
) throws(BuiltinError) -> BuiltinResult {
  var options = context.environment.options
  var status = ExitStatus.success
  for name in request.names {
    do throws(BuiltinError) {
      try NamedOption(name, request).change(&options, to: isOn, context)
    } catch {
      context.report(arguments, error)
      status = error.status
    }
  }
  try context.change(optionsTo: options)
  return .status(status)
}

private func show(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ request: ShoptRequest, only value: Bool?
) -> BuiltinResult {
  if request.names.isEmpty {
    for option in NamedOption.all(request) where value == nil || option.isOn(context) == value {
      show(&context, option, request)
    }
    return .status(.success)
  }
  var status = ExitStatus.success
  for name in request.names {
    do throws(BuiltinError) {
      let option = try NamedOption(name, request)
      if !option.isOn(context) { status = .failure }
      show(&context, option, request)
    } catch {
      context.report(arguments, error)
      status = error.status
    }
  }
  return .status(status)
}

private func show(_ context: inout BuiltinContext, _ option: NamedOption, _ request: ShoptRequest) {
  if request.isQuiet { return }
  let isOn = option.isOn(context)
  if request.asCommands {
    let command: ByteString =
      request.isOfSet ? (isOn ? "set -o " : "set +o ") : isOn ? "shopt -s " : "shopt -u "
    context.write(command + option.name + "\n")
  } else {
    let padding = ByteString(repeating: UInt8(ascii: " "), count: max(0, 15 - option.name.count))
    context.write(option.name + padding + (isOn ? "\ton\n" : "\toff\n"))
  }
}

enum ShoptError: WordedError {
  case setAndCleared
  case noSuchOption(ByteString)
  /// bash has it, and there is nothing here that it could change.
  case meansNothing(ByteString)
  case fixed(ByteString, isOn: Bool)
}

extension BuiltinError {
  static func shopt(_ error: ShoptError) -> Self { Self(error) }
}
