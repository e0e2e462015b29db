import ShellSyntax

/// A function of the shell language: its routine, and its syntax tree for listings.
package final class Function: Sendable {
  let routine: Routine
  package let definition: FunctionDefinition

  init(routine: Routine, definition: FunctionDefinition) {
    self.routine = routine
    self.definition = definition
  }
}
