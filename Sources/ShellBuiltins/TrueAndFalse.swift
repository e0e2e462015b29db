import ShellRuntime

extension Builtin {
  static let `true` = Builtin("true", synopsis: "", help: "Succeeds.") { _, _ in .status(.success) }

  static let `false` = Builtin("false", synopsis: "", help: "Fails: status 1.") { _, _ in .status(.failure) }
}
