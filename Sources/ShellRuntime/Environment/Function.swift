import ByteStrings
import ShellSyntax

/// A function of the shell language: its routine, and its syntax tree for listings.
package final class Function: Sendable {
  let routine: Routine
  package let definition: FunctionDefinition
  /// It cannot be defined anew or unset.
  package let isReadOnly: Bool
  /// What programs get, if it is exported: `() {…}`.
  let exportedText: ByteString?

  package var isExported: Bool { exportedText != nil }

  init(routine: Routine, definition: FunctionDefinition, isReadOnly: Bool = false, exportedText: ByteString? = nil) {
    self.routine = routine
    self.definition = definition
    self.isReadOnly = isReadOnly
    self.exportedText = exportedText
  }

  /// The same function with these attributes.
  func with(isReadOnly: Bool, isExported: Bool) -> Function {
    let text = isExported ? "() " + SyntaxPrinter.text(of: definition.bodyAsGroup, style: .indented) : nil
    return Function(routine: routine, definition: definition, isReadOnly: isReadOnly, exportedText: text)
  }
}

extension FunctionDefinition {
  /// The body; one that is not between braces is put there, since only such functions are imported.
  fileprivate var bodyAsGroup: Command {
    if case .compound(.group, _, _) = body { return body }
    return .compound(.group(List([ListItem(AndOrList(Pipeline([body])))])), [], position)
  }
}
