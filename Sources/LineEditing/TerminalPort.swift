import ByteStrings
import Platform
import SystemPackage

/// The terminal at which lines are edited: two descriptors, which the caller owns, the modes to restore, its size.
final class TerminalPort {
  private let terminal: Terminal
  private let output: FileDescriptor
  private var saved: TerminalAttributes?
  /// How many bytes are still to be read that were typed before the line's modes were set.
  private var typedAhead = 0

  /// `nil` if one of the descriptors is no terminal.
  init?(input: FileDescriptor, output: FileDescriptor) {
    guard let terminal = Terminal(input), Terminal(output) != nil else { return nil }
    self.terminal = terminal
    self.output = output
  }

  var input: FileDescriptor { terminal.descriptor }

  // MARK: Modes and size

  /// Keeps the modes; false if the terminal is gone.
  func saveModes() -> Bool {
    saved = try? terminal.attributes()
    return saved != nil
  }

  /// Gives the terminal exactly the modes it had.
  func restoreModes() {
    if let saved { try? terminal.setAttributes(saved) }
  }

  /// The characters that send signals in the modes that were kept.
  var signalCharacters: KeyInput.SignalCharacters {
    guard let saved, saved.sendsSignals else { return (nil, nil, nil) }
    return (character(.interrupt), character(.quit), character(.suspend))
  }

  private func character(_ character: TerminalAttributes.SpecialCharacter) -> UInt8? {
    guard let saved, saved[character] != 0 else { return nil }
    return saved[character]
  }

  var size: WindowSize { terminal.size() ?? WindowSize(columns: 80, rows: 24) }

  // MARK: Input and output

  /// What ended a wait.
  enum WaitResult {
    case input, wake, wakeIsGone, interrupted, hungUp, nothing
  }

  /// Blocks until there is a byte or `wake` is readable, for so many milliseconds at most; for ever if negative.
  func wait(wake: FileDescriptor?, milliseconds: Int32) -> WaitResult {
    do {
      let ready = try FileDescriptor.blockUntilEitherReady(
        input, wake, .reading, milliseconds: milliseconds, interruption: .report)
      if !ready.second.isEmpty { return ready.second.contains(.reading) ? .wake : .wakeIsGone }
      return ready.first.isEmpty ? .nothing : .input
    } catch {
      return error == .interrupted ? .interrupted : .hungUp
    }
  }

  /// Must be called when the modes for editing have been set. Bytes that were typed before passed the kernel's line
  /// editing, in which a NUL stands for the end-of-file character.
  func noteTypedAhead() { typedAhead = (try? input.readableByteCount()) ?? 0 }

  /// The next byte; `nil` at the end of the input, or when the terminal is gone.
  func readByte() -> UInt8? {
    while true {
      do {
        guard let byte = try input.readSome(1).first else { return nil }
        defer { typedAhead = max(0, typedAhead - 1) }
        return byte == 0 && typedAhead > 0 ? character(.endOfFile) ?? byte : byte
      } catch {
        // A program has left the terminal's description non-blocking.
        guard error == .wouldBlock, (try? input.blockUntilReady(.reading, milliseconds: -1)) != nil else { return nil }
      }
    }
  }

  func write(_ text: ByteString) {
    text.withUnsafeBytes { write($0) }
  }

  /// Writes all of it, unless the terminal is gone.
  func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty {
      do {
        let count = try output.writeSome(rest)
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } catch {
        guard error == .wouldBlock, (try? output.blockUntilReady(.writing, milliseconds: -1)) != nil else { return }
      }
    }
  }
}
