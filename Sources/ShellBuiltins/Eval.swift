import ByteStrings
import ShellRuntime

extension Builtin {
  static let eval = Builtin(
    "eval", .special, synopsis: "[STRING...]", help: "Joins its operands with spaces and runs the result as commands."
  ) { _, arguments in
    var source = ByteString()
    let first = arguments.indexAfterDashes
    for index in first..<Swift.max(first, arguments.count) {
      if index > first { source.append(UInt8(ascii: " ")) }
      source.append(arguments[index])
    }
    if source.isEmpty { return .status(.success) }
    return .evaluate(Evaluation(source, .eval))
  }
}
