import ByteStrings
import LineEditing
import Platform
import ShellRuntime
import SystemPackage

/// Commands of an interactive shell: at a terminal through the line editor, elsewhere (`-i`) as plain lines with a
/// prompt.
final class InteractiveInput: LineInput {
  private unowned let session: Session
  private var plain = StandardInputLines()
  /// The lines of the command that is being typed, for the history.
  private var typed = ByteString()

  init(_ session: Session) {
    self.session = session
    super.init(name: "")
  }

  override func readLine(isContinuation: Bool) -> LineResult {
    if !isContinuation {
      if !session.runPromptCommands() { return .interrupted }
      // They may have changed aliases and options.
      follow(session.environment)
    }
    session.noteWindowSize()
    let prompt = session.prompt(isContinuation ? .ps2 : .ps1)
    let result = session.lineEditor.map { readEditedLine($0, prompt) } ?? readPlainLine(prompt)
    if case .line(let line) = result {
      session.shell.terminalIsThere()
      remember(line, isContinuation)
      return result
    }
    typed = ByteString()
    if case .interrupted = result { return result }
    // A command that has begun is not run with half of its lines.
    if let input, session.isHungUp(input) { return .interrupted }
    return result
  }

  /// Reads a line again where another shell has put this one into the background while it was stopped: the kernel then
  /// lets no line be read.
  private func readEditedLine(_ editor: LineEditor, _ prompt: ByteString) -> LineResult {
    while true {
      let result = session.readLine(editor, prompt: prompt)
      guard result == .endOfFile, session.shell.returnToForeground() else { return result }
      editor.restoreModes()
    }
  }

  /// Where lines are read from.
  private var input: FileDescriptor? {
    session.lineEditor == nil ? session.environment.descriptors[0]?.descriptor : .standardInput
  }

  private func readPlainLine(_ prompt: ByteString) -> LineResult {
    writeToStandardError(prompt)
    do throws(Errno) {
      return try plain.readLine(in: session.environment) { attend(prompt) }
    } catch {
      if session.shell.returnToForeground() { return readPlainLine(prompt) }
      if input.map(Terminal.isHungUp) != true { session.reportInput(error) }
      return .unreadable
    }
  }

  /// Acts on signals while a line is typed without the editor; `false` if the line is given up.
  private func attend(_ prompt: ByteString) -> Bool {
    let shell = session.shell
    shell.attend()
    if shell.main.pendingSignals.contains(.interrupt) {
      shell.main.pendingSignals.remove(.interrupt)
      writeToStandardError("\n")
      return false
    }
    if session.areTrapsDue {
      writeToStandardError("\n")
      if !session.runTrapsAtPrompt() { return false }
      writeToStandardError(prompt)
    }
    return !shell.main.pendingSignals.contains(.hangup)
  }

  private func remember(_ line: ByteString, _ isContinuation: Bool) {
    typed = isContinuation ? typed + "\n" + line : line
    if session.isVerbose { writeToStandardError(line + "\n") }
  }

  override func next() -> CommandInputResult {
    typed = ByteString()
    let result = super.next()
    session.lineEditor?.restoreModes()
    // Its `\!` is the number that the command gets in the history.
    if case .command = result { session.writePS0() }
    session.addToHistory(typed)
    return result
  }
}
