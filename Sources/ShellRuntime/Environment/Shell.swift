import ByteStrings
import Meanwhile
import Platform
import SystemPackage

/// What all environments of one loop share: the loop itself, the builtins, the children, the terminal.
///
/// Confined to the thread of its loop, hence unchecked; the main thread has one, and each thread job another.
package final class Shell: @unchecked Sendable {
  package let loop: EventLoop
  package let builtins: BuiltinTable
  package let attention: Attention
  /// The children of the whole process.
  package let children: ProcessTable
  /// `$$`
  package let processID: ProcessID?
  /// Bytes to characters, as the locale has it.
  package var decoder = CharacterDecoder.utf8
  /// The terminal, where job control is on.
  package var terminal: JobTerminal?
  /// The terminal of a worker thread's shell: the main one's.
  private let inheritedTerminal: Terminal?
  /// The terminal at which jobs are in the foreground or in the background.
  var controllingTerminal: Terminal? { terminal?.terminal ?? inheritedTerminal }
  /// A terminal whose modes a builtin has changed, and those that come back.
  var changedModes: (terminal: Terminal, before: TerminalAttributes)?
  /// What runs in the foreground.
  var foreground = Foreground()
  /// The line editor, for `history` and `bind`; opened with what the environment says when it is first asked for.
  package var lineEditing: (ExecutionEnvironment) -> (any LineEditingServices)? = { _ in nil }
  /// Where worker threads write while a person types.
  package internal(set) var promptOutput = PromptOutput()
  /// Whether it is a login shell, which `suspend` does not stop.
  package var isLogin = false
  /// A stop signal for this process from a job that runs in it: raised when nothing is ready.
  var recordedStop: SignalNumber?
  /// Whether this is the main thread's shell.
  package let isMain: Bool
  /// What the shell was called by, in front of messages.
  package var messageName: ByteString = "meanwhile"
  /// Coroutines that have not ended, for the clean-up at exit.
  var coroutines: [Coroutine] { loop.unfinishedTasks.compactMap(Coroutine.of) }
  /// Worker threads that may not have ended.
  private(set) var threads: [(job: Job, task: BackgroundTask<Void>)] = []
  private let startTime = Clocks.monotonicNanoseconds
  /// The next number above the largest one that the kernel gives to a process.
  private var nextID = ProcessID.limit
  var isWatchingSignals = false
  /// The coroutine that runs the shell's own environment, line after line; `nil` in a worker thread's shell.
  private var mainCoroutine: Coroutine?

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

  /// Gives the shell its own environment, which its lines run in.
  package func begin(with environment: ExecutionEnvironment) {
    mainCoroutine = Coroutine(Machine(environment: environment))
  }

  /// The input of background lists without job control, which share it.
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

  /// `$SECONDS`
  var secondsSinceStart: Int { Int((Clocks.monotonicNanoseconds - startTime) / 1_000_000_000) }

  /// A number for a job without a process, which no process can have.
  func makeSyntheticID() -> ProcessID {
    defer { nextID = nextID == .max ? ProcessID.limit : nextID + 1 }
    return ProcessID(nextID)
  }

  // MARK: The end

  /// Cancels what has not ended, and lets it clean up as far as it does not wait; before the process is replaced, or
  /// ends. `false` for what a terminating signal was sent to already.
  ///
  /// - Returns: How many coroutines were cut short.
  @discardableResult
  package func endCoroutines() -> Int {
    var count = 0
    for coroutine in coroutines where coroutine.end == nil {
      if coroutine.job?.isTerminating != true { count += 1 }
      coroutine.endNow()
    }
    return count
  }

  // MARK: Requests from other threads

  private let requests = RequestQueue()

  /// Has `request` done on this shell's thread, soon: at the next loop turn of what runs, or when the loop wakes up.
  func perform(_ request: @escaping @Sendable () -> Void) {
    requests.append(request)
    attention.raise()
    // The line editor does not wait for the loop.
    if isMain { Signals.raisePending([]) }
    _ = loop.start { [self] in for request in takeRequests() { request() } }
  }

  func takeRequests() -> [@Sendable () -> Void] { requests.takeAll() }

  func childDidChange(_ child: ChildProcess) {
    let update: @Sendable () -> Void = { child.job?.childDidChange(child) }
    if isMain { update() } else { perform(update) }
  }

  // MARK: Messages

  /// Says that nothing can ever wake what runs.
  func report(_ error: DeadlockError) { Self.write("\(messageName): \(message(of: error))\n") }

  static func write(_ text: String) { try? FileDescriptor.standardError.writeAll(ByteString(text)) }
}
