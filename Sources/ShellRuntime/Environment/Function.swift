import ShellSyntax

/// A function: what it runs, and its text for listings.
package final class Function: Sendable {
  let routine: Routine
  package let definition: FunctionDefinition

  init(routine: Routine, definition: FunctionDefinition) {
    self.routine = routine
    self.definition = definition
  }
}
