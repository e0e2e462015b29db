import ByteStrings
import LineEditing
import Platform
import ShellRuntime
import ShellSyntax
import SystemPackage

/// Commands from a text that is complete: a file, or the operand of `-c`.
final class SourceInput: CommandInput {
  let name: ByteString
  private let text: ByteString
  private var parser: Parser
  private let session: Session

  init(_ text: ByteString, name: ByteString, _ session: Session) {
    self.name = name
    self.text = text
    self.session = session
    parser = Parser(text)
  }

  func next() -> CommandInputResult {
    let start = parser.offset
    let result = parser.parseCompleteCommand()
    if session.isVerbose, start < parser.offset {
      let read = text.subrange(start..<parser.offset)
      session.writeDirectly(read.hasSuffix("\n") ? read : read + "\n")
    }
    return switch result {
    case .command(let command): .command(command)
    case .endOfInput, .needsMoreInput: .end
    case .error(let error): .failed(error)
    }
  }

  func dropInput() { parser.dropInput() }

  func follow(_ environment: ExecutionEnvironment) { parser.follow(environment) }
}

/// Commands that are read line by line.
class LineInput: CommandInput {
  let name: ByteString
  private var parser = Parser(ByteString(), isComplete: false)

  init(name: ByteString) { self.name = name }

  /// The next line with its newline; `nil` at the end. `isContinuation`: it belongs to a command that has begun.
  func readLine(isContinuation: Bool) -> LineResult { .endOfFile }

  func follow(_ environment: ExecutionEnvironment) { parser.follow(environment) }

  func next() -> CommandInputResult {
    if !parser.hasInput, let result = readMore(isContinuation: false) { return result }
    while true {
      switch parser.parseCompleteCommand() {
      case .command(let command): return .command(command)
      case .error(let error): return .failed(error)
      case .endOfInput:
        return parser.isComplete ? .end : .nothing
      case .needsMoreInput(let need): if let result = readMore(for: need) { return result }
      }
    }
  }

  private func readMore(for need: Need) -> CommandInputResult? {
    repeat {
      switch readLine(isContinuation: true) {
      case .line(let line):
        parser.append(line + "\n")
        if need.isDelimiter(line) { return nil }
      case .endOfFile:
        parser.isComplete = true
        return nil
      case .interrupted:
        dropInput()
        return .interrupted
      case .unreadable: return .unreadable
      }
    } while need.isHereDocument
    return nil
  }

  private func readMore(isContinuation: Bool) -> CommandInputResult? {
    switch readLine(isContinuation: isContinuation) {
    case .line(let line):
      parser.append(line + "\n")
      return nil
    case .endOfFile: return .end
    case .interrupted: return .interrupted
    case .unreadable: return .unreadable
    }
  }

  func dropInput() {
    parser.dropInput()
    parser.isComplete = false
  }
}

/// Commands from standard input of a shell that is not interactive. No byte beyond the last line of a command is read,
/// so that the command itself can read the rest.
final class StandardInput: LineInput {
  private var lines = StandardInputLines()
  private let session: Session

  init(_ session: Session) {
    self.session = session
    super.init(name: "")
  }

  override func readLine(isContinuation: Bool) -> LineResult {
    do throws(Errno) {
      // Signals that arrive while the shell blocks here are acted on before the next command.
      let line = try lines.readLine(in: session.environment) {
        session.shell.attend()
        return true
      }
      if case .line(let text) = line, session.isVerbose { session.writeDirectly(text + "\n") }
      return line
    } catch {
      session.reportInput(error)
      return .unreadable
    }
  }
}

/// Reads lines from the file that is standard input when a line is read, since `exec <file` changes it.
struct StandardInputLines {
  private var file: OpenFile?
  private var reader: PlainLineReader?

  /// The next line, behind what commands have read of the same input.
  mutating func readLine(
    in environment: ExecutionEnvironment, goesOn: () -> Bool
  ) throws(Errno) -> LineResult {
    environment.giveBackInput()
    let current = environment.descriptors[0]
    if current !== file {
      file = current
      reader = current?.descriptor.map { PlainLineReader(descriptor: $0) }
    }
    guard let reader else { throw .badFileDescriptor }
    return try reader.readLine(goesOn: goesOn)
  }
}

extension Need {
  var isHereDocument: Bool { if case .hereDocument = self { true } else { false } }
}
