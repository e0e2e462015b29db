import ByteStrings
import CPlatform
import Glibc
import Meanwhile
import Platform
import ShellBuiltins
import ShellSyntax
import SystemPackage

@testable import ShellRuntime

/// A shell within the fuzzer's process, under virtual time, that can open no file and start no process.
struct FuzzedShell {
  /// A line is ended after so many instructions, or seconds of virtual time.
  private static let instructionLimit = 5_000
  private static let timeLimit = 100

  /// Those that reach the process itself are left out.
  private static let builtins = BuiltinTable(
    BuiltinTable.standard.builtins.filter { !["kill", "call", "suspend", "ulimit"].contains($0.name) })

  /// Where all output goes, which may be much.
  private static let output = (try? Files.open("/dev/null", .writeOnly)).map { OpenFile($0, isOwned: true) }

  private let shell: Shell

  init() {
    _ = Self.output
    Self.refuseSystemCalls()
    shell = Shell(
      loop: EventLoop(clock: .virtual), builtins: Self.builtins, children: ProcessTable(), isMain: false)
    shell.coroutineLimit = 100
    var environment = ExecutionEnvironment(within: shell)
    environment.descriptors[0] = shell.emptyInput()
    for number in 1...2 { environment.descriptors[number] = Self.output }
    shell.begin(with: environment)
  }

  /// Runs the complete commands of a text up to a syntax error or the end of the shell.
  func run(_ text: ByteString) {
    Watchdog.begin(shell)
    defer { Watchdog.end(shell) }
    var parser = Parser(text)
    while case .command(let command) = parser.parseCompleteCommand() {
      shell.main.machine.begin(command, source: text)
      if !finish() { break }
    }
    shell.main.machine.beginExit()
    _ = finish()
    _ = shell.endCoroutines()
  }

  /// Runs what has begun to its end, or to a limit; `false` if the shell has ended.
  private func finish() -> Bool {
    let shell = shell
    shell.main.machine.breakpoint = Breakpoint(after: Self.instructionLimit) { $0.leave(.abandon(.failure)) }
    let alarm = KillingAlarm(shell, at: shell.loop.now.advanced(by: .seconds(Self.timeLimit)))
    _ = shell.loop.start(alarm)
    let result = shell.runInForeground { "a line" }
    alarm.isOff = true
    return switch result {
    case .finished(.completed), .finished(.abandoned), .stopped: true
    case .finished(.exited), .finished(.terminated): false
    }
  }

  /// Every call that opens a file, or starts a process or a thread, fails on this thread from now on. A pipe without a
  /// reader is an error as it is in a shell's process, and does not end this one.
  private static func refuseSystemCalls() {
    for call in [
      PLATFORM_CALL_OPEN, PLATFORM_CALL_SPAWN, PLATFORM_CALL_EXEC, PLATFORM_CALL_STAND_IN, PLATFORM_CALL_SUCCESSOR,
      PLATFORM_CALL_THREAD, PLATFORM_CALL_SOCKET,
    ] {
      platform_arm_fault(call, 1, true, Errno.permissionDenied.rawValue)
    }
    var brokenPipe = sigset_t()
    sigemptyset(&brokenPipe)
    sigaddset(&brokenPipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)
  }
}

extension ExecutionEnvironment {
  /// The first environment of a shell that is a part of a test's process: nothing is open, and nothing is inherited.
  package init(within shell: Shell) {
    let cold = ColdAttributes(
      workingDirectory: WorkingDirectory(descriptor: nil, path: nil), fileCreationMask: FilePermissions(rawValue: 0o22),
      name: "sh")
    self.init(
      shell: shell, jobs: JobTable(), descriptors: DescriptorTable(inherited: []), cold: cold)
    setInitialVariables()
  }
}

/// Ends all that still runs after a time.
private final class KillingAlarm: Stepper {
  private let shell: Shell
  private let deadline: LoopInstant
  private var isSet = false
  var isOff = false

  init(_ shell: Shell, at deadline: LoopInstant) {
    self.shell = shell
    self.deadline = deadline
  }

  func step(_ cause: WakeCause) -> Wait? {
    if !isSet {
      isSet = true
      return .timer(deadline)
    }
    if !isOff { for coroutine in shell.coroutines { coroutine.deliver(.kill) } }
    return nil
  }
}
