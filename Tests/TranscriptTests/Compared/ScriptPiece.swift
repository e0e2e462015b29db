/// A part of a generated script: a tree, so that a script can be made smaller and stays one.
indirect enum ScriptPiece: Sendable {
  case command(String)
  case compound(opening: String, [ScriptPiece], closing: String)

  var text: String {
    switch self {
    case .command(let text): text
    case .compound(let opening, let body, let closing):
      ([opening] + body.map(\.text) + [closing]).joined(separator: "\n")
    }
  }

  /// What is left of it where one part is not there, the greatest parts first.
  fileprivate var smaller: [[ScriptPiece]] {
    guard case .compound(let opening, let body, let closing) = self else { return [[]] }
    let inner = body.smaller.filter { !$0.isEmpty }.map { [Self.compound(opening: opening, $0, closing: closing)] }
    return [[], body] + inner
  }
}

extension [ScriptPiece] {
  /// Scripts in which one piece is replaced by less.
  var smaller: [[ScriptPiece]] {
    indices.flatMap { index in
      self[index].smaller.map { Array(self[..<index]) + $0 + Array(self[(index + 1)...]) }
    }
  }

  var text: String { map(\.text).joined(separator: "\n") + "\n" }
}
