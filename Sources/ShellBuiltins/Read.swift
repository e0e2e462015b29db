import ByteStrings
import Meanwhile
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let read = Builtin(
    "read", .intrinsic, synopsis: "[-rs] [-a ARRAY] [-d DELIMITER] [-n COUNT] [-p PROMPT] [-t SECONDS] [NAME...]",
    help: """
      Reads a line from standard input, splits it as $IFS says and assigns the fields; the last variable gets the
      rest. Without a NAME, REPLY gets the line unsplit. Fails at the end of the input, and assigns what it read.
      A backslash removes the next character's meaning, and before a newline joins two lines.

        -r  backslashes mean nothing
        -a  makes the fields the elements of ARRAY
        -d  reads up to the first byte of DELIMITER; an empty one means NUL
        -n  reads no more than COUNT characters, at a terminal without waiting for the end of the line
        -p  writes PROMPT to standard error first if the input is a terminal
        -s  what is typed is not shown
        -t  gives up after so many seconds, with status 142; with 0, only says whether there is something to read
      """
  ) { context, arguments in
    do throws(BuiltinError) {
      var line = InputLine(decoder: context.shell.decoder)
      let prompt = try line.readOptions(arguments, context.shell.loop)
      for index in line.firstName..<arguments.count where !arguments[index].isVariableName {
        throw .variable(.invalidName(arguments[index]))
      }
      if !prompt.isEmpty, context.isTerminal(0) { context.writeError(prompt) }
      if line.onlyAsks { return isReadable(&context, arguments) }
      if line.isComplete { return assign(&context, arguments, line, line.text, .success) }
      return readLine(&context, arguments, line)
    } catch {
      // 1 is the end of the input.
      return context.fail(arguments, error, status: .usageError)
    }
  }
}

/// What `read` has read so far; it is kept while the builtin waits for more.
private struct InputLine: Sendable {
  /// The index of the first variable among the arguments.
  private(set) var firstName = 1
  private var isRaw = false
  private var delimiter = UInt8(ascii: "\n")
  private(set) var text = ByteString()
  /// The indices of bytes in `text` that followed a backslash.
  private(set) var escaped: [Int] = []
  private var followsBackslash = false
  /// Whether a backslash continues the line, so that `PS2` is printed.
  var isContinued = false
  /// How many characters are read at most.
  private var limit: Int?
  private var characterCount = 0
  /// Where in `text` the last character begins, which may not be complete yet.
  private var characterStart = 0
  private let decoder: CharacterDecoder
  private var isSilent = false
  /// The array that gets the fields.
  private(set) var array: ByteString?
  /// When reading is given up.
  private(set) var deadline: LoopInstant?
  /// `-t 0`: only tests whether there is input.
  private(set) var onlyAsks = false

  init(decoder: CharacterDecoder) { self.decoder = decoder }

  /// Whether the deadline has passed.
  func isOverdue(_ loop: EventLoop) -> Bool { deadline.map { loop.now >= $0 } ?? false }

  /// Whether the line has all the characters that are wanted.
  var isComplete: Bool { limit.map { characterCount >= $0 } ?? false }

  /// The change of the terminal's modes while reading; `nil` if none is needed.
  var terminalModes: (@Sendable (inout TerminalAttributes) -> Void)? {
    guard isSilent || limit != nil else { return nil }
    return { [isSilent, isLimited = limit != nil, delimiter] modes in
      if isSilent { modes.echoes = false }
      guard isLimited || delimiter != UInt8(ascii: "\n") else { return }
      modes.isCanonical = false
      modes.setReadThreshold(bytes: 1, tenths: 0)
    }
  }

  /// Reads the options, and returns the prompt.
  mutating func readOptions(_ arguments: Arguments, _ loop: EventLoop) throws(BuiltinError) -> ByteString {
    var options = OptionReader(arguments, "rsa:d:n:p:t:")
    var prompt = ByteString()
    while let option = try options.next() {
      switch option.letter {
      case "r": isRaw = true
      case "a":
        guard option.argument.isName else { throw .variable(.invalidName(option.argument)) }
        array = option.argument
      case "d": delimiter = option.argument.first ?? 0
      case "s": isSilent = true
      case "n": limit = try option.argument.number(atLeast: 0)
      case "t":
        let span = try option.argument.timeSpan()
        deadline = loop.deadline(span)
        onlyAsks = span == .finite(.zero)
      default: prompt = option.argument
      }
    }
    firstName = options.index
    return prompt
  }

  /// The length of the line if all of it is at the beginning of `bytes` and nothing in it is special: the common case.
  func plainLength(in bytes: ByteString) -> Int? {
    if !text.isEmpty || followsBackslash || limit != nil { return nil }
    return bytes.withUnsafeBytes { bytes in
      guard let end = bytes.firstIndex(where: { isSpecial($0) }), bytes[end] == delimiter else { return nil }
      return end
    }
  }

  /// What may be read at once: nothing behind the end of the line, and no more bytes than characters are wanted.
  var nextPart: ReadLimit {
    if let limit {
      ReadLimit(delimiter: delimiter, count: limit - characterCount)
    } else {
      ReadLimit(delimiter: delimiter)
    }
  }

  /// Adds what was read of `nextPart`; returns whether the line is complete.
  mutating func append(_ bytes: ByteString) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var position = 0
      while position < bytes.count {
        if !followsBackslash {
          let start = position
          let end = limit == nil ? bytes.count : min(bytes.count, start + 1)
          while position < end, !isSpecial(bytes[position]) { position += 1 }
          text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
          if countCharacters() { return true }
          if position == bytes.count { break }
          if position > start { continue }
        }
        let byte = bytes[position]
        position += 1
        if handleSpecial(byte) || countCharacters() { return true }
      }
      return false
    }
  }

  /// Counts a character that is complete now, if `-n` needs that; returns whether there are enough.
  private mutating func countCharacters() -> Bool {
    guard let limit else { return false }
    if characterStart < text.count {
      let last = text.subrange(characterStart..<text.count)
      if decoder.isValid(last) || last.count >= Self.longestCharacter || !(0xC2...0xF4).contains(last[0]) {
        characterCount += 1
        characterStart = text.count
      }
    }
    return characterCount >= limit
  }

  private static let longestCharacter = 4

  private func isSpecial(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == 0 || byte == UInt8(ascii: "\\") && !isRaw
  }

  /// Handles the delimiter, a backslash, the byte behind one, or NUL; returns whether that ended the line.
  private mutating func handleSpecial(_ byte: UInt8) -> Bool {
    if followsBackslash {
      followsBackslash = false
      if byte == UInt8(ascii: "\n") {
        isContinued = true
      } else if byte != 0 {
        escaped.append(text.count)
        text.append(byte)
      }
      return false
    }
    if byte == delimiter { return true }
    // A variable cannot hold NUL; it is dropped.
    followsBackslash = byte == UInt8(ascii: "\\")
    return false
  }
}

/// Waits until there is more to read or the deadline has passed, then goes on with the line.
private func wait(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ line: InputLine, _ request: WaitRequest
) -> BuiltinResult {
  if line.isOverdue(context.shell.loop) { return assign(&context, arguments, line, line.text, .signal(.alarm)) }
  var request = request
  request.interruption = .byTraps
  request.wait.deadline = line.deadline
  return .wait(request) { context, _ in readLine(&context, arguments, line) }
}

/// Reads until the line is complete, waiting whenever there is nothing to read.
private func readLine(_ context: inout BuiltinContext, _ arguments: Arguments, _ started: InputLine) -> BuiltinResult {
  var line = started
  guard let file = context.file(0) else {
    return context.fail(arguments, .system("0", .badFileDescriptor), status: .usageError)
  }
  while true {
    if let modes = line.terminalModes, let terminal = context.terminal(0) { context.changeModes(of: terminal, modes) }
    switch context.read(line.nextPart, from: file) {
    case .bytes(let bytes):
      if let length = line.plainLength(in: bytes) {
        return assign(&context, arguments, line, bytes.subrange(0..<length), .success)
      }
      if line.append(bytes) { return assign(&context, arguments, line, line.text, .success) }
      if line.isContinued {
        line.isContinued = false
        context.promptForContinuation()
      }
      // A device may have an endless line.
      if context.mustGiveWay() || line.isOverdue(context.shell.loop) {
        return wait(&context, arguments, line, WaitRequest(.step))
      }
    case .endOfFile: return assign(&context, arguments, line, line.text, .failure)
    case .failed(let error):
      return context.fail(arguments, .system("standard input", error), status: .usageError)
    case .wouldBlock:
      return wait(&context, arguments, line, context.readability(of: file))
    }
  }
}

private func isReadable(_ context: inout BuiltinContext, _ arguments: Arguments) -> BuiltinResult {
  guard let file = context.file(0) else {
    return context.fail(arguments, .system("0", .badFileDescriptor), status: .usageError)
  }
  return .status(file.isReadable ? .success : .failure)
}

private func assign(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ line: InputLine, _ text: ByteString, _ status: ExitStatus
) -> BuiltinResult {
  do throws(BuiltinError) {
    let first = line.firstName
    if let array = line.array {
      let fields = context.environment.fieldSeparators.readFields(of: text, escaped: line.escaped)
      do throws(VariableError) { try context.assign(fields, toArray: array) } catch { throw .variable(error) }
      return .status(status)
    }
    switch arguments.count - first {
    case 0: try context.assign(text, to: "REPLY")
    case 1:
      let value = context.environment.fieldSeparators.readField(of: text, escaped: line.escaped)
      try context.assign(value, to: arguments[first])
    case let count:
      let fields = context.environment.fieldSeparators.readFields(of: text, escaped: line.escaped, count: count)
      for index in fields.indices { try context.assign(fields[index], to: arguments[first + index]) }
    }
    return .status(status)
  } catch {
    return context.fail(arguments, error, status: .usageError)
  }
}

extension BuiltinContext {
  /// Prints `PS2`, if the line comes from a terminal.
  fileprivate mutating func promptForContinuation() {
    if environment.options.contains(.interactive), isTerminal(0) {
      writeError(environment.value(of: "PS2") ?? ByteString())
    }
  }
}
