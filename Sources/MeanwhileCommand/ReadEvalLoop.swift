import ByteStrings
import Platform
import ShellRuntime
import ShellSyntax

/// A source of complete commands.
protocol CommandInput: AnyObject {
  /// The file's name, for messages; empty where there is none.
  var name: ByteString { get }
  /// The next complete command. Blocks the thread while a person types or the input has no bytes; the loop does not
  /// run.
  func next() -> CommandInputResult
  /// Drops the rest of what was read, after an error or Ctrl-C.
  func dropInput()
  /// The next command is parsed by the aliases and options of this environment.
  func follow(_ environment: ExecutionEnvironment)
}

enum CommandInputResult {
  case command(CompleteCommand)
  /// A line without a command. Jobs are reported after it too.
  case nothing
  case end
  case failed(SyntaxError)
  /// Ctrl-C at the prompt.
  case interrupted
  /// The input cannot be read to its end. The error was reported already.
  case unreadable
}

/// Reads a command, runs it and reports jobs, until the input ends or a command ends the shell.
struct ReadEvalLoop {
  private let session: Session
  private let input: any CommandInput
  private let purpose: Machine.Purpose

  init(_ session: Session, _ input: any CommandInput, for purpose: Machine.Purpose) {
    self.session = session
    self.input = input
    self.purpose = purpose
  }

  /// Runs the loop. Returns how the shell ends: `.completed` at the end of the input, or when it cannot be read
  /// further.
  func run() -> Machine.End {
    while true {
      if let end = session.prepareForNextCommand() { return end }
      input.follow(session.environment)
      switch input.next() {
      case .command(let command): if let end = run(command) { return end }
      case .nothing: continue
      case .end:
        if session.mayLeave() { return .completed }
      case .interrupted: session.lineWasInterrupted()
      case .unreadable:
        session.environment.status = .unreadableInput
        return .completed
      case .failed(let error):
        session.shell.main.machine.context.report(error, in: input.name)
        session.environment.status = .usageError
        if !session.isInteractive { return .completed }
        input.dropInput()
      }
    }
  }

  /// Runs one command. Returns how the shell ends, if it does.
  private func run(_ command: CompleteCommand) -> Machine.End? {
    session.commandCount += 1
    session.endsInARow = 0
    let options = session.environment.options
    if options.contains(.noExec), !options.contains(.interactive) { return nil }
    session.shell.main.machine.begin(command, source: input.name, for: purpose)
    switch session.shell.runInForeground({ SyntaxPrinter.text(of: command) }) {
    case .finished(.completed):
      session.didRun(command)
      return nil
    case .finished(.abandoned(let status)):
      if status == .signal(.interrupt) { session.endInterruptedLine() }
      input.dropInput()
      return nil
    case .finished(.exited(let status)):
      if session.mayExit(after: session.commandCount - 1) { return .exited(status) }
      session.environment.status = .failure
      return nil
    case .finished(let end): return end
    case .stopped(let job):
      session.reportStop(of: job)
      // A script goes on with its next command.
      if session.isInteractive { input.dropInput() }
      return nil
    }
  }
}
