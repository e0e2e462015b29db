/// What a pattern may contain, and how it compares: this depends on options, and on where the pattern stands.
package struct PatternSyntax: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `?(…)`, `*(…)`, `+(…)`, `@(…)` and `!(…)` are groups.
  package static let groups = PatternSyntax(rawValue: 1 << 0)
  /// The case of letters does not matter.
  package static let anyCase = PatternSyntax(rawValue: 1 << 1)
}
