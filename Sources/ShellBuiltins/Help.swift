import ByteStrings
import ShellRuntime

extension Builtin {
  static let help = Builtin(
    "help", synopsis: "[NAME...]", help: "Lists the builtin utilities, or says what those named do."
  ) { context, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    if first >= arguments.count {
      listBuiltins(&context)
      return .status(.success)
    }
    var status = ExitStatus.success
    for name in arguments.dropFirst(first) {
      guard let builtin = context.shell.builtins[name] else {
        context.report(arguments, .lookup(.noSuchBuiltin(name)))
        status = .failure
        continue
      }
      context.write(builtin.usageLine + "\n\n" + ByteString(builtin.help) + "\n")
    }
    return .status(status)
  }

  /// `name [OPTIONS] OPERANDS`.
  var usageLine: ByteString { synopsis.isEmpty ? name : name + " " + ByteString(synopsis) }
}

/// All names, sorted down the columns, for a terminal of 80 columns.
private func listBuiltins(_ context: inout BuiltinContext) {
  let names = context.shell.builtins.builtins.map(\.name).sorted()
  let width = (names.map(\.count).max() ?? 0) + 2
  let columns = max(1, 80 / width)
  let rows = (names.count + columns - 1) / columns
  context.write("Builtin utilities; `help NAME` says more about one.\n\n")
  for row in 0..<rows {
    var line = ByteString()
    for column in 0..<columns where row + column * rows < names.count {
      line.append(ByteString(repeating: UInt8(ascii: " "), count: column * width - line.count))
      line.append(names[row + column * rows])
    }
    context.write(line + "\n")
  }
}
