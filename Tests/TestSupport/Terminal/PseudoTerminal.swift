import CTestSupport
import Foundation

/// A program at a terminal of its own: type, press keys, look at the screen.
///
/// Every wait is for something that appears, with one overall limit; nothing sleeps for a fixed time and nothing is
/// tried twice. Belongs to one thread (`onOwnThread` gives a test one). Call `finish` at the end: it checks that no
/// process is left.
package final class PseudoTerminal {
  package let process: Int32
  package private(set) var screen: Screen
  /// Every byte the terminal received, in order.
  package private(set) var received: [UInt8] = []
  package private(set) var end: ProcessEnd?
  /// The limit of one wait where none is given.
  package var limit: Duration = .seconds(20)
  private let descriptor: Int32
  private var isHungUp = false
  private var receivedWhenTyped = 0
  /// The row in which the last line was typed, counted from the first that there was, also of those that have left the
  /// screen at its top.
  private var rowOfTypedLine = 0
  /// Whether a line was typed last whose end is shown.
  private var hasTypedLine = false
  /// The group that was in the foreground when Ctrl-Z was pressed last.
  private var groupToStop: Int32?

  package init(
    _ arguments: [String], environment: [String: String], directory: String? = nil, columns: Int = 80, rows: Int = 24
  ) throws {
    var name = [CChar](repeating: 0, count: 64)
    descriptor = testOpenTerminal(&name, name.count)
    guard descriptor >= 0 else { throw SystemError("open a pseudo-terminal") }
    let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    screen = Screen(columns: columns, rows: rows)
    Self.setSize(descriptor, columns: columns, rows: rows)
    let launch = Launch(
      arguments, environment: environment, directory: directory,
      descriptors: [Launch.terminal, Launch.terminal, Launch.terminal], terminalPath: path)
    process = try launch.start()
  }

  deinit {
    if end == nil {
      ProcessTable.drain(session: process, limit: .zero)
      _ = Children.wait(for: process)
    }
    if !isHungUp { close(descriptor) }
  }

  // MARK: Typing

  package func type(_ text: String) throws { try send(Array(text.utf8)) }

  package func press(_ keys: Key...) throws {
    for key in keys {
      let group = tcgetpgrp(descriptor)
      try send(key.bytes(applicationCursorKeys: screen.hasApplicationCursorKeys))
      if key == .control("Z") { groupToStop = group }
    }
  }

  /// As a terminal sends pasted text: in brackets, if the program asked for that.
  package func paste(_ text: String) throws {
    try type(screen.isBracketedPaste ? "\u{1B}[200~\(text)\u{1B}[201~" : text)
  }

  /// Whether anything has come since the last key; after a line whose end is shown, whether that was shown. (What a
  /// shell still draws of the prompt at which the line was typed is no answer to it.)
  package var hasAnswered: Bool {
    hasTypedLine
      ? received[receivedWhenTyped...].contains(UInt8(ascii: "\n")) : received.count > receivedWhenTyped
  }

  /// Types bytes that need not be text.
  package func send(_ bytes: [UInt8]) throws {
    try waitUntilStopped()
    receivedWhenTyped = received.count
    hasTypedLine = bytes.last == UInt8(ascii: "\r") && (isEchoing || !isCanonical)
    if hasTypedLine { rowOfTypedLine = screen.rowFromTheBeginning }
    var rest = bytes[...]
    let deadline = ContinuousClock.now + limit
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno == EAGAIN, ContinuousClock.now < deadline {
        _ = receive(upTo: .milliseconds(50), events: POLLIN | POLLOUT)
      } else {
        throw failure("typing \(String(decoding: rest, as: UTF8.self).debugDescription)")
      }
    }
  }

  // MARK: Waiting

  package func waitFor(_ text: String, limit: Duration? = nil) throws {
    try waitUntil("\(text.debugDescription) is on the screen", limit: limit) { $0.text.contains(text) }
  }

  /// The rows from the one in which the last line was typed: what stands above was written before. All rows, if the
  /// screen has been cleared since, or a program has all of it.
  package var rowsSinceTyped: ArraySlice<String> {
    if screen.rowFromTheBeginning < rowOfTypedLine { rowOfTypedLine = 0 }
    return screen.isAlternate ? screen.lines[...] : screen.lines.dropFirst(rowOfTypedLine - screen.scrollback.count)
  }

  /// Waits until the screen, without blanks at the ends of lines and below the last one, is exactly this.
  package func waitForScreen(_ text: String, limit: Duration? = nil) throws {
    try waitUntil("the screen is exactly\n\(text)\n", limit: limit) { $0.text == text }
  }

  package func waitUntil(_ what: String, limit: Duration? = nil, _ condition: (Screen) -> Bool) throws {
    let deadline = ContinuousClock.now + (limit ?? self.limit)
    while !condition(screen) {
      let remaining = deadline - ContinuousClock.now
      guard remaining > .zero, receive(upTo: remaining) || condition(screen) else { throw failure(what) }
    }
  }

  /// Waits for a state of the kernel's that announces itself by no output: it is looked at every two milliseconds,
  /// while output goes on being received.
  package func waitUntilKernel(_ what: String, limit: Duration? = nil, _ condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + (limit ?? self.limit)
    while !condition() {
      guard ContinuousClock.now < deadline else { throw failure(what) }
      _ = receive(upTo: .milliseconds(2))
    }
  }

  /// Waits until a program with this name is in the terminal's foreground process group.
  package func waitForForeground(_ name: String) throws {
    try waitUntilKernel("\(name) is in the foreground") {
      let group = tcgetpgrp(descriptor)
      return ProcessTable.session(process).contains { $0.group == group && $0.name == name }
    }
  }

  /// Waits until no process of the group that Ctrl-Z was pressed for runs any more, if the group has lost the terminal.
  /// A shell is told when its own children have stopped; their children have the signal, but may not have got to the
  /// processor since. If one of them waits in a read, the kernel gives that read what is typed in the meantime, before
  /// it looks at the signal: the keys are in the stopped program's buffer then, and no shell ever sees them.
  private func waitUntilStopped() throws {
    guard let group = groupToStop.take(), tcgetpgrp(descriptor) != group else { return }
    try waitUntilKernel("process group \(group) has stopped") {
      ProcessTable.session(process).allSatisfy { $0.group != group || $0.state == "T" }
    }
  }

  /// Sends a signal to the program itself, as `kill` from elsewhere does.
  package func send(signal: Int32) {
    receivedWhenTyped = received.count
    hasTypedLine = false
    kill(process, signal)
  }

  /// Waits until the terminal hands over whole lines (a program runs), or single characters (a line is edited).
  package func waitForModes(canonical: Bool) throws {
    try waitUntilKernel("the terminal is \(canonical ? "in" : "out of") canonical mode") { isCanonical == canonical }
  }

  /// Waits until the program has ended, and takes what it still writes.
  @discardableResult
  package func waitForEnd(limit: Duration? = nil) throws -> ProcessEnd {
    try waitUntilKernel("the program ends", limit: limit) { collect() != nil }
    while receive(upTo: .zero) {}
    return end!
  }

  // MARK: The kernel's view

  /// The name of the program that leads the foreground process group.
  package var foregroundProgram: String? {
    isHungUp ? nil : ProcessTable.entry(tcgetpgrp(descriptor))?.name
  }

  package var modes: termios {
    var modes = termios()
    tcgetattr(descriptor, &modes)
    return modes
  }

  package var isCanonical: Bool { modes.c_lflag & tcflag_t(ICANON) != 0 }
  package var isEchoing: Bool { modes.c_lflag & tcflag_t(ECHO) != 0 }

  package func resize(columns: Int, rows: Int) {
    rowOfTypedLine = 0
    screen.resize(columns: columns, rows: rows)
    Self.setSize(descriptor, columns: columns, rows: rows)
  }

  /// Closes the terminal, as when its window is closed.
  package func hangUp() {
    guard !isHungUp else { return }
    isHungUp = true
    close(descriptor)
  }

  // MARK: The end

  /// Hangs up, if the program has not ended, and waits until every process of the session is gone. Those that are
  /// left are killed and named in an error.
  package func finish(limit: Duration = .seconds(5)) throws {
    let foreground = foregroundProgram
    if collect() == nil { hangUp() }
    let deadline = ContinuousClock.now + limit
    while collect() == nil, ContinuousClock.now < deadline { _ = receive(upTo: .milliseconds(2)) }
    let left = ProcessTable.drain(session: process, limit: end == nil ? .zero : deadline - ContinuousClock.now)
    if !left.isEmpty {
      let names = left.map(\.description).joined(separator: ", ")
      throw TerminalFailure(awaited: "no process is left (\(names))", screen: screen, end: end, foreground: foreground)
    }
  }

  private func collect() -> ProcessEnd? {
    if end == nil { end = Children.wait(for: process, options: WNOHANG) }
    return end
  }

  private static func setSize(_ descriptor: Int32, columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }

  /// Waits for output and takes what is there. False when there was none in time, or there can be none any more.
  private func receive(upTo duration: Duration, events: Int32 = POLLIN) -> Bool {
    guard !isHungUp else {
      usleep(2_000)
      return false
    }
    var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    guard poll(&waiting, 1, duration.pollTimeout) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else {
      // EIO: nobody has the terminal open. A program may still open it (or be starting): do not spin.
      if waiting.revents & Int16(POLLHUP) != 0 { usleep(2_000) }
      return collect() == nil
    }
    received += buffer[..<count]
    screen.receive(buffer[..<count])
    let answers = screen.takeAnswers()
    if !answers.isEmpty { _ = answers.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
    return true
  }

  /// The error that says what was awaited, and what there is instead.
  package func failure(_ awaited: String) -> TerminalFailure {
    TerminalFailure(awaited: awaited, screen: screen, end: collect(), foreground: foregroundProgram)
  }
}

/// Something did not appear in time.
package struct TerminalFailure: Error, CustomStringConvertible {
  package var awaited: String
  package var screen: Screen
  package var end: ProcessEnd?
  package var foreground: String?

  package var description: String {
    let frame = String(repeating: "-", count: screen.columns)
    let state = end.map { "the program ended: \($0)" } ?? "in the foreground: \(foreground ?? "nothing")"
    return """
      waited until \(awaited)
      \(state); cursor at row \(screen.cursor.row), column \(screen.cursor.column); the screen:
      \(frame)
      \(screen.history)
      \(frame)
      """
  }
}
