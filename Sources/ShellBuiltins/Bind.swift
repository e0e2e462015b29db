import ByteStrings
import ShellRuntime

extension Builtin {
  static let bind = Builtin(
    "bind", synopsis: "[-a] [-e] [-k] [-l] [-r] [-s] [-v] [KEY [COMMAND]]",
    help: """
      Shows or changes what keys do in the line editor, as in editrc(5): `bind` lists, `bind KEY` shows, `bind KEY
      COMMAND` binds, `bind -s KEY STRING` types STRING.

        -l  lists the editor's commands      -e  emacs keys       -v  vi keys
        -a  the keys of vi's command mode    -k  KEY is a cursor key's name
        -r  removes the binding
      """
  ) { context, arguments throws(BuiltinError) in
    try checkOptions(arguments)
    let editor = try context.lineEditing
    let (output, isSuccess) = editor.bind(arguments.operands)
    context.write(output)
    if !isSuccess { throw .lineEditing(.badBinding) }
    return .status(.success)
  }
}

/// The editor takes a letter that it does not know for none.
private func checkOptions(_ arguments: Arguments) throws(BuiltinError) {
  for operand in arguments.operands {
    guard operand.count > 1, operand[0] == UInt8(ascii: "-") else { return }
    for letter in operand.dropFirst() where !"aeklrsv".utf8.contains(letter) { throw .usage(.noSuchOption(letter)) }
  }
}
