import ByteStrings

extension ByteString {
  /// The bytes as a word of the shell that expands to them and to nothing else.
  ///
  /// Only what needs quotes has them. Control bytes, and bytes that are not UTF-8, are written as escapes in `$'…'`,
  /// so that the result is safe to show.
  package var shellQuoted: ByteString {
    if isEmpty { return "''" }
    if isSafeWord { return self }
    return isSafeToShow ? singleQuoted : dollarSingleQuoted(escape: UInt8(ascii: "e"))
  }

  /// The same without `$'…'`, which not every POSIX shell reads: for what one shell writes and another one may read.
  package var plainlyQuoted: ByteString {
    if isEmpty { return "''" }
    return isSafeWord ? self : singleQuoted
  }

  /// The same with backslashes in place of quotation marks, as `printf %q` writes it.
  package var backslashQuoted: ByteString {
    if isEmpty { return "''" }
    if !isSafeToShow { return dollarSingleQuoted(escape: UInt8(ascii: "E")) }
    var result = ByteString()
    var previous: UInt8?
    for byte in self {
      if byte.needsBackslash || byte == Byte.numberSign && previous == nil
        || byte == Byte.tilde && (previous == nil || previous == Byte.colon || previous == Byte.equals)
      {
        result.append(Byte.backslash)
      }
      result.append(byte)
      previous = byte
    }
    return result
  }

  /// Whether the bytes stand for themselves as a word anywhere in a command.
  private var isSafeWord: Bool {
    for (index, byte) in enumerated() {
      switch byte {
      case _ where byte.isNameByte: continue
      case Byte.minus, Byte.plus, UInt8(ascii: "."), UInt8(ascii: "/"), Byte.colon, UInt8(ascii: ","), Byte.at,
        Byte.percent:
        continue
      // Behind a name it would make an assignment.
      case Byte.equals where index > 0 && !subrange(0..<index).isName: continue
      case 0x80...: continue
      default: return false
      }
    }
    return Keyword(self) == nil && isSafeToShow
  }

  /// In single quotes, those in it between two pairs.
  package var singleQuoted: ByteString {
    var result: ByteString = "'"
    for byte in self {
      if byte == Byte.singleQuote { result.append("'\\''") } else { result.append(byte) }
    }
    result.append(Byte.singleQuote)
    return result
  }

  /// `escape` is the letter for the escape character: bash writes the capital, POSIX knows the small one only.
  private func dollarSingleQuoted(escape: UInt8) -> ByteString {
    var result: ByteString = "$'"
    forEachShowable { byte, isShowable in
      if byte == Byte.singleQuote || byte == Byte.backslash {
        result.append(Byte.backslash)
        result.append(byte)
      } else if isShowable {
        result.append(byte)
      } else if let letter = byte.escapeLetter {
        result.append(Byte.backslash)
        result.append(letter == UInt8(ascii: "e") ? escape : letter)
      } else {
        // Three octal digits end by themselves, whatever follows.
        result.append(Byte.backslash)
        for shift in [6, 3, 0] { result.append(UInt8(ascii: "0") + (byte >> UInt8(shift)) & 7) }
      }
    }
    result.append(Byte.singleQuote)
    return result
  }
}

// MARK: - Showing bytes to people

extension ByteString {
  /// The bytes as they are safe to show at a terminal: control bytes, and bytes that are not UTF-8, are written as
  /// `\n`, `\t`, `\e` or `\x01`.
  package var visible: ByteString {
    if isSafeToShow { return self }
    var result = ByteString()
    forEachShowable { byte, isShowable in
      if isShowable {
        result.append(byte)
      } else if let letter = byte.escapeLetter {
        result.append(Byte.backslash)
        result.append(letter)
      } else {
        result.append("\\x")
        for digit in [byte >> 4, byte & 15] {
          result.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
      }
    }
    return result
  }

  /// Whether there are no control characters, and all is UTF-8.
  private var isSafeToShow: Bool {
    if allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return true }
    var isSafe = true
    forEachShowable { _, isShowable in isSafe = isSafe && isShowable }
    return isSafe
  }

  /// Calls `body` with each byte and whether it may be shown as it is.
  private func forEachShowable(_ body: (UInt8, Bool) -> Void) {
    withUnsafeBytes { bytes in
      var index = 0
      while index < bytes.count {
        let character = CharacterDecoder.utf8.character(at: index, in: bytes)
        let isControl = character.value < 0x20 || (0x7f..<0xa0).contains(character.value)
        let isShowable = !isControl && character.value < DecodedCharacter.invalidBase
        for byte in bytes[index..<index + character.count] { body(byte, isShowable) }
        index += character.count
      }
    }
  }
}

extension UInt8 {
  /// Whether the byte has a meaning in some place of a command, so that `printf %q` writes a backslash before it.
  fileprivate var needsBackslash: Bool {
    switch Unicode.Scalar(self) {
    case " ", "!", "\"", "$", "&", "'", "(", ")", "*", ",", ";", "<", ">", "?", "[", "\\", "]", "^", "`", "{", "|", "}":
      true
    default: false
    }
  }

  /// The letter that stands for a control byte after a backslash.
  fileprivate var escapeLetter: UInt8? {
    switch self {
    case 0x07: UInt8(ascii: "a")
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0a: UInt8(ascii: "n")
    case 0x0b: UInt8(ascii: "v")
    case 0x0c: UInt8(ascii: "f")
    case 0x0d: UInt8(ascii: "r")
    case 0x1b: UInt8(ascii: "e")
    default: nil
    }
  }
}
