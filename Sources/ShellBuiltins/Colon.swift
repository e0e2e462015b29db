import ShellRuntime

extension Builtin {
  static let colon = Builtin(":", .special, synopsis: "[ARGUMENT...]", help: "Does nothing, successfully.") { _, _ in
    .status(.success)
  }
}
