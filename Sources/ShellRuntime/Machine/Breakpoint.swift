#if DEBUG
  /// For tests: what a machine does in front of a certain instruction, such as an error or a signal that arrives there.
  struct Breakpoint: Sendable {
    /// How many instructions run before.
    var instructionsLeft: Int
    let action: @Sendable (inout Machine) -> Machine.ControlFlow

    init(after count: Int, _ action: @escaping @Sendable (inout Machine) -> Machine.ControlFlow) {
      instructionsLeft = count
      self.action = action
    }
  }

  extension Machine {
    /// Counts the instruction that runs next; acts where the breakpoint is, once.
    mutating func countToBreakpoint() -> ControlFlow {
      guard let left = breakpoint?.instructionsLeft else { return .next }
      if left > 0 {
        breakpoint?.instructionsLeft = left - 1
        return .next
      }
      guard let reached = breakpoint.take() else { return .next }
      return reached.action(&self)
    }
  }
#endif
