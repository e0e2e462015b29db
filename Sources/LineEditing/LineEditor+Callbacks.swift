import ByteStrings
import CLibedit

/// The functions that libedit calls. Their context is an unretained reference to the editor, which lives longer than
/// libedit's state.
extension LineEditor {
  /// The key that stands for pasted text: a control character that no keyboard sends, below 256 so that it can be
  /// bound.
  static let pasteKey: Int32 = 0x9E

  func makeCallbacks() -> clibedit_callbacks {
    clibedit_callbacks(
      context: Unmanaged.passUnretained(self).toOpaque(),
      read_character: { LineEditor.of($0).readCharacter() },
      write: { LineEditor.of($0).write(UnsafeRawBufferPointer(start: $1, count: $2)) },
      prompt: { UnsafePointer(LineEditor.of($0).promptText.pointer) },
      run: { LineEditor.of($0).run($1) },
      history: { LineEditor.of($0).historyEntry($1, $2, $3) })
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> LineEditor {
    Unmanaged<LineEditor>.fromOpaque(context!).takeUnretainedValue()
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    hasWrittenSinceInterrupt = true
    if capturedOutput == nil { port.write(bytes) } else { capturedOutput!.append(contentsOf: bytes) }
  }

  private func run(_ command: Int32) -> Int32 {
    switch Int(command) {
    case CLIBEDIT_COMPLETE: complete()
    case CLIBEDIT_INSERT_PASTE: insertPaste()
    default: clearAndRedraw()
    }
  }

  private func insertPaste() -> Int32 {
    defer { pastedText = ByteString() }
    return insert(pastedText) ? Int32(CLIBEDIT_LINE_CHANGED) : Int32(CLIBEDIT_REFUSED)
  }

  /// Inserts at the cursor; false if there was nothing, or no memory.
  func insert(_ text: ByteString) -> Bool {
    guard !text.isEmpty else { return false }
    let wide = WideText.decode(text) + [0]
    return clibedit_insert(editor, wide)
  }

  private func historyEntry(
    _ operation: Int32, _ argument: Int32, _ number: UnsafeMutablePointer<Int32>?
  ) -> UnsafePointer<Int32>? {
    let entries = history.entries
    var wanted = historyPosition
    switch Int(operation) {
    case CLIBEDIT_NEWEST: wanted = entries.count - 1
    case CLIBEDIT_OLDEST: wanted = 0
    case CLIBEDIT_OLDER: wanted -= 1
    case CLIBEDIT_NEWER: wanted += 1
    case CLIBEDIT_GO_TO: wanted = entries.firstIndex { $0.number == Int(argument) } ?? -1
    default: break
    }
    guard entries.indices.contains(wanted) else { return nil }
    historyPosition = wanted
    number?.pointee = Int32(truncatingIfNeeded: entries[wanted].number)
    historyText.set(WideText.decode(entries[wanted].text) + [0])
    return UnsafePointer(historyText.pointer)
  }
}

// MARK: - Characters

extension LineEditor {
  private func readCharacter() -> Int32 {
    makeRoomForLine()
    if !initialText.isEmpty {
      pastedText = exchange(&initialText, with: ByteString())
      return Self.pasteKey
    }
    switch input.character(nextByte) {
    case .codePoint(let codePoint):
      // libedit gives a combining mark a column of its own, unless it draws the whole line again.
      guard codePoint >= 0x80, width(codePoint) == 0 else { return codePoint }
      pastedText = WideText.encode(CollectionOfOne(codePoint))
      return Self.pasteKey
    case .paste(let text):
      pastedText = text
      return Self.pasteKey
    case .endOfFile:
      return Int32(CLIBEDIT_END_OF_FILE)
    case .interrupt:
      let place = places()
      placeAtInterrupt = (max(0, place.end.row - place.cursor.row), place.end.column)
      hasWrittenSinceInterrupt = false
      return Int32(CLIBEDIT_INTERRUPTED)
    }
  }

  /// Blocks until the terminal sends a byte. Handles wake-ups and changes of the window size meanwhile.
  func nextByte(_ milliseconds: Int32) -> KeyInput.ByteRead {
    while true {
      switch port.wait(wake: wakeDescriptor, milliseconds: milliseconds) {
      case .input: return port.readByte().map(KeyInput.ByteRead.byte) ?? .endOfFile
      case .hungUp: return .endOfFile
      case .nothing: return .none
      case .interrupted: windowSizeDidChange()
      case .wakeIsGone: wakeDescriptor = nil
      case .wake:
        switch onWake?() ?? .goOn(printing: "") {
        case .interrupt: return .interrupt
        case .goOn(let text):
          windowSizeDidChange()
          printAbove(text)
        }
      }
    }
  }
}
