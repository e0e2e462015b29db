/// A key of the keyboard that is not just its character.
package enum Key: Sendable, Equatable {
  case control(Character)
  case alt(Character)
  case up, down, left, right, home, end, delete, pageUp, pageDown
  case enter, tab, backspace, escape

  package static let controlC = Key.control("C")
  package static let controlD = Key.control("D")
  package static let controlZ = Key.control("Z")
  package static let controlBackslash = Key.control("\\")

  /// What xterm sends. Programs can ask for another form of the cursor keys.
  package func bytes(applicationCursorKeys: Bool = false) -> [UInt8] {
    let cursor = applicationCursorKeys ? "\u{1B}O" : "\u{1B}["
    switch self {
    case .control(let letter): return [(letter.uppercased().utf8.first ?? 0) & 0x1F]
    case .alt(let letter): return [0x1B] + Array(String(letter).utf8)
    case .up: return Array((cursor + "A").utf8)
    case .down: return Array((cursor + "B").utf8)
    case .right: return Array((cursor + "C").utf8)
    case .left: return Array((cursor + "D").utf8)
    case .home: return Array((cursor + "H").utf8)
    case .end: return Array((cursor + "F").utf8)
    case .delete: return Array("\u{1B}[3~".utf8)
    case .pageUp: return Array("\u{1B}[5~".utf8)
    case .pageDown: return Array("\u{1B}[6~".utf8)
    case .enter: return [0x0D]
    case .tab: return [0x09]
    case .backspace: return [0x7F]
    case .escape: return [0x1B]
    }
  }
}
