import ByteStrings
import CLibedit
import Platform
import SystemPackage

/// Why lines cannot be edited; the caller reads plain lines then.
package enum LineEditorProblem: Error, Sendable, Equatable {
  /// One of the descriptors is no terminal.
  case notATerminal
  /// `TERM` is not set, or names a terminal that cannot move its cursor up.
  case dumbTerminal
  case outOfMemory
}

/// Edits lines at a terminal through libedit. Used on the main thread only, and once in a process, since libedit keeps
/// the terminal database in global state.
///
/// It changes the terminal's modes within `readLine` only (see `ModesAfterLine`). While a line is edited, signal
/// characters are read as characters, so Ctrl-C needs no signal handler. Signals of the process and other events arrive
/// through `wakeDescriptor`: `onWake` is called from inside `readLine`, on the same thread.
package final class LineEditor {
  /// What `onWake` asks for.
  package enum WakeResult: Sendable, Equatable {
    /// Go on reading; print the text, which may be empty, above the line.
    case goOn(printing: ByteString)
    /// `readLine` returns `.interrupted`.
    case interrupt
  }

  package let history: History
  /// A descriptor that `readLine` waits for besides the terminal. The caller owns it.
  package var wakeDescriptor: FileDescriptor?
  /// Called when `wakeDescriptor` is readable; must make it unreadable again.
  package var onWake: (() -> WakeResult)?
  /// Finds completions, each of which begins with the context's word.
  package var completer: ((CompletionContext) -> [CompletionCandidate])?
  /// Whether the terminal wraps its rows again when its width changes. All common ones do except xterm itself, which
  /// sets `XTERM_VERSION`.
  package var wrapsRowsAnew = true

  let port: TerminalPort
  /// How many columns a code point takes; negative for what libedit must not draw as it is.
  let width: (Int32) -> Int
  private var libedit: OpaquePointer?
  var editor: OpaquePointer { libedit! }

  // The state of the line that is read.
  var prompt = Prompt("", width: { _ in 1 })
  var promptText = WideBuffer()
  var size = WindowSize(columns: 80, rows: 24)
  /// How many rows of the terminal libedit was told.
  var believedRows = 24
  var input = KeyInput()
  /// Where the line ended below and right of the cursor when it was interrupted.
  var placeAtInterrupt: (rowsBelow: Int, column: Int)?
  /// Whether libedit wrote anything since the interrupt.
  var hasWrittenSinceInterrupt = false
  /// Whether the line was given up and has been erased from the screen.
  var isLineGivenUp = false
  /// Whether the terminal has the modes for editing.
  private var hasEditingModes = false
  /// The shell's locale while libedit runs in a UTF-8 locale; `nil` if the shell's own is UTF-8.
  private var formerLocale: clibedit_locale?
  var pastedText = ByteString()
  /// What the line that is read begins with, until that has been inserted.
  var initialText = ByteString()
  /// Whether a line is being read; libedit can read only one.
  package private(set) var isReading = false
  /// The line and cursor of a completion that left several possibilities.
  var lastAmbiguousLine: (before: ByteString, after: ByteString)?
  var historyPosition = 0
  var historyText = WideBuffer()
  /// If not `nil`, libedit's output is collected here and not written to the terminal.
  var capturedOutput: ByteString?

  /// Reads `~/.editrc`.
  package init(
    input: FileDescriptor, output: FileDescriptor, programName: ByteString, terminalType: ByteString, history: History
  ) throws(LineEditorProblem) {
    guard !terminalType.isEmpty, terminalType != "dumb", terminalType != "emacs" else { throw .dumbTerminal }
    guard let port = TerminalPort(input: input, output: output), port.saveModes() else { throw .notATerminal }
    self.port = port
    self.history = history
    let former = clibedit_use_utf8()
    defer { clibedit_use_former(former) }
    let isUTF8 = LocaleSettings.isUTF8
    width = { isUTF8 || $0 < 0x80 ? Self.width(of: $0) : -1 }
    capturedOutput = ByteString()
    let callbacks = makeCallbacks()
    libedit = programName.withCString { clibedit_create($0, input.rawValue, output.rawValue, callbacks) }
    guard libedit != nil else { throw .outOfMemory }
    // libedit has set modes of its own, and does so again when it is told which ones.
    defer { port.restoreModes() }
    guard clibedit_has_capability(editor, "up") else { throw .dumbTerminal }
    setUpBindings()
    capturedOutput = nil
  }

  /// Runs `body` in a UTF-8 locale, for calls of libedit. In another one libedit ends the process at a prompt that the
  /// locale cannot encode, and drops characters that are typed.
  func withUTF8<Result>(_ body: () -> Result) -> Result {
    let former = clibedit_use_utf8()
    if let former { formerLocale = former }
    defer { clibedit_use_former(former) }
    return body()
  }

  /// Runs `body` in the shell's locale, for callbacks of libedit.
  func outsideUTF8<Result>(_ body: () -> Result) -> Result {
    clibedit_use_former(formerLocale)
    defer { _ = clibedit_use_utf8() }
    return body()
  }

  private static func width(of codePoint: Int32) -> Int {
    guard let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: codePoint)) else { return -1 }
    return LocaleSettings.width(of: scalar) ?? -1
  }

  deinit {
    if let libedit { clibedit_destroy(libedit) }
  }

  /// Whether the terminal keeps the modes for editing when a line has been read.
  package enum ModesAfterLine: Sendable {
    /// The modes from before the line are restored.
    case restored
    /// They stay until `restoreModes` or the next line, so that the terminal does not echo what is typed in between.
    case kept
  }

  /// Reads one line; the cursor is at the beginning of a row when it returns.
  ///
  /// - Parameter text: as `Prompt` takes it; rows above the last are printed first.
  /// - Parameter initialText: what the line begins with, as if it had been typed.
  package func readLine(
    prompt text: ByteString, initialText: ByteString = ByteString(), modes: ModesAfterLine = .restored
  ) -> LineResult {
    self.initialText = initialText
    isReading = true
    defer { isReading = false }
    let line = withUTF8 { readLineInUTF8(prompt: text) }
    if modes == .restored { restoreModes() }
    return line
  }

  /// Gives the terminal the modes that it had before the first line whose modes were kept.
  package func restoreModes() {
    guard hasEditingModes else { return }
    hasEditingModes = false
    port.write(Self.pasteBrackets(on: false))
    port.restoreModes()
  }

  private func setEditingModes() -> Bool {
    if hasEditingModes { return true }
    guard port.saveModes() else { return false }
    hasEditingModes = true
    clibedit_prepare_terminal(editor, true)
    port.noteTypedAhead()
    port.write(Self.pasteBrackets(on: true))
    return true
  }

  private func readLineInUTF8(prompt text: ByteString) -> LineResult {
    size = port.size
    prompt = Prompt(text, width: width)
    if size.columns < Self.fewestColumns {
      restoreModes()
      return readLineWithoutEditing()
    }
    let comesAfterOutput = !hasEditingModes
    guard setEditingModes() else { return .endOfFile }
    // The last output may have ended without a newline.
    if comesAfterOutput { port.write(newRow) }
    promptText.set(prompt.editorText)
    believedRows = size.rows
    lastAmbiguousLine = nil
    placeAtInterrupt = nil
    isLineGivenUp = false
    hasWrittenSinceInterrupt = false
    historyPosition = history.entries.count
    input.beginLine(signals: port.signalCharacters)
    port.write(prompt.upperRows + prompt.detachedSequence)
    return edit()
  }

  static func pasteBrackets(on: Bool) -> ByteString { on ? "\u{1B}[?2004h" : "\u{1B}[?2004l" }

  private func edit() -> LineResult {
    var count: Int32 = 0
    let line = clibedit_read_line(editor, &count)
    clibedit_flush(editor)
    if let place = placeAtInterrupt {
      // A search that was interrupted has already gone to a new row.
      if !hasWrittenSinceInterrupt, !isLineGivenUp { leaveLine(at: place) }
      return .interrupted
    }
    guard let line, count > 0, !input.isAtEnd else {
      port.write("\r\n")
      return .endOfFile
    }
    var text = UnsafeBufferPointer(start: line, count: Int(count))[...]
    if text.last == 0x0A || text.last == 0x0D { text.removeLast() }
    return .line(WideText.encode(text))
  }

  private func leaveLine(at place: (rowsBelow: Int, column: Int)) {
    port.write(TerminalControl.down(place.rowsBelow) + "\r" + TerminalControl.right(place.column) + "^C\r\n")
  }
}

/// Control sequences that every terminal knows which can move its cursor up.
enum TerminalControl {
  static let clearBelow: ByteString = "\u{1B}[J"
  static let clearScreen: ByteString = "\u{1B}[H\u{1B}[2J"

  static func up(_ rows: Int) -> ByteString { sequence(rows, "A") }
  static func down(_ rows: Int) -> ByteString { sequence(rows, "B") }
  static func right(_ columns: Int) -> ByteString { sequence(columns, "C") }

  private static func sequence(_ count: Int, _ final: ByteString) -> ByteString {
    count > 0 ? "\u{1B}[" + ByteString(decimal: count) + final : ""
  }
}

/// NUL-terminated text at an address that stays valid until it is set again. Owns its memory.
struct WideBuffer: ~Copyable {
  private(set) var pointer = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

  init() { pointer.initialize(to: 0) }

  deinit { pointer.deallocate() }

  /// `text` ends with 0.
  mutating func set(_ text: [Int32]) {
    pointer.deallocate()
    pointer = .allocate(capacity: text.count)
    pointer.initialize(from: text, count: text.count)
  }
}
