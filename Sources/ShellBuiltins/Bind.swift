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
    let editor = try context.lineEditing
    let (output, isSuccess) = editor.bind(arguments.operands)
    context.write(output)
    if !isSuccess { throw .lineEditing(.badBinding) }
    return .status(.success)
  }
}
