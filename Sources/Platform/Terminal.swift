import ByteStrings
import CPlatform
import Glibc
import SystemPackage

/// A terminal's modes, to be kept and given back.
package struct TerminalAttributes: Sendable, Equatable {
  var raw: termios

  package static func == (left: TerminalAttributes, right: TerminalAttributes) -> Bool {
    var (left, right) = (left.raw, right.raw)
    return memcmp(&left, &right, MemoryLayout<termios>.size) == 0
  }

  /// Whether input comes line by line.
  package var isCanonical: Bool {
    get { raw.c_lflag & tcflag_t(ICANON) != 0 }
    set { setLocal(ICANON, newValue) }
  }

  /// Whether typed characters are shown.
  package var echoes: Bool {
    get { raw.c_lflag & tcflag_t(ECHO) != 0 }
    set { setLocal(ECHO, newValue) }
  }

  /// Whether the interrupt, quit and suspend characters send signals.
  package var sendsSignals: Bool {
    get { raw.c_lflag & tcflag_t(ISIG) != 0 }
    set { setLocal(ISIG, newValue) }
  }

  /// Whether output from a background process group stops it (`stty tostop`).
  package var stopsBackgroundOutput: Bool {
    get { raw.c_lflag & tcflag_t(TOSTOP) != 0 }
    set { setLocal(TOSTOP, newValue) }
  }

  /// Without canonical mode: how many bytes a read waits for, and for how many tenths of a second.
  package mutating func setReadThreshold(bytes: UInt8, tenths: UInt8) {
    withUnsafeMutableBytes(of: &raw.c_cc) { characters in
      characters[Int(VMIN)] = bytes
      characters[Int(VTIME)] = tenths
    }
  }

  /// A character with a meaning.
  package enum SpecialCharacter: Sendable {
    case interrupt, quit, suspend, endOfFile, erase, kill

    fileprivate var index: Int {
      switch self {
      case .interrupt: Int(VINTR)
      case .quit: Int(VQUIT)
      case .suspend: Int(VSUSP)
      case .endOfFile: Int(VEOF)
      case .erase: Int(VERASE)
      case .kill: Int(VKILL)
      }
    }
  }

  /// The byte that has this meaning; 0 when none has.
  package subscript(character: SpecialCharacter) -> UInt8 {
    get { withUnsafeBytes(of: raw.c_cc) { $0[character.index] } }
    set { withUnsafeMutableBytes(of: &raw.c_cc) { $0[character.index] = newValue } }
  }

  /// Makes the modes fit for typing lines, whatever a crashed program left: what `stty sane` sets that matters.
  package mutating func makeSane() {
    raw.c_iflag |= tcflag_t(ICRNL | IXON | BRKINT)
    raw.c_iflag &= ~tcflag_t(IGNCR | INLCR | IGNBRK)
    raw.c_oflag |= tcflag_t(OPOST | ONLCR)
    raw.c_lflag |= tcflag_t(ISIG | ICANON | ECHO | ECHOE | ECHOK | IEXTEN)
    raw.c_lflag &= ~tcflag_t(NOFLSH | TOSTOP | ECHONL)
    raw.c_cflag |= tcflag_t(CREAD)
  }

  private mutating func setLocal(_ flag: Int32, _ isSet: Bool) {
    if isSet { raw.c_lflag |= tcflag_t(flag) } else { raw.c_lflag &= ~tcflag_t(flag) }
  }
}

/// A terminal's size in characters.
package struct WindowSize: Sendable, Hashable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// A terminal that is open as `descriptor`. The descriptor is not owned by this value.
package struct Terminal: Sendable, Hashable {
  /// The descriptor; closing it is its owner's.
  package let descriptor: FileDescriptor

  /// `nil` if the descriptor is no terminal.
  package init?(_ descriptor: FileDescriptor) {
    guard isatty(descriptor.rawValue) == 1 else { return nil }
    self.descriptor = descriptor
  }

  private init(opened descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// The controlling terminal, as a descriptor of our own at 10 or above: through `/dev/tty`, or else whichever of
  /// descriptors 0 to 2 is that terminal; `nil` without one.
  package static func openControlling() -> Terminal? {
    if let opened = try? Files.open("/dev/tty", .readWrite) {
      defer { try? opened.closeDescriptor() }
      return (try? opened.duplicate()).map(Terminal.init(opened:))
    }
    for number in Int32(0)...2 {
      guard let candidate = Terminal(FileDescriptor(rawValue: number)), (try? candidate.foregroundGroup()) != nil
      else { continue }
      return (try? candidate.descriptor.duplicate()).map(Terminal.init(opened:))
    }
    return nil
  }

  /// Whether the descriptor is a terminal that was hung up: its window is closed, or its line is gone. Reads fail then,
  /// or say that the input has ended. A pipe whose writer is gone is hung up too, but no device.
  package static func isHungUp(_ descriptor: FileDescriptor) -> Bool {
    guard (try? FileStatus(of: descriptor))?.kind == .characterDevice else { return false }
    return (try? descriptor.pollReadiness(.reading))?.contains(.hangup) == true
  }

  /// Both ends of a new pseudo-terminal.
  package static func makePair() throws(Errno) -> (controller: FileDescriptor, terminal: Terminal) {
    var controller: Int32 = -1
    var terminal: Int32 = -1
    _ = try checked(.open) { platform_open_pseudo_terminal(&controller, &terminal) }
    return (FileDescriptor(rawValue: controller), Terminal(opened: FileDescriptor(rawValue: terminal)))
  }

  /// Its modes and special characters, as they are now.
  package func attributes() throws(Errno) -> TerminalAttributes {
    var raw = termios()
    _ = try checked { tcgetattr(descriptor.rawValue, &raw) }
    return TerminalAttributes(raw: raw)
  }

  /// When new attributes take effect.
  package enum Moment: Sendable {
    case now
    /// After all output is written.
    case afterOutput
    /// After all output is written, dropping input that was not read.
    case afterOutputDroppingInput

    fileprivate var action: Int32 {
      switch self {
      case .now: TCSANOW
      case .afterOutput: TCSADRAIN
      case .afterOutputDroppingInput: TCSAFLUSH
      }
    }
  }

  /// Sets the attributes, also from a background process group: SIGTTOU is blocked meanwhile.
  package func setAttributes(_ attributes: TerminalAttributes, _ moment: Moment = .afterOutput) throws(Errno) {
    let former = Signals.block([.terminalOutput])
    defer { Signals.setBlocked(former) }
    var raw = attributes.raw
    _ = try checked { tcsetattr(descriptor.rawValue, moment.action, &raw) }
  }

  /// The foreground process group. Throws `inappropriateIOCTLForDevice` where this is not our controlling terminal.
  package func foregroundGroup() throws(Errno) -> ProcessID {
    ProcessID(try checked { tcgetpgrp(descriptor.rawValue) })
  }

  /// Makes `group` the foreground process group, also from a background one: SIGTTOU is blocked meanwhile.
  package func setForegroundGroup(_ group: ProcessID) throws(Errno) {
    _ = try checked(.tcsetpgrp) { platform_set_foreground_group(descriptor.rawValue, group.rawValue) }
  }

  /// From now on a signal that ends this process by its default action first makes `group` the foreground process
  /// group: of one terminal only, the last one.
  package func giveBackAtEnd(to group: ProcessID) { platform_give_back_at_end(descriptor.rawValue, group.rawValue) }

  /// Ends what `giveBackAtEnd` began.
  package static func keepAtEnd() { platform_give_back_at_end(-1, 0) }

  /// The window's size; `nil` where the terminal does not know it.
  package func size() -> WindowSize? {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard platform_window_size(descriptor.rawValue, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
    return WindowSize(columns: Int(columns), rows: Int(rows))
  }

  /// Sets the window's size; the foreground process group gets SIGWINCH when it changed.
  package func setSize(_ size: WindowSize) throws(Errno) {
    _ = try checked { platform_set_window_size(descriptor.rawValue, Int32(size.columns), Int32(size.rows)) }
  }

  /// The device's path: `/dev/pts/3`.
  package func name() throws(Errno) -> ByteString {
    try Files.path(of: descriptor)
  }

  /// Drops input that was not read.
  package func dropInput() throws(Errno) {
    _ = try checked { tcflush(descriptor.rawValue, TCIFLUSH) }
  }
}
