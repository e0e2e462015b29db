extension Screen {
  /// Where in a character or a control sequence the input stands; it may be cut anywhere.
  struct Parser: Sendable {
    enum State: Sendable {
      case ground, escape, charset, hash, control
      case string(isTitle: Bool)
      case stringEscape
    }
    var state = State.ground
    /// Parameter and intermediate bytes of a control sequence.
    var parameters = ""
    var string = ""
    var utf8: [UInt8] = []
    var utf8Missing = 0
  }

  package mutating func receive(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { receive(byte) }
  }

  package mutating func receive(_ text: String) { receive(Array(text.utf8)) }

  private mutating func receive(_ byte: UInt8) {
    switch parser.state {
    case .string(let isTitle): receiveInString(byte, isTitle: isTitle)
    case .stringEscape: endString(byte)
    case _ where byte < 0x20: receiveControl(byte)
    case .ground: receiveText(byte)
    case .escape: receiveEscape(byte)
    case .charset:
      lineDrawing = byte == UInt8(ascii: "0")
      parser.state = .ground
    case .hash:
      if byte == UInt8(ascii: "8") { fillWithE() }
      parser.state = .ground
    case .control:
      if byte < 0x40 {
        parser.parameters.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        parser.state = .ground
        runControlSequence(parser.parameters, final: Character(Unicode.Scalar(byte)))
      }
    }
  }

  // MARK: Text

  private mutating func receiveText(_ byte: UInt8) {
    if byte == 0x7F { return }
    if parser.utf8Missing > 0, byte & 0xC0 == 0x80 {
      parser.utf8.append(byte)
      parser.utf8Missing -= 1
      if parser.utf8Missing == 0 { putDecoded() }
      return
    }
    if parser.utf8Missing > 0 {
      parser.utf8Missing = 0
      put("\u{FFFD}")
    }
    switch byte {
    case 0..<0x80: put(mapped(Unicode.Scalar(byte)))
    case 0xC2..<0xE0: begin(byte, missing: 1)
    case 0xE0..<0xF0: begin(byte, missing: 2)
    case 0xF0..<0xF5: begin(byte, missing: 3)
    default: put("\u{FFFD}")
    }
  }

  private mutating func begin(_ byte: UInt8, missing: Int) {
    parser.utf8 = [byte]
    parser.utf8Missing = missing
  }

  private mutating func putDecoded() {
    for scalar in String(decoding: parser.utf8, as: UTF8.self).unicodeScalars { put(scalar) }
  }

  /// The line-drawing set that `ESC ( 0` selects.
  private func mapped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard lineDrawing else { return scalar }
    let drawn: [Unicode.Scalar: Unicode.Scalar] = [
      "j": "┘", "k": "┐", "l": "┌", "m": "└", "n": "┼", "q": "─", "t": "├", "u": "┤", "v": "┴", "w": "┬", "x": "│",
    ]
    return drawn[scalar] ?? scalar
  }

  // MARK: Control characters and escape sequences

  private mutating func receiveControl(_ byte: UInt8) {
    switch byte {
    case 0x07: bells += 1
    case 0x08:
      cursor.column = max(0, cursor.column - 1)
      isWrapPending = false
    case 0x09: tab()
    case 0x0A, 0x0B, 0x0C: lineFeed()
    case 0x0D:
      cursor.column = 0
      isWrapPending = false
    case 0x0E: lineDrawing = true
    case 0x0F: lineDrawing = false
    case 0x18, 0x1A: parser.state = .ground
    case 0x1B: parser.state = .escape
    default: break
    }
  }

  private mutating func receiveEscape(_ byte: UInt8) {
    parser.state = .ground
    switch Character(Unicode.Scalar(byte)) {
    case "[":
      parser.parameters = ""
      parser.state = .control
    case "]":
      parser.string = ""
      parser.state = .string(isTitle: true)
    case "P", "X", "^", "_":
      parser.string = ""
      parser.state = .string(isTitle: false)
    case "(", ")", "*", "+": parser.state = .charset
    case "#": parser.state = .hash
    case "7": saveCursor()
    case "8": restoreCursor()
    case "D": lineFeed()
    case "E":
      cursor.column = 0
      lineFeed()
    case "M": reverseLineFeed()
    case "H": tabStops.insert(cursor.column)
    case "c": self = Screen(columns: columns, rows: rows)
    case "=", ">", "\\": break
    default: unknown.append("ESC \(Unicode.Scalar(byte))")
    }
  }

  // MARK: Strings (titles, queries)

  private mutating func receiveInString(_ byte: UInt8, isTitle: Bool) {
    switch byte {
    case 0x07: finishString(isTitle: isTitle)
    case 0x1B:
      if isTitle { finishString(isTitle: true) }
      parser.state = .stringEscape
    case 0x18, 0x1A: parser.state = .ground
    default: parser.string.unicodeScalars.append(Unicode.Scalar(byte))
    }
  }

  private mutating func endString(_ byte: UInt8) {
    parser.state = .ground
    if byte != UInt8(ascii: "\\") { receiveEscape(byte) }
  }

  private mutating func finishString(isTitle: Bool) {
    parser.state = .ground
    guard isTitle else { return }
    for prefix in ["0;", "2;"] where parser.string.hasPrefix(prefix) { title = String(parser.string.dropFirst(2)) }
  }
}
