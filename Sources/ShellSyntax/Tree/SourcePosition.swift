/// A place in the source text.
///
/// All positions are equal to each other: two syntax trees are equal when they mean the same, wherever they stood.
package struct SourcePosition: Sendable, Equatable {
  /// The line, from 1.
  package var line: Int32
  /// The byte within the line, from 1.
  package var column: Int32

  package init(line: Int32 = 1, column: Int32 = 1) {
    self.line = line
    self.column = column
  }

  /// Always true; see the type.
  package static func == (left: SourcePosition, right: SourcePosition) -> Bool { true }

  /// Whether both name the same place.
  package func isSamePlace(as other: SourcePosition) -> Bool { line == other.line && column == other.column }
}
