import ByteStrings

/// Makes code points of the bytes that a terminal sends: finds the signal characters, pasted text, and what is not
/// UTF-8. Asks for bytes one at a time, so that nothing typed ahead is taken from a program that follows.
struct KeyInput {
  /// What asking for a byte can give.
  enum ByteRead: Equatable {
    case byte(UInt8)
    /// None came in the time given.
    case none
    case endOfFile
    case interrupt
  }

  enum Event: Equatable {
    case codePoint(Int32)
    /// Text that the terminal has bracketed.
    case paste(ByteString)
    case interrupt
    case endOfFile
  }

  typealias SignalCharacters = (interrupt: UInt8?, quit: UInt8?, suspend: UInt8?)

  private(set) var isAtEnd = false
  private var decoder = WideDecoder()
  private var ready: [Int32] = []
  private var held: UInt8?
  private var isQuoted = false
  /// Whether an incremental search may have begun.
  private var maySearch = false
  private var signals: SignalCharacters = (nil, nil, nil)

  private static let escape: UInt8 = 0x1B
  private static let quote: UInt8 = 0x16
  /// Ctrl-R and Ctrl-S.
  private static let searches: [UInt8] = [0x12, 0x13]
  /// A key that does nothing, and comes before a key's sequence while a search may be going on: that would take the
  /// escape for its end, and the rest for text. It ends at this key, and the sequence means what it always does.
  static let endOfSearch: Int32 = 0x9D
  private static let pasteBegin: [UInt8] = Array("[200~".utf8)
  private static let pasteEnd: [UInt8] = [0x1B] + Array("[201~".utf8)

  /// How long the rest of a control sequence may take: what a terminal sends comes at once.
  private static let sequencePause: Int32 = 30
  /// How long a pause within pasted text may be before it is taken to have ended.
  private static let pastePause: Int32 = 3_000

  mutating func beginLine(signals: SignalCharacters) {
    self.signals = signals
    isAtEnd = false
    isQuoted = false
    maySearch = false
  }

  /// The next character. `next` gives a byte, waiting for so many milliseconds, or for ever where that is negative.
  mutating func character(_ next: (_ milliseconds: Int32) -> ByteRead) -> Event {
    while true {
      if !ready.isEmpty { return .codePoint(ready.removeFirst()) }
      let wait: Int32 = decoder.isWithinCharacter ? Self.sequencePause : -1
      switch takeHeld() ?? next(wait) {
      case .none: decoder.finish { ready.append($0) }
      case .interrupt: return .interrupt
      case .endOfFile:
        isAtEnd = true
        return .endOfFile
      case .byte(let byte):
        if let result = take(byte, next) { return result }
      }
    }
  }

  private mutating func takeHeld() -> ByteRead? {
    held.take().map(ByteRead.byte)
  }

  private mutating func take(_ byte: UInt8, _ next: (Int32) -> ByteRead) -> Event? {
    if !isQuoted {
      if byte == signals.interrupt { return .interrupt }
      if byte == signals.quit || byte == signals.suspend { return nil }
      if byte == Self.escape { return readEscape(next) }
    }
    if Self.searches.contains(byte) { maySearch = true }
    isQuoted = !isQuoted && byte == Self.quote
    decoder.take(byte) { ready.append($0) }
    return nil
  }

  /// Looks whether a paste begins; if not, what was read comes as it is.
  private mutating func readEscape(_ next: (Int32) -> ByteRead) -> Event? {
    decoder.take(Self.escape) { ready.append($0) }
    var count = 0
    for expected in Self.pasteBegin {
      switch next(Self.sequencePause) {
      case .byte(let byte) where byte == expected:
        count += 1
      case .byte(let byte):
        held = byte
        endSearch()
        return deliver(count)
      case .none:
        return deliver(count)
      case .interrupt: return .interrupt
      case .endOfFile:
        isAtEnd = true
        return .endOfFile
      }
    }
    ready.removeLast()
    return .paste(pastedText(next))
  }

  /// Puts the end of a search before the escape.
  private mutating func endSearch() {
    if maySearch { ready.insert(Self.endOfSearch, at: ready.count - 1) }
    maySearch = false
  }

  private mutating func deliver(_ count: Int) -> Event? {
    for byte in Self.pasteBegin.prefix(count) { decoder.take(byte) { ready.append($0) } }
    return nil
  }

  private mutating func pastedText(_ next: (Int32) -> ByteRead) -> ByteString {
    var bytes: [UInt8] = []
    while !bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
      guard case .byte(let byte) = next(Self.pastePause) else { return Self.normalized(bytes) }
      bytes.append(byte)
    }
    bytes.removeLast(Self.pasteEnd.count)
    return Self.normalized(bytes)
  }

  /// Terminals send newlines as carriage returns, and the terminal's modes exchange the two. Newlines at the end go, so
  /// that the cursor stays behind the text; so do NULs and escapes.
  static func normalized(_ bytes: [UInt8]) -> ByteString {
    var result: [UInt8] = []
    var previous: UInt8 = 0
    for byte in bytes {
      switch byte {
      case 0x0A, 0x0D:
        let isSecondOfPair = previous != byte && (previous == 0x0A || previous == 0x0D)
        previous = isSecondOfPair ? 0 : byte
        if !isSecondOfPair { result.append(0x0A) }
        continue
      case 0, 0x1B: break
      default: result.append(byte)
      }
      previous = byte
    }
    while result.last == 0x0A { result.removeLast() }
    return ByteString(result)
  }
}
