import LineEditing
import ShellRuntime
import ShellSyntax

extension HistoryProblem {
  /// The problem in one line.
  var message: String {
    switch self {
    case .unreadable(let path, let error): "\(path.visible): the history cannot be read: \(error.text)"
    case .unwritable(let path, let error): "\(path.visible): the history cannot be saved: \(error.text)"
    case .damaged(let path, let lines):
      "\(path.visible): \(lines) damaged \(lines == 1 ? "line" : "lines") of the history left out"
    }
  }
}
