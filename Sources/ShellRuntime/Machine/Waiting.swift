import Meanwhile
import Platform

/// How a machine goes on after the wait that it stands in, and what may end the wait. Made by `Machine.wait` alone, but
/// for a machine that begins in the middle of one.
struct Waiting: Sendable {
  let continuation: Continuation
  /// Whether a signal with a trap ends the wait with 128 and its number; otherwise the trap runs when what is waited
  /// for is there.
  let isInterruptible: Bool

  /// What follows when the wait is over.
  enum Continuation: Sendable {
    /// A builtin goes on.
    case builtin(@Sendable (inout BuiltinContext, WakeCause) -> BuiltinResult)
    /// The rest of a builtin's output is written; then the builtin ends as it was about to.
    indirect case result(BuiltinResult)
    /// The machine goes on with work of its own.
    case machine(@Sendable (inout Machine) -> Machine.ControlFlow)
  }
}

extension Machine {
  /// Waits: the only way to do so. The machine stops here; when the request is met, `run` goes on with `continuation`.
  mutating func wait(for request: WaitRequest, then continuation: Waiting.Continuation) -> ControlFlow {
    waiting = Waiting(continuation: continuation, isInterruptible: request.isInterruptible)
    return .stop(.wait(request))
  }

  mutating func wait(for request: WaitRequest, goOn: @escaping @Sendable (inout Machine) -> ControlFlow) -> ControlFlow
  {
    wait(for: request, then: .machine(goOn))
  }

  /// Begins with what follows a wait that is over.
  mutating func begin(with continuation: Waiting.Continuation) {
    waiting = Waiting(continuation: continuation, isInterruptible: true)
  }

  mutating func goOn(_ continuation: Waiting.Continuation, _ cause: WakeCause) -> ControlFlow {
    switch continuation {
    case .builtin(let then): complete(then(&context, cause))
    case .result(let result): complete(result)
    case .machine(let then): then(&self)
    }
  }
}
