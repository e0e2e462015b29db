import ByteStrings
import LineEditing
import Platform
import ShellRuntime
import SystemPackage

/// The terminal: job control, editing lines, the history.
extension Session {
  /// Finds the terminal for job control; an interactive shell blocks until it is in the foreground, and takes it for a
  /// process group of its own. Without a terminal there is no job control, unless the option was given.
  func becomeForeground() {
    do throws(JobControlProblem) {
      let isFound = try shell.findTerminal(isInteractive: isInteractive)
      if !isFound, isInteractive, Terminal(.standardInput) != nil { throw .notControllingTerminal }
    } catch {
      writeToStandardError("\(shell.messageName): \(error.message)\n")
    }
    if shell.terminal == nil, !invocation.options.contains(.monitor) {
      environment.options.remove(.monitor)
      // What is refused was reported when the shell began.
      try? SignalPolicy.begin(options: environment.options)
    }
  }

  /// At the end of the input: whether it ended because the terminal is gone, which the shell then acts on as on SIGHUP.
  /// Says so once: where a trap was set on the signal the shell goes on, and ends at the next end of the input.
  func isHungUp(_ input: FileDescriptor) -> Bool {
    guard !isTerminalGone, Terminal.isHungUp(input) else { return false }
    isTerminalGone = true
    shell.terminalIsGone()
    return true
  }

  // MARK: The line editor

  /// Makes the line editor available. It is opened when it is first needed: by `bind` or `set -o vi` in the startup
  /// file, or at the first prompt, with the values that `HISTFILE`, `HISTSIZE` and `TERM` have then.
  func offerLineEditor() {
    shell.lineEditing = { [unowned self] environment in
      if lineEditor == nil { openLineEditor(environment) }
      return services
    }
  }

  /// Reads the history, before the first prompt.
  func openHistory() {
    guard shell.lineEditing(environment) != nil, let history = lineEditor?.history else { return }
    do { try history.open(file: historyPath, limit: historyLimit) } catch { report(error) }
  }

  private func openLineEditor(_ environment: ExecutionEnvironment) {
    guard Terminal(.standardInput) != nil else { return }
    do throws(LineEditorProblem) {
      let editor = try LineEditor(
        input: .standardInput, output: Terminal(.standardError) != nil ? .standardError : .standardOutput,
        programName: "meanwhile", terminalType: environment.value(of: "TERM") ?? "", history: History())
      if environment.options.contains(.vi) { editor.mode = .vi }
      editor.wrapsRowsAnew = environment.value(of: "XTERM_VERSION") == nil
      editor.wakeDescriptor = try? Signals.wakeDescriptor()
      editor.onWake = { [unowned self] in wakeAtPrompt() }
      editor.completer = { [unowned self] in completion.completions(for: $0) }
      lineEditor = editor
      services = EditingServices(editor, of: self)
    } catch {
      // Without the editor, plain lines are read.
      lineEditor = nil
    }
  }

  /// Reads a line. Output of worker threads is printed above it. The terminal keeps the modes for editing, since
  /// another line of the same command may follow.
  func readLine(
    _ editor: LineEditor, prompt: ByteString, initialText: ByteString = ByteString(),
    modes: LineEditor.ModesAfterLine = .kept
  ) -> LineResult {
    shell.promptOutput.begin()
    let line = editor.readLine(prompt: prompt, initialText: initialText, modes: modes)
    let rest = shell.promptOutput.end()
    if !rest.isEmpty { writeToStandardError(rest) }
    return line
  }

  /// Reads a line for `read -e`. Signals are left alone until it has been read, since the machine runs that acts on them.
  func readLineForCommand(_ editor: LineEditor, prompt: ByteString, initialText: ByteString) -> LineResult {
    let wakeDescriptor = editor.wakeDescriptor
    editor.wakeDescriptor = nil
    defer { editor.wakeDescriptor = wakeDescriptor }
    return readLine(editor, prompt: prompt, initialText: initialText, modes: .restored)
  }

  /// Acts on signals, requests and changes of children while a line is typed; called by the line editor.
  private func wakeAtPrompt() -> LineEditor.WakeResult {
    Signals.acknowledgeWake()
    if Signals.pending.contains(.windowChange) {
      noteWindowSize()
      lineEditor?.windowSizeDidChange()
    }
    shell.attend()
    if shell.main.pendingSignals.contains(.interrupt) {
      shell.main.pendingSignals.remove(.interrupt)
      return .interrupt
    }
    if areTrapsDue {
      if !runTrapsAboveLine() { return .interrupt }
    } else if shell.main.pendingSignals.contains(.hangup) {
      // The terminal is gone and there is no trap on SIGHUP: the shell ends.
      return .interrupt
    }
    let notifies = environment.options.contains(.notify)
    return .goOn(printing: shell.promptOutput.takeLines() + (notifies ? reportText() : ByteString()))
  }

  /// Runs traps while a line is being typed. The terminal is lent to them, and the line is drawn again below their
  /// output. `false` if the shell ends or the terminal is gone.
  private func runTrapsAboveLine() -> Bool {
    guard let lineEditor else { return false }
    let rest = shell.promptOutput.end()
    defer { shell.promptOutput.begin() }
    return lineEditor.lendTerminal {
      if !rest.isEmpty { writeToStandardError(rest) }
      return runTrapsAtPrompt()
    }
  }

  /// Sets `COLUMNS` and `LINES` to the size of the terminal.
  func noteWindowSize() {
    guard lineEditor != nil, !environment.options.contains(.ignoresWindowSize),
      let size = Terminal(.standardInput)?.size()
    else { return }
    try? environment.assign(ByteString(decimal: size.columns), to: "COLUMNS")
    try? environment.assign(ByteString(decimal: size.rows), to: "LINES")
  }

  private var historyPath: ByteString? {
    if let path = environment.value(of: "HISTFILE") { return path.isEmpty ? nil : path }
    return environment.value(of: "HOME").map { $0 + "/.meanwhile_history" }
  }

  private var historyLimit: Int {
    environment.value(of: "HISTSIZE")?.decimalValue.map { max(0, $0) } ?? 10_000
  }

  func addToHistory(_ text: ByteString) {
    guard let editor = lineEditor, !text.isEmpty, text.contains(where: { $0 != UInt8(ascii: " ") }) else { return }
    numberOfTypedLine = nil
    if text.first == UInt8(ascii: " "), leavesOutIndented { return }
    if isIgnored(text) { return }
    do { try editor.history.add(text) } catch { report(error) }
    numberOfTypedLine = editor.history.entries.last?.number
  }

  /// Whether `HISTCONTROL` keeps lines out of the history that begin with a blank. What else it can say is always so.
  private var leavesOutIndented: Bool {
    guard !isPosix, let control = environment.value(of: "HISTCONTROL") else { return false }
    return control.split(separator: UInt8(ascii: ":")).contains {
      ["ignorespace", "ignoreboth"].contains(ByteString($0))
    }
  }

  /// Whether a pattern in `HISTIGNORE` matches the line. `&`, which is the line before in bash, has nothing to say: no
  /// line is kept twice.
  private func isIgnored(_ line: ByteString) -> Bool {
    guard !isPosix, let list = environment.value(of: "HISTIGNORE"), !list.isEmpty else { return false }
    let (syntax, decoder) = (environment.options.patterns, environment.decoder)
    return list.split(separator: UInt8(ascii: ":")).contains { pattern in
      Pattern(PatternText(unquoted: ByteString(pattern)), syntax, decoder: decoder).matches(line)
    }
  }

  private func report(_ problem: HistoryProblem) {
    if reportedHistoryProblem { return }
    reportedHistoryProblem = true
    writeToStandardError("\(shell.messageName): \(problem.message)\n")
  }
}

/// Connects `history`, `fc`, `bind` and `read -e` to the line editor.
final class EditingServices: LineEditingServices {
  private let editor: LineEditor
  private unowned let session: Session

  init(_ editor: LineEditor, of session: Session) {
    self.editor = editor
    self.session = session
  }

  var history: [(number: Int, text: ByteString)] { editor.history.entries.map { ($0.number, $0.text) } }

  var numberOfTypedLine: Int? { session.numberOfTypedLine }

  func addHistory(_ text: ByteString) { try? editor.history.add(text) }

  func clearHistory() { _ = try? editor.history.clear() }

  func deleteHistory(number: Int) -> Bool { (try? editor.history.delete(number)) ?? false }

  func transferHistory(_ transfer: HistoryTransfer, file: ByteString?) -> String? {
    let history = editor.history
    do throws(HistoryProblem) {
      switch transfer {
      case .append: try history.appendOwn(to: file)
      case .read: try history.read(from: file, onlyNew: false)
      case .readNew: try history.read(from: file, onlyNew: true)
      case .write: try history.write(to: file)
      }
      return nil
    } catch {
      return error.message
    }
  }

  func readLine(prompt: ByteString, initialText: ByteString) -> EditedLine {
    if editor.isReading { return .isInUse }
    switch session.readLineForCommand(editor, prompt: prompt, initialText: initialText) {
    case .line(let text): return .line(text)
    case .interrupted: return .interrupted
    case .endOfFile, .unreadable: return .endOfInput
    }
  }

  func bind(_ arguments: [ByteString]) -> (output: ByteString, isSuccess: Bool) {
    let result = editor.bind(arguments)
    return (result.output, result.succeeded)
  }
}
