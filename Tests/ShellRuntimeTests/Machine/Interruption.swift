import Meanwhile
import Platform

@testable import ShellRuntime

/// What keeps a command from coming to its end by itself.
enum Interruption: CustomStringConvertible, Sendable {
  /// Ctrl-C.
  case interrupt
  /// Ctrl-Z.
  case stop
  case quit
  case terminate
  /// An error in an expansion.
  case error
  case `return`
  case exit
  case breakLoop(Int)
  case continueLoop(Int)
  /// A signal with a trap, and so many instructions later something else.
  indirect case trap(Int, then: Interruption)

  static func random(using random: inout SplitMix) -> Interruption {
    switch Int.random(in: 0..<16, using: &random) {
    case 0...2: .interrupt
    case 3...5: .stop
    case 6: .quit
    case 7: .terminate
    case 8...10: .error
    case 11: .return
    case 12: .exit
    case 13: .breakLoop(Int.random(in: 1...2, using: &random))
    case 14: .continueLoop(Int.random(in: 1...2, using: &random))
    default: .trap(Int.random(in: 1...8, using: &random), then: .random(using: &random))
    }
  }

  var description: String {
    switch self {
    case .interrupt: "an interrupt"
    case .stop: "a stop"
    case .quit: "QUIT"
    case .terminate: "TERM"
    case .error: "an error"
    case .return: "return"
    case .exit: "exit"
    case .breakLoop(let count): "break \(count)"
    case .continueLoop(let count): "continue \(count)"
    case .trap(let count, let then): "a trap, \(count) instructions later \(then)"
    }
  }

  /// Where it happens.
  enum Time: CustomStringConvertible, Sendable {
    /// In front of an instruction of the shell's own machine.
    case instruction(Int)
    /// While something is waited for.
    case second(Double)

    var description: String {
      switch self {
      case .instruction(let number): "in front of instruction \(number)"
      case .second(let time): "after \(time) seconds"
      }
    }
  }

  /// Does it in a machine that runs; `note` gets the frames that are open then.
  func act(on machine: inout Machine, _ note: @escaping @Sendable ([Frame]) -> Void) -> Machine.ControlFlow {
    note(machine.frames)
    switch self {
    case .error: return machine.expansionError(.badSubstitution("${injected}"))
    case .return: return machine.leave(.returnFunction(ExitStatus(rawValue: 9)))
    case .exit: return machine.leave(.exit(ExitStatus(rawValue: 9)))
    case .breakLoop(let count): return machine.leave(.breakLoop(count))
    case .continueLoop(let count): return machine.leave(.continueLoop(count))
    case .trap(let count, let then):
      machine.breakpoint = Breakpoint(after: count) { then.act(on: &$0, note) }
      machine.shell.receive(.user1)
      return .stop(.attention)
    case .interrupt, .stop, .quit, .terminate:
      signal.map(machine.shell.receive)
      return .stop(.attention)
    }
  }

  /// The signal that it is, if it can happen while the machine waits.
  var signal: SignalNumber? {
    switch self {
    case .interrupt: .interrupt
    case .stop: .terminalStop
    case .quit: .quit
    case .terminate: .terminate
    case .trap: .user1
    case .error, .return, .exit, .breakLoop, .continueLoop: nil
    }
  }
}

/// Does something once, at a time of the loop's clock.
final class Alarm: Stepper {
  private let deadline: LoopInstant
  private var action: (() -> Void)?
  private var isSet = false

  init(at deadline: LoopInstant, _ action: @escaping () -> Void) {
    self.deadline = deadline
    self.action = action
  }

  func cancel() { action = nil }

  func step(_ cause: WakeCause) -> Wait? {
    if !isSet {
      isSet = true
      return .timer(deadline)
    }
    action?()
    return nil
  }
}
