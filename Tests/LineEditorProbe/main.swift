// Reads lines as the shell does and says what it got, so that tests can drive the line editor at a terminal of its own.
//
// The environment: `PS1` the prompt with its escapes, `PROBE_HISTORY` the history file, `PROBE_WAKE` a FIFO whose
// contents are printed above the line when SIGUSR1 arrives (`interrupt` gives the line up). Commands: `bind …`,
// `mode vi`, `history …`, `busy` (waits for a line in the FIFO without editing), `modes` (whether the terminal's modes
// are as at the start), `cat` (a plain line).

import ByteStrings
import LineEditing
import Platform
import ShellRuntime
import SystemPackage

let standardInput = FileDescriptor(rawValue: 0)
let standardOutput = FileDescriptor(rawValue: 1)
let environment = ProcessInformation.environment

@MainActor func say(_ text: ByteString) { try? standardOutput.writeAll(text + "\n") }

/// The entry of the environment; empty if there is none.
func variable(_ name: ByteString) -> ByteString {
  let prefix = name + "="
  return environment.first { $0.hasPrefix(prefix) }?.dropping(first: prefix.count) ?? ""
}

let fifo = variable("PROBE_WAKE").isEmpty ? nil : try Files.open(variable("PROBE_WAKE"), [.readWrite, .nonBlocking])

func visible(_ text: ByteString) -> ByteString {
  var result = ByteString()
  for byte in text {
    switch byte {
    case UInt8(ascii: "\n"): result += "\\n"
    case UInt8(ascii: "\t"): result += "\\t"
    case 0x80... where String(validating: text, as: UTF8.self) == nil: result += "?"
    default: result.append(byte)
    }
  }
  return result
}

func name(of problem: HistoryProblem) -> ByteString {
  switch problem {
  case .unreadable: "unreadable"
  case .unwritable: "unwritable"
  case .damaged: "damaged"
  }
}

@MainActor func makeEditor() throws(LineEditorProblem) -> LineEditor {
  let path = variable("PROBE_HISTORY")
  let history = History(file: path.isEmpty ? nil : path, limit: 100)
  do { try history.load() } catch { say("history: " + name(of: error)) }
  let editor = try LineEditor(
    input: standardInput, output: standardOutput, programName: "probe", terminalType: variable("TERM"),
    history: history)
  var completion = ShellCompletion()
  completion.commandNames = { ["busy", "bind", "fg", "history", "mode", "modes", "modify"] }
  completion.variableNames = { ["HOME", "HOSTNAME", "PATH"] }
  completion.jobs = { [("%1", "sleep 600"), ("%2", "vi a.c")] }
  let shell = completion
  editor.completer = { shell.completions(for: $0) }
  editor.wrapsRowsAnew = variable("XTERM_VERSION").isEmpty
  return editor
}

/// Waits for signals as the shell does, so that no change of the window's size is missed between two waits. What is in
/// the FIFO is looked at whenever one arrives.
@MainActor func watch(_ editor: LineEditor) throws {
  try Signals.set(.handle, for: .user1)
  editor.wakeDescriptor = try Signals.wakeDescriptor()
  editor.onWake = {
    Signals.acknowledgeWake()
    let text = ByteString((try? fifo?.readSome(4096)) ?? [])
    return text == "interrupt" ? .interrupt : .goOn(printing: text)
  }
}

@MainActor func run(_ line: ByteString, _ editor: LineEditor, _ modes: TerminalAttributes) {
  let words = line.split(separator: UInt8(ascii: " ")).map { ByteString($0) }
  switch words.first {
  case "bind":
    let (output, succeeded) = editor.bind(Array(words.dropFirst()))
    say(output + (succeeded ? "bound" : "refused"))
  case "mode":
    editor.mode = words.last == "vi" ? .vi : .emacs
  case "history":
    for entry in editor.history.entries { say(ByteString(decimal: entry.number) + " " + visible(entry.text)) }
  case "modes":
    say((try? Terminal(standardInput)?.attributes()) == modes ? "modes same" : "modes differ")
  case "busy":
    say("busy now")
    _ = try? fifo?.blockUntilReady(.reading, milliseconds: -1)
    _ = try? fifo?.readSome(4096)
    say("busy no more")
  case "cat":
    say("plain: \((try? PlainLineReader(descriptor: standardInput).readLine()) ?? .endOfFile)".bytesOfText)
  default:
    say("got: " + visible(line))
  }
}

extension String {
  fileprivate var bytesOfText: ByteString { ByteString(self) }
}

@MainActor func loop() throws {
  // Between lines the terminal sends signals; a shell has handlers for them.
  for signal in [SignalNumber.interrupt, .quit, .terminalStop] { try Signals.set(.ignore, for: signal) }
  try Signals.set(.handle, for: .windowChange)
  LocaleSettings.set()
  let editor: LineEditor
  do {
    editor = try makeEditor()
  } catch {
    say("no editor: " + ByteString("\(error)"))
    return
  }
  try watch(editor)
  guard let modes = try Terminal(standardInput)?.attributes() else { return }
  let prompt = PromptEscapes.replaced(in: variable("PS1"), by: PromptContext())
  while true {
    switch editor.readLine(prompt: prompt) {
    case .line(let line):
      do { try editor.history.add(line) } catch { say("history: " + name(of: error)) }
      run(line, editor, modes)
    case .interrupted: say("given up")
    case .endOfFile, .unreadable: return say("end")
    }
  }
}

try loop()
