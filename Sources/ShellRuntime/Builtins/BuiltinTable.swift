import ByteStrings

/// The builtin utilities, found by name.
package struct BuiltinTable: Sendable {
  package let builtins: [Builtin]
  private let names: NameIndex

  package init(_ builtins: [Builtin]) {
    self.builtins = builtins
    var names = NameIndex()
    for builtin in builtins { _ = names.insert(builtin.name) }
    precondition(names.names.count == builtins.count, "no two builtins have the same name")
    self.names = names
  }

  package func index(of name: ByteString) -> Int? { names.position(of: name) }

  package subscript(name: ByteString) -> Builtin? { index(of: name).map { builtins[$0] } }
}
