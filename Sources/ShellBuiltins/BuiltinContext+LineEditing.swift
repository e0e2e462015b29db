import ByteStrings
import ShellRuntime

/// Errors of the builtins that use the line editor.
enum LineEditingError: WordedError {
  case notInteractive
  case isInUse
  case noHistoryExpansion(ByteString)
  /// A problem with a file, in words.
  case history(String)
  case badBinding
  case noSuchHistoryEntry(ByteString)
}

extension BuiltinError {
  static func lineEditing(_ error: LineEditingError) -> Self { Self(error) }
}

extension BuiltinContext {
  /// The line editor of an interactive shell.
  var lineEditing: any LineEditingServices {
    get throws(BuiltinError) {
      guard let editor = shell.lineEditing(environment) else { throw .lineEditing(.notInteractive) }
      return editor
    }
  }
}
