import ByteStrings
import ShellSyntax

/// The word of `${x/pattern/word}`: an `&` in it that is not quoted stands for what the pattern has matched, unless
/// `patsub_replacement` is off.
struct Replacement {
  private enum Part {
    case text(ByteString)
    case match
  }

  private var parts: [Part] = []

  /// From a text in which a backslash quotes `&` and itself.
  init(_ source: ByteString, hasMatches: Bool) {
    var text = ByteString()
    var isQuoted = false
    for byte in source {
      if isQuoted {
        if byte != UInt8(ascii: "&"), byte != UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
        text.append(byte)
        isQuoted = false
      } else if byte == UInt8(ascii: "\\") {
        isQuoted = true
      } else if byte == UInt8(ascii: "&"), hasMatches {
        if !text.isEmpty { parts.append(.text(text)) }
        parts.append(.match)
        text = ByteString()
      } else {
        text.append(byte)
      }
    }
    if isQuoted { text.append(UInt8(ascii: "\\")) }
    if !text.isEmpty { parts.append(.text(text)) }
  }

  /// The source of bytes that stand for themselves.
  static func quoted(_ bytes: ByteString) -> ByteString {
    bytes.reduce(into: ByteString()) { text, byte in
      if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
      text.append(byte)
    }
  }

  fileprivate func append(to result: inout ByteString, for match: @autoclosure () -> ByteString) {
    for part in parts {
      switch part {
      case .text(let text): result.append(text)
      case .match: result.append(match())
      }
    }
  }
}

extension Pattern {
  /// The string with what the pattern matches replaced: at each place the longest part.
  func replacing(
    _ part: ReplacedPart, in string: ByteString, with replacement: Replacement, decoder: CharacterDecoder
  ) -> ByteString {
    if string.isEmpty, part != .suffix, !mayReplaceNothing { return string }
    switch part {
    case .prefix:
      guard let end = endOfPrefix(.largest, in: string) else { return string }
      var result = ByteString()
      replacement.append(to: &result, for: string.subrange(0..<end))
      return result + string.dropping(first: end)
    case .suffix:
      guard let start = startOfSuffix(.largest, in: string) else { return string }
      var result = string.subrange(0..<start)
      replacement.append(to: &result, for: string.dropping(first: start))
      return result
    case .first, .all:
      if literal?.isEmpty == true { return string }
      return replacingInside(isOnlyFirst: part == .first, in: string, with: replacement, decoder: decoder)
    }
  }

  private func replacingInside(
    isOnlyFirst: Bool, in string: ByteString, with replacement: Replacement, decoder: CharacterDecoder
  ) -> ByteString {
    string.withUnsafeBytes { bytes in
      var result = ByteString()
      var kept = 0
      var place = 0
      // An empty string is looked at once.
      repeat {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
        let count = endOfLargestPrefix(in: rest)
        if let count {
          result.append(string.subrange(kept..<place))
          replacement.append(to: &result, for: string.subrange(place..<place + count))
          place += count
          kept = place
          if isOnlyFirst { break }
        }
        // Where nothing is matched, or an empty part, the next one begins behind the next character.
        if count ?? 0 == 0, place < bytes.count { place += decoder.character(at: place, in: bytes).count }
      } while place < bytes.count
      return result + string.dropping(first: kept)
    }
  }
}

extension ByteString {
  /// The string with the case of its first character, or of all, changed where `pattern` matches the character.
  func changingCase(_ change: CaseChange, of pattern: Pattern?, decoder: CharacterDecoder) -> ByteString {
    var result = ByteString()
    var place = 0
    for character in decoder.characters(in: self) {
      let bytes = subrange(place..<place + character.count)
      place += character.count
      if pattern?.matches(bytes) == false {
        result.append(bytes)
      } else {
        result.append(character.scalar.flatMap { change.kind.changed($0, decoder) } ?? bytes)
      }
      if !change.isOfAll { break }
    }
    return result + dropping(first: place)
  }

  /// `${x@letter}`.
  func transformed(by letter: UInt8, decoder: CharacterDecoder) -> ByteString {
    switch letter {
    case UInt8(ascii: "Q"): alwaysQuoted
    case UInt8(ascii: "U"): changingCase(CaseChange(.upper, isOfAll: true), of: nil, decoder: decoder)
    case UInt8(ascii: "u"): changingCase(CaseChange(.upper, isOfAll: false), of: nil, decoder: decoder)
    case UInt8(ascii: "L"): changingCase(CaseChange(.lower, isOfAll: true), of: nil, decoder: decoder)
    case UInt8(ascii: "E"): DollarQuoting.decode(self)
    default: self
    }
  }
}

extension ByteString {
  /// In quotes, also where it needs none.
  var alwaysQuoted: ByteString {
    contains { $0 < 0x20 || $0 == 0x7f } ? shellQuoted : singleQuoted
  }
}

extension CaseChange.Kind {
  /// The character with its case changed, in the decoder's encoding; `nil` where it has none or stays as it is.
  fileprivate func changed(_ scalar: Unicode.Scalar, _ decoder: CharacterDecoder) -> ByteString? {
    let toUpper =
      switch self {
      case .upper: true
      case .lower: false
      case .toggled: scalar.properties.isLowercase
      }
    if scalar.isASCII {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      return (toUpper ? isLower : isUpper) ? ByteString([byte ^ 0x20]) : nil
    }
    guard decoder == .utf8 else { return nil }
    let mapped = toUpper ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
    // One that becomes several characters has no simple other case.
    return mapped.unicodeScalars.count == 1 ? ByteString(mapped) : nil
  }
}

/// Where the characters of a string begin.
struct CharacterPlaces {
  let count: Int
  /// `nil` where each character is one byte.
  private let offsets: [Int]?

  init(_ string: ByteString, decoder: CharacterDecoder) {
    count = decoder.count(of: string)
    if count == string.count {
      offsets = nil
    } else {
      var offsets: [Int] = [0]
      for character in decoder.characters(in: string) { offsets.append(offsets[offsets.count - 1] + character.count) }
      self.offsets = offsets
    }
  }

  /// The offset of a character, or of the end.
  func offset(of index: Int) -> Int { offsets?[index] ?? index }
}
