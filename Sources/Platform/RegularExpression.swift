import ByteStrings
import CPlatform

/// An extended regular expression, as the C library has it. Its characters are those of a decoder.
package struct RegularExpression: ~Copyable {
  /// Why a text is no regular expression.
  package struct Problem: Error, Equatable {
    package let text: String
  }

  private var compiled: regex_t
  private let decoder: CharacterDecoder

  package init(_ source: ByteString, ignoresCase: Bool = false, _ decoder: CharacterDecoder) throws(Problem) {
    self.decoder = decoder
    var compiled = regex_t()
    let flags = REG_EXTENDED | (ignoresCase ? REG_ICASE : 0)
    let code = LocaleSettings.withCharacters(of: decoder) { source.withCString { regcomp(&compiled, $0, flags) } }
    if code != 0 {
      let message = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 200) { buffer in
        _ = regerror(code, &compiled, buffer.baseAddress, buffer.count)
        return String(cString: buffer.baseAddress!)
      }
      throw Problem(text: message)
    }
    self.compiled = compiled
  }

  deinit {
    var compiled = compiled
    regfree(&compiled)
  }

  /// The part that matches, and those that match the groups in parentheses: `nil` for a group that took no part; `nil`
  /// where nothing matches.
  package func firstMatch(in text: ByteString) -> [Range<Int>?]? {
    var compiled = compiled
    let count = compiled.re_nsub + 1
    return withUnsafeTemporaryAllocation(of: regmatch_t.self, capacity: count) { matches in
      let code = LocaleSettings.withCharacters(of: decoder) {
        text.withCString { regexec(&compiled, $0, count, matches.baseAddress, 0) }
      }
      if code != 0 { return nil }
      return (0..<count).map { matches[$0].rm_so < 0 ? nil : Int(matches[$0].rm_so)..<Int(matches[$0].rm_eo) }
    }
  }

  /// The source of bytes that stand for themselves.
  package static func quoted(_ bytes: ByteString) -> ByteString {
    let special: ByteString = "\\^$.[]|()*+?{}"
    return bytes.reduce(into: ByteString()) { text, byte in
      if special.contains(byte) { text.append(UInt8(ascii: "\\")) }
      text.append(byte)
    }
  }
}
