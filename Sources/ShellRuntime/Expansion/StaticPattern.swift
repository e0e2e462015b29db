import ByteStrings

/// A pattern whose text is known when its command is compiled.
///
/// It is compiled then, by the options and the encoding of that moment, and again only where it is used under others
/// that matter to it.
final class StaticPattern: Sendable {
  private let text: PatternText
  private let syntax: PatternSyntax
  /// The options that can make a difference.
  private let relevant: PatternSyntax
  private let pattern: Pattern
  private let decoder: CharacterDecoder

  init(_ text: PatternText, _ syntax: PatternSyntax, decoder: CharacterDecoder) {
    self.text = text
    self.decoder = decoder
    relevant = text.mayHaveGroups ? [.groups, .anyCase] : .anyCase
    self.syntax = syntax.intersection(relevant)
    pattern = Pattern(text, self.syntax, decoder: decoder)
  }

  /// Whether it matches the whole string, under these options.
  @inline(__always)
  func matches(_ string: ByteString, _ syntax: PatternSyntax, _ decoder: CharacterDecoder) -> Bool {
    isCompiled(for: syntax, decoder) ? pattern.matches(string) : under(syntax, decoder).matches(string)
  }

  func under(_ syntax: PatternSyntax, _ decoder: CharacterDecoder) -> Pattern {
    isCompiled(for: syntax, decoder) ? pattern : Pattern(text, syntax, decoder: decoder)
  }

  @inline(__always)
  private func isCompiled(for syntax: PatternSyntax, _ decoder: CharacterDecoder) -> Bool {
    syntax.intersection(relevant) == self.syntax && decoder == self.decoder
  }
}
