import ByteStrings

/// Decodes the bytes that a terminal sends to code points, signal characters and pasted text. Bytes that are not UTF-8
/// are kept. It reads bytes one at a time, so that what was typed ahead is left for the next program.
struct KeyInput {
  /// The result of reading a byte.
  enum ByteRead: Equatable {
    case byte(UInt8)
    /// None arrived within the time limit.
    case none
    case endOfFile
    case interrupt
  }

  enum Event: Equatable {
    case codePoint(Int32)
    /// Text between the sequences of a bracketed paste.
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
  /// A key without a function, which is inserted before the escape sequence of a key during an incremental search. The
  /// search would end at the escape and read the rest of the sequence as text. It ends at this key instead.
  static let endOfSearch: Int32 = 0x9D
  private static let pasteBegin: [UInt8] = Array("[200~".utf8)
  private static let pasteEnd: [UInt8] = [0x1B] + Array("[201~".utf8)

  /// How many milliseconds the rest of a control sequence may take. A terminal sends all of it at once.
  private static let sequencePause: Int32 = 30
  /// After how many milliseconds without a byte pasted text has ended.
  private static let pastePause: Int32 = 3_000

  mutating func beginLine(signals: SignalCharacters) {
    self.signals = signals
    isAtEnd = false
    isQuoted = false
    maySearch = false
  }

  /// The next event. `next` reads a byte and blocks for so many milliseconds at most; for ever if negative.
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
        if let result = handle(byte, next) { return result }
      }
    }
  }

  private mutating func takeHeld() -> ByteRead? {
    held.take().map(ByteRead.byte)
  }

  private mutating func handle(_ byte: UInt8, _ next: (Int32) -> ByteRead) -> Event? {
    if !isQuoted {
      if byte == signals.interrupt { return .interrupt }
      if byte == signals.quit || byte == signals.suspend { return nil }
      if byte == Self.escape { return readEscape(next) }
    }
    if Self.searches.contains(byte) { maySearch = true }
    isQuoted = !isQuoted && byte == Self.quote
    decoder.decode(byte) { ready.append($0) }
    return nil
  }

  /// Reads on after an escape: the beginning of a paste, or other keys, which are passed on unchanged.
  private mutating func readEscape(_ next: (Int32) -> ByteRead) -> Event? {
    decoder.decode(Self.escape) { ready.append($0) }
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

  /// Inserts `endOfSearch` before the escape.
  private mutating func endSearch() {
    if maySearch { ready.insert(Self.endOfSearch, at: ready.count - 1) }
    maySearch = false
  }

  private mutating func deliver(_ count: Int) -> Event? {
    for byte in Self.pasteBegin.prefix(count) { decoder.decode(byte) { ready.append($0) } }
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
