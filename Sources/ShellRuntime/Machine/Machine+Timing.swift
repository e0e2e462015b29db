import ByteStrings
import Meanwhile
import Platform

/// `time`: how long a pipeline takes on the loop's clock, and how much processor time it uses.
extension Machine {
  /// Readings of the loop's clock and of the processor time.
  struct TimeSample: Sendable {
    let start: LoopInstant
    /// `nil` where the kernel does not say.
    let user: Duration?
    let system: Duration?

    /// The readings now. Processor time is that of the shell and of all children that it has collected.
    init(_ shell: Shell) {
      start = shell.loop.now
      let own = try? ProcessInformation.resourceUsage(of: .thisProcess)
      let children = try? ProcessInformation.resourceUsage(of: .children)
      guard let own, let children else {
        (user, system) = (nil, nil)
        return
      }
      let others = shell.children.usageOfStandIns
      (user, system) = (own.user + children.user + others.user, own.system + children.system + others.system)
    }

    static func difference(_ before: Duration?, _ after: Duration?) -> Duration? {
      guard let before, let after else { return nil }
      return after - before
    }
  }

  mutating func beginTiming() {
    frames.append(.timing(savedState, TimeSample(shell)))
  }

  mutating func endTiming(inSeconds: Bool) {
    guard case .timing(_, let began) = frames[frames.count - 1] else { return }
    popFrame()
    let now = TimeSample(shell)
    let report = TimeReport(
      start: began.start, format: environment.timeFormat(inSeconds: inSeconds), file: environment.descriptors[2])
    context.writeDirectly(
      report.text(
        until: now.start, user: TimeSample.difference(began.user, now.user),
        system: TimeSample.difference(began.system, now.system)))
  }
}

extension ExecutionEnvironment {
  /// How `time` writes: as `TIMEFORMAT` says and, with `-p`, as POSIX says it of the utility.
  func timeFormat(inSeconds: Bool) -> ByteString {
    if inSeconds { return "real %2R\nuser %2U\nsys %2S" }
    if !options.contains(.posix), let format = value(of: "TIMEFORMAT") { return format }
    return "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS"
  }
}

/// A report of `time` that is written when its pipeline ends.
struct TimeReport: Sendable {
  let start: LoopInstant
  /// As `TIMEFORMAT` has it: `%[p][l]R`, `U`, `S` are times, `%P` is the share of the processor. Empty for no report.
  let format: ByteString
  /// The standard error of `time` itself.
  let file: OpenFile?

  func text(until end: LoopInstant, user: Duration?, system: Duration?) -> ByteString {
    if format.isEmpty { return format }
    let figures = TimeFigures(real: start.duration(to: end), user: user, system: system)
    var text = ByteString()
    var rest = format[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        text.append(byte)
        continue
      }
      let whole = rest
      var digits = 3
      if let digit = rest.first, digit.isDigit {
        digits = min(3, Int(digit - UInt8(ascii: "0")))
        rest = rest.dropFirst()
      }
      let hasMinutes = rest.first == UInt8(ascii: "l")
      if hasMinutes { rest = rest.dropFirst() }
      let letter = rest.popFirst()
      if letter == UInt8(ascii: "%") {
        text.append("%")
      } else if let figure = letter.flatMap({ figures.text($0, digits: digits, hasMinutes: hasMinutes) }) {
        text += figure
      } else {
        // What is no conversion stands for itself.
        text.append("%")
        rest = whole
      }
    }
    return text + "\n"
  }

  /// Writes the report on programs that have ended. At the prompt it goes above the line that is typed.
  func write(on programs: [ChildProcess], in shell: Shell) {
    let text = text(
      until: shell.loop.now, user: programs.reduce(.zero) { $0 + $1.usage.user },
      system: programs.reduce(.zero) { $0 + $1.usage.system })
    guard let file else { return }
    if file.isTerminal, text.withUnsafeBytes({ shell.promptOutput.accept($0) }) { return }
    file.writeDirectly(text)
  }
}

/// What a report of `time` is made of. `nil` stands for what the kernel does not say.
private struct TimeFigures {
  let real: Duration
  let user: Duration?
  let system: Duration?

  /// The figure of a letter of `TIMEFORMAT`; `nil` if there is none.
  func text(_ letter: UInt8, digits: Int, hasMinutes: Bool) -> ByteString? {
    let duration: Duration?
    switch letter {
    case UInt8(ascii: "R"): duration = real
    case UInt8(ascii: "U"): duration = user
    case UInt8(ascii: "S"): duration = system
    case UInt8(ascii: "P"): return share
    default: return nil
    }
    guard let duration else { return "unknown" }
    if !hasMinutes { return Self.seconds(duration, digits: digits) }
    let minutes = max(0, duration.components.seconds) / 60
    return ByteString(decimal: Int(minutes)) + "m" + Self.seconds(duration - .seconds(minutes * 60), digits: digits)
      + "s"
  }

  /// The processor's share of the time, in percent with two digits.
  private var share: ByteString {
    guard let user, let system else { return "unknown" }
    let hundredths = real > .zero ? Int(max(0, (user + system) / real) * 10_000) : 0
    let fraction = ByteString(decimal: 100 + hundredths % 100).dropping(first: 1)
    return ByteString(decimal: hundredths / 100) + "." + fraction
  }

  /// `62.50`.
  private static func seconds(_ duration: Duration, digits: Int) -> ByteString {
    let (seconds, attoseconds) = max(.zero, duration).components
    if digits == 0 { return ByteString(decimal: Int(seconds)) }
    let milliseconds = ByteString(decimal: 1000 + Int(attoseconds / 1_000_000_000_000_000)).dropping(first: 1)
    return ByteString(decimal: Int(seconds)) + "." + milliseconds.subrange(0..<digits)
  }
}
