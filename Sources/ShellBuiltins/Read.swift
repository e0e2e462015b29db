import ByteStrings
import Meanwhile
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let read = Builtin(
    "read", .intrinsic,
    synopsis: """
      [-ers] [-a ARRAY] [-d DELIMITER] [-i TEXT] [-n COUNT] [-N COUNT] [-p PROMPT] [-t SECONDS] [-u FD] [NAME...]
      """,
    help: """
      Reads a line from standard input, splits it as $IFS says and assigns the fields; the last variable gets the
      rest. Without a NAME, REPLY gets the line unsplit. Fails at the end of the input, and assigns what it read.
      A backslash removes the next character's meaning, and before a newline joins two lines.

        -r  backslashes mean nothing
        -a  makes the fields the elements of ARRAY
        -d  reads up to the first byte of DELIMITER; an empty one means NUL
        -e  at a terminal, the line is edited as at the prompt; meanwhile nothing else moves, as there
        -i  with -e, the line begins with TEXT
        -n  reads no more than COUNT characters, at a terminal without waiting for the end of the line
        -N  reads COUNT characters, of more than one line if need be, and splits nothing
        -p  writes PROMPT to standard error first if the input is a terminal
        -s  what is typed is not shown
        -t  gives up after so many seconds, with status 142; with 0, only says whether there is something to read
        -u  reads descriptor FD
      """
  ) { context, arguments in
    do throws(BuiltinError) {
      var line = InputLine(decoder: context.environment.decoder)
      try line.readOptions(arguments, context.shell.loop)
      line.setDeadline(by: context.environment)
      for index in line.firstName..<arguments.count where !arguments[index].isVariableName {
        throw .variable(.invalidName(arguments[index]))
      }
      guard context.file(line.descriptor) != nil else { throw .system(line.descriptorText, .badFileDescriptor) }
      if !context.isTerminal(line.descriptor) {
        line.isEdited = false
      } else if line.isEdited {
        // It is an error where there is none.
        _ = try context.lineEditing
      } else {
        context.writeError(line.prompt)
      }
      if line.onlyAsks { return .status(context.file(line.descriptor)?.isReadable == true ? .success : .failure) }
      if line.isComplete { return assign(&context, arguments, line, line.text, .success) }
      return readLine(&context, arguments, line)
    } catch {
      // 1 is the end of the input.
      return context.fail(arguments, error, status: .usageError)
    }
  }
}

enum ReadError: WordedError {
  case notWithEditing(UInt8)

  var status: ExitStatus { .usageError }
}

extension BuiltinError {
  static func read(_ error: ReadError) -> Self { Self(error) }
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
  /// `-N`: nothing but the number of characters ends the line, and it is not split.
  private(set) var isExact = false
  private(set) var descriptor = 0
  private(set) var prompt = ByteString()
  /// Whether the line editor reads it.
  var isEdited = false
  /// What the line editor begins with.
  private(set) var initialText = ByteString()
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

  /// The descriptor, for messages.
  var descriptorText: ByteString { ByteString(decimal: descriptor) }

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

  mutating func readOptions(_ arguments: Arguments, _ loop: EventLoop) throws(BuiltinError) {
    var options = OptionReader(arguments, "rsea:d:i:n:N:p:t:u:")
    var notEditable: UInt8?
    while let option = try options.next() {
      try add(option, loop)
      if "dnNst".unicodeScalars.contains(option.letter) { notEditable = UInt8(ascii: option.letter) }
    }
    if isEdited, let notEditable { throw .read(.notWithEditing(notEditable)) }
    firstName = options.index
  }

  /// Without `-t`, the seconds in `TMOUT` limit the time.
  mutating func setDeadline(by environment: ExecutionEnvironment) {
    if deadline != nil || onlyAsks || isEdited || environment.options.contains(.posix) { return }
    guard let span = try? environment.value(of: "TMOUT")?.timeSpan(), span != .finite(.zero) else { return }
    deadline = environment.shell.loop.deadline(span)
  }

  private mutating func add(_ option: OptionReader.Option, _ loop: EventLoop) throws(BuiltinError) {
    switch option.letter {
    case "r": isRaw = true
    case "s": isSilent = true
    case "e": isEdited = true
    case "a":
      guard option.argument.isName else { throw .variable(.invalidName(option.argument)) }
      array = option.argument
    case "d": delimiter = option.argument.first ?? 0
    case "i": initialText = option.argument
    case "n": limit = try option.argument.number(atLeast: 0)
    case "N":
      limit = try option.argument.number(atLeast: 0)
      isExact = true
    case "t":
      guard option.argument.first != UInt8(ascii: "-") else { throw .operand(.notATime(option.argument)) }
      let span = try option.argument.timeSpan()
      deadline = loop.deadline(span)
      onlyAsks = span == .finite(.zero)
    case "u": descriptor = try option.argument.number(atLeast: 0)
    default: prompt = option.argument
    }
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
      ReadLimit(delimiter: isExact ? nil : delimiter, count: limit - characterCount)
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

  private func endsLine(_ byte: UInt8) -> Bool { byte == delimiter && !isExact }

  private func isSpecial(_ byte: UInt8) -> Bool {
    endsLine(byte) || byte == 0 || byte == UInt8(ascii: "\\") && !isRaw
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
    if endsLine(byte) { return true }
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
  guard let file = context.file(line.descriptor) else {
    return context.fail(arguments, .system(line.descriptorText, .badFileDescriptor), status: .usageError)
  }
  while true {
    // A background job is stopped by what it reads of the terminal below.
    if line.isEdited, context.isInForeground { return readEditedLine(&context, arguments, line) }
    if let modes = line.terminalModes, let terminal = context.terminal(line.descriptor) {
      context.changeModes(of: terminal, modes)
    }
    switch context.read(line.nextPart, from: file) {
    case .bytes(let bytes):
      if let length = line.plainLength(in: bytes) {
        return assign(&context, arguments, line, bytes.subrange(0..<length), .success)
      }
      if line.append(bytes) { return assign(&context, arguments, line, line.text, .success) }
      if line.isContinued {
        line.isContinued = false
        context.promptForContinuation(line.descriptor)
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

/// Has the line editor read the line, and the lines that backslashes join to it.
private func readEditedLine(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ started: InputLine
) -> BuiltinResult {
  var line = started
  do throws(BuiltinError) {
    let editor = try context.lineEditing
    var prompt = line.prompt
    var initialText = line.initialText
    while true {
      switch editor.readLine(prompt: prompt, initialText: initialText) {
      case .line(let text):
        if line.append(text + "\n") { return assign(&context, arguments, line, line.text, .success) }
      case .endOfInput: return assign(&context, arguments, line, line.text, .failure)
      case .interrupted:
        context.pendingSignals.insert(.interrupt)
        return .status(.signal(.interrupt))
      case .isInUse: throw .lineEditing(.isInUse)
      }
      prompt = context.environment.value(of: "PS2") ?? ByteString()
      initialText = ByteString()
    }
  } catch {
    return context.fail(arguments, error, status: .usageError)
  }
}

private func assign(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ line: InputLine, _ text: ByteString, _ status: ExitStatus
) -> BuiltinResult {
  do throws(BuiltinError) {
    let first = line.firstName
    if let array = line.array {
      let number = context.environment.number(of: array)
      if context.environment.isAssociative(number) { throw .mapfile(.notIndexed(array)) }
      let fields =
        line.isExact ? [text] : context.environment.fieldSeparators.readFields(of: text, escaped: line.escaped)
      do throws(VariableError) { try context.assign(fields, toArray: array) } catch { throw .variable(error) }
      return .status(status)
    }
    switch arguments.count - first {
    case 0: try context.assign(text, to: "REPLY")
    case let count where line.isExact:
      for index in 0..<count { try context.assign(index == 0 ? text : ByteString(), to: arguments[first + index]) }
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
  fileprivate mutating func promptForContinuation(_ descriptor: Int) {
    if environment.options.contains(.interactive), isTerminal(descriptor) {
      writeError(environment.value(of: "PS2") ?? ByteString())
    }
  }
}
