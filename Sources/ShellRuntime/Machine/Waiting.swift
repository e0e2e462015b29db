import Meanwhile
import Platform

/// A wait of a machine: how it goes on afterwards, and whether signals end it. Made by `Machine.wait`, and by
/// `begin(with:)` for a machine that begins in the middle of a wait.
struct Waiting: Sendable {
  let continuation: Continuation
  /// Which signals end the wait early.
  let interruption: WaitRequest.SignalInterruption

  /// What runs when the wait is over. It may be called early: a wake-up need not mean that what was waited for has
  /// happened, so every continuation looks again and waits again if need be.
  enum Continuation: Sendable {
    /// A builtin goes on.
    case builtin(@Sendable (inout BuiltinContext, WakeCause) -> BuiltinResult)
    /// The rest of a builtin's output is written, then `BuiltinResult` is carried out.
    indirect case result(BuiltinResult)
    /// The machine itself goes on, for a program, a pipeline, a pipe or a FIFO.
    case machine(@Sendable (inout Machine) -> Machine.ControlFlow)
  }
}

extension Machine {
  /// Waits; there is no other way to. Return the result, so that `run` returns. When the request is met, the next `run`
  /// goes on with `continuation`.
  mutating func wait(for request: WaitRequest, then continuation: Waiting.Continuation) -> ControlFlow {
    waiting = Waiting(continuation: continuation, interruption: request.interruption)
    return .stop(.wait(request))
  }

  mutating func wait(for request: WaitRequest, goOn: @escaping @Sendable (inout Machine) -> ControlFlow) -> ControlFlow
  {
    wait(for: request, then: .machine(goOn))
  }

  /// Begins with what follows a wait that is over.
  mutating func begin(with continuation: Waiting.Continuation) {
    waiting = Waiting(continuation: continuation, interruption: .asProgram)
  }

  mutating func goOn(_ continuation: Waiting.Continuation, _ cause: WakeCause) -> ControlFlow {
    switch continuation {
    case .builtin(let then): complete(then(&context, cause))
    case .result(let result): complete(result)
    case .machine(let then): then(&self)
    }
  }
}
