import ByteStrings

/// Text as libedit holds it: one code point an element. A byte that is no part of UTF-8 becomes U+DC00 plus its value
/// and comes back as that byte, so no text is lost.
enum WideText {
  /// The code point of a byte that is not UTF-8 is this plus the byte: lone surrogates, which no text contains.
  static let strayByteBase: Int32 = 0xDC00

  static func decode(_ text: ByteString) -> [Int32] {
    var decoder = WideDecoder()
    var result: [Int32] = []
    result.reserveCapacity(text.count)
    for byte in text { decoder.decode(byte) { result.append($0) } }
    decoder.finish { result.append($0) }
    return result
  }

  /// The bytes of `text`, without NULs: no text of the shell has any.
  static func encode(_ text: some Sequence<Int32>) -> ByteString {
    var bytes: [UInt8] = []
    for codePoint in text where codePoint != 0 { append(codePoint, to: &bytes) }
    return ByteString(bytes)
  }

  /// How many bytes `codePoint` stands for.
  static func byteCount(_ codePoint: Int32) -> Int {
    var bytes: [UInt8] = []
    append(codePoint, to: &bytes)
    return bytes.count
  }

  private static func append(_ codePoint: Int32, to bytes: inout [UInt8]) {
    if (strayByteBase + 0x80...strayByteBase + 0xFF).contains(codePoint) {
      bytes.append(UInt8(truncatingIfNeeded: codePoint - strayByteBase))
    } else if let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: codePoint)) {
      bytes.append(contentsOf: UTF8.encode(scalar)!)
    }
  }
}

/// Decodes UTF-8 that arrives byte by byte.
struct WideDecoder {
  /// The bytes of a character that is not complete.
  private var pending: [UInt8] = []

  /// Whether a character has begun and is not complete.
  var isWithinCharacter: Bool { !pending.isEmpty }

  /// Decodes one more byte, and passes the code points that it completes to `emit`.
  mutating func decode(_ byte: UInt8, emit: (Int32) -> Void) {
    if !pending.isEmpty, byte & 0xC0 != 0x80 { finish(emit: emit) }
    pending.append(byte)
    let length = Self.length(of: pending[0])
    if length == 0 || pending.count > 1 && !isPossible() {
      finish(emit: emit)
    } else if pending.count == length {
      var value = length == 1 ? Int32(byte) : Int32(pending[0]) & (0x7F >> Int32(length))
      for continuation in pending.dropFirst() { value = value << 6 | Int32(continuation & 0x3F) }
      pending.removeAll(keepingCapacity: true)
      emit(value)
    }
  }

  /// Gives up the character that is not complete: each of its bytes stands alone.
  mutating func finish(emit: (Int32) -> Void) {
    for byte in pending { emit(WideText.strayByteBase + Int32(byte)) }
    pending.removeAll(keepingCapacity: true)
  }

  /// How many bytes a character has that begins with `lead`; 0 if none does.
  private static func length(of lead: UInt8) -> Int {
    switch lead {
    case 0..<0x80: 1
    case 0xC2..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0..<0xF5: 4
    default: 0
    }
  }

  /// Whether the second byte can follow the first: no overlong form, no surrogate, nothing above U+10FFFF.
  private func isPossible() -> Bool {
    switch pending[0] {
    case 0xE0: pending[1] >= 0xA0
    case 0xED: pending[1] < 0xA0
    case 0xF0: pending[1] >= 0x90
    case 0xF4: pending[1] < 0x90
    default: true
    }
  }
}
