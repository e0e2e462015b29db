import ByteStrings
import Meanwhile
import Platform
import ShellSyntax
import SystemPackage

/// What all environments of one loop share: the loop itself, the builtins, the children, the terminal.
///
/// The main thread has one, and each thread job another. Confined to the thread of its loop, hence unchecked; `perform`
/// alone may be called from any thread. Signals of the process, the terminal and reaping belong to the main one.
package final class Shell: @unchecked Sendable {
  package let loop: EventLoop
  package let builtins: BuiltinTable
  package let attention: Attention
  /// The children of the whole process.
  package let children: ProcessTable
  /// `$$`
  package let processID: ProcessID?
  /// How many constructs may stand in each other: what the thread's stack has room for.
  package private(set) var nestingLimit = Parser.defaultNestingLimit
  /// How many coroutines there may be at once: what a sixteenth of the memory has room for, so that a function that
  /// starts itself in the background for ever ends in an error, as it does where each of them is a process.
  package lazy var coroutineLimit = max(Self.leastCoroutineLimit, Self.memory / 16 / Self.bytesOfCoroutine)
  private static let leastCoroutineLimit = 150_000
  private static let bytesOfCoroutine = 4 << 10
  private static var memory: Int {
    (ProcessInformation.value(of: .pagesOfMemory) ?? 0) * (ProcessInformation.value(of: .pageBytes) ?? 0)
  }
  /// The terminal, where job control is on.
  package var terminal: JobTerminal?
  /// In a worker thread's shell, the terminal of the main one.
  private let inheritedTerminal: Terminal?
  /// The terminal for which jobs are in the foreground or background; `nil` without job control.
  var controllingTerminal: Terminal? { terminal?.terminal ?? inheritedTerminal }
  /// The terminal whose modes a builtin has changed, and the modes to restore.
  var changedModes: (terminal: Terminal, before: TerminalAttributes)?
  /// What runs in the foreground.
  var foreground = Foreground()
  /// Returns the line editor, for `history` and `bind`; the first call opens it, by the variables of the environment.
  package var lineEditing: (ExecutionEnvironment) -> (any LineEditingServices)? = { _ in nil }
  /// Where worker threads write while a line is being typed.
  package internal(set) var promptOutput = PromptOutput()
  /// What is known of a hang-up of the terminal since the last line was read.
  enum HangUp { case none, received, signalIsDue }
  var hangUp = HangUp.none
  /// Whether it is a login shell, which `suspend` does not stop.
  package var isLogin = false
  /// A stop signal that a job of this process has sent to the process; raised when nothing is ready.
  var recordedStop: SignalNumber?
  /// Whether this is the main thread's shell.
  package let isMain: Bool
  /// The name of the shell at the beginning of messages.
  package var messageName: ByteString = "meanwhile"
  /// The coroutines that have not ended.
  var coroutines: [Coroutine] { loop.unfinishedTasks.compactMap(Coroutine.of) }
  /// Worker threads that may not have ended.
  private(set) var threads: [(job: Job, task: BackgroundTask<Void>)] = []
  private let startTime = Clocks.monotonicNanoseconds
  /// The next number for a job without a process: above all that the kernel gives to processes.
  private var nextID = ProcessID.limit
  var isWatchingSignals = false
  /// The coroutine whose machine runs, the innermost where they nest.
  var running: Coroutine?
  /// The coroutine that runs the shell's own environment, line after line; `nil` in a worker thread's shell, and when the
  /// shell has ended.
  private var mainCoroutine: Coroutine?
  /// Whether this process goes on for a shell that has ended.
  package private(set) var isSuccessor = false

  package init(
    loop: EventLoop, builtins: BuiltinTable, children: ProcessTable, isMain: Bool = true,
    processID: ProcessID? = .current, terminal: Terminal? = nil
  ) {
    self.loop = loop
    self.builtins = builtins
    self.children = children
    self.isMain = isMain
    self.processID = processID
    inheritedTerminal = terminal
    attention = Attention(watchesSignals: isMain)
  }

  /// The coroutine that runs the shell's own environment. The shell of a worker thread has none.
  package var main: Coroutine {
    guard let mainCoroutine else { preconditionFailure("a shell begins with an environment before it runs a line") }
    return mainCoroutine
  }

  /// Sets the shell's own environment, in which its lines run. It makes a new main coroutine.
  package func begin(with environment: ExecutionEnvironment) {
    mainCoroutine = Coroutine(Machine(environment: environment))
  }

  /// Turns the shell of a process that has ended into that of the process which goes on: it has no environment of its own.
  func becomeSuccessor() {
    isSuccessor = true
    nestingLimit = Parser.defaultNestingLimit
    mainCoroutine = nil
  }

  /// `/dev/null` as standard input of asynchronous lists without job control, which share it.
  func emptyInput() -> OpenFile {
    if let emptyInput = knownEmptyInput { return emptyInput }
    let emptyInput = OpenFile(empty: EmptyInput())
    knownEmptyInput = emptyInput
    return emptyInput
  }
  private weak var knownEmptyInput: OpenFile?

  /// Remembers a worker thread for the clean-up at exit.
  func add(_ thread: BackgroundTask<Void>, of job: Job) {
    threads.removeAll { $0.task.isDone }
    threads.append((job, thread))
  }

  /// When the shell began, in seconds of real time.
  package var startSecond: Int {
    let now = Clocks.now
    let age = Int(Clocks.monotonicNanoseconds - startTime)
    return (now.seconds * 1_000_000_000 + now.nanoseconds - age) / 1_000_000_000
  }

  /// `$SECONDS`
  var secondsSinceStart: Int { Int((Clocks.monotonicNanoseconds - startTime) / 1_000_000_000) }

  /// A number that no process can have, for a job for which no process can stand.
  func makeSyntheticID() -> ProcessID {
    defer { nextID = nextID == .max ? ProcessID.limit : nextID + 1 }
    return ProcessID(nextID)
  }

  // MARK: Nesting

  #if DEBUG
    private static let reservedNesting = 4_000
  #else
    private static let reservedNesting = 10_000
  #endif

  /// Makes the stack of the main thread large enough for constructs that nest deeply: to parse one that stands in another
  /// takes up to 4 KiB of it, 15 in a debug build, and to compile, print and release them less.
  package func reserveStack() {
    if ReservedStack.grow(by: 96 << 20) { nestingLimit = Self.reservedNesting }
  }

  // MARK: The end

  /// Ends all coroutines, before the process ends or is replaced. Their `EXIT` traps run as far as they need not wait.
  ///
  /// - Parameter work: What goes on.
  /// - Returns: How many coroutines were ended, without those that had been sent a terminating signal before.
  @discardableResult
  package func endCoroutines(except work: RemainingWork? = nil) -> Int {
    var count = 0
    let kept = Set(work?.coroutines.map(ObjectIdentifier.init) ?? [])
    for coroutine in coroutines where coroutine.end == nil && !kept.contains(ObjectIdentifier(coroutine)) {
      if coroutine.job?.isTerminating != true { count += 1 }
      coroutine.endNow()
    }
    return count
  }

  // MARK: Requests from other threads

  private let requests = RequestQueue()

  /// Performs `request` on the thread of this shell's loop: at the next turn of the machine that runs, when the loop
  /// wakes up, or when the line editor does. From any thread; requests are performed in order.
  func perform(_ request: @escaping @Sendable () -> Void) {
    // Three ways to be noticed: by the machine that runs, by the line editor, and by the loop when it is idle. The
    // first to come performs all requests.
    requests.append(request)
    attention.raise()
    // Wakes the line editor, which waits in the kernel and not in the loop.
    if isMain { Signals.raisePending([]) }
    _ = loop.start { [self] in for request in takeRequests() { request() } }
  }

  func takeRequests() -> [@Sendable () -> Void] { requests.takeAll() }

  /// Passes a change of a child on to its job. Called on the main thread, by the reaper.
  func childDidChange(_ child: ChildProcess) {
    let update: @Sendable () -> Void = {
      child.job?.childDidChange(child)
      child.starter?.noteProgram()
    }
    if isMain { update() } else { perform(update) }
  }

  /// Has the jobs follow a SIGCONT that was just sent to processes by their numbers.
  package func noteContinuations() {
    for child in children.live(of: self) where child.noteContinuation() { child.job?.childDidChange(child) }
  }

  // MARK: Messages

  /// Reports a deadlock.
  func report(_ error: RuntimeError) { Self.write("\(messageName): \(error.message)\n") }

  func report(_ error: DeadlockError) { Self.write("\(messageName): \(message(of: error))\n") }

  static func write(_ text: String) { try? FileDescriptor.standardError.writeAll(ByteString(text)) }
}
