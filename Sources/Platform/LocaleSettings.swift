import ByteStrings
import CPlatform
import Glibc

/// The process's locale: what characters are, how wide they are and how names are sorted.
package enum LocaleSettings {
  /// What a locale decides.
  package enum Category: Sendable {
    case all, characters, collation, messages, time

    fileprivate var number: Int32 {
      switch self {
      case .all: LC_ALL
      case .characters: LC_CTYPE
      case .collation: LC_COLLATE
      case .messages: LC_MESSAGES
      case .time: LC_TIME
      }
    }
  }

  /// Takes the locale from `name`, or from the process's environment where `name` is empty; says whether it exists.
  ///
  /// Numbers keep the C locale's form, since the language's syntax depends on it. Only while no other thread runs.
  @discardableResult
  package static func set(_ category: Category = .all, to name: ByteString = "") -> Bool {
    let isKnown = name.withCString { setlocale(category.number, $0) } != nil
    setlocale(LC_NUMERIC, "C")
    return isKnown
  }

  /// The locale in which nothing but the encoding differs from the C locale; `nil` where it is not installed. Made once,
  /// and never changed or freed, so that each thread may use it.
  private nonisolated(unsafe) static let utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

  /// Calls `body` while the characters of the C library, on this thread, are those of a decoder.
  static func withCharacters<Result>(of decoder: CharacterDecoder, _ body: () -> Result) -> Result {
    guard decoder == .utf8, let utf8 else { return body() }
    let before = uselocale(utf8)
    defer { uselocale(before) }
    return body()
  }

  /// Whether characters are UTF-8.
  package static var isUTF8: Bool {
    guard let name = nl_langinfo(nl_item(CODESET)) else { return false }
    return strcmp(name, "UTF-8") == 0
  }

  /// How many columns a character takes: 0, 1 or 2; `nil` for one that cannot be shown.
  package static func width(of character: Unicode.Scalar) -> Int? {
    let width = platform_character_width(character.value)
    return width < 0 ? nil : Int(width)
  }

  /// Whether a character is in a class of the locale: `alpha`, `digit`, `space`; `nil` for an unknown class.
  package static func isCharacter(_ character: Unicode.Scalar, in characterClass: ByteString) -> Bool? {
    let answer = characterClass.withCString { platform_is_character(character.value, $0) }
    return answer < 0 ? nil : answer == 1
  }

  /// Whether `left` sorts before `right`: by the locale, and by bytes where the locale sees no difference.
  package static func precedes(_ left: ByteString, _ right: ByteString) -> Bool {
    let order = left.withCString { left in right.withCString { strcoll(left, $0) } }
    return order == 0 ? left < right : order < 0
  }
}
