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
    let report = TimeReport(start: began.start, isInSeconds: inSeconds, file: environment.descriptors[2])
    context.writeDirectly(
      report.text(
        until: now.start, user: TimeSample.difference(began.user, now.user),
        system: TimeSample.difference(began.system, now.system)))
  }
}

/// A report of `time` that is written when its pipeline ends.
struct TimeReport: Sendable {
  let start: LoopInstant
  let isInSeconds: Bool
  /// The standard error of `time` itself.
  let file: OpenFile?

  func text(until end: LoopInstant, user: Duration?, system: Duration?) -> ByteString {
    let figures: KeyValuePairs<ByteString, Duration?> = [
      "real": start.duration(to: end), "user": user, "sys": system,
    ]
    var text = ByteString(isInSeconds ? "" : "\n")
    for (name, duration) in figures {
      let figure = duration.map { isInSeconds ? Self.seconds($0, digits: 2) : Self.minutes($0) } ?? "unknown"
      text += name + (isInSeconds ? " " : "\t") + figure + "\n"
    }
    return text
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

  /// `1m2.500s`.
  private static func minutes(_ duration: Duration) -> ByteString {
    let minutes = max(0, duration.components.seconds) / 60
    return ByteString(decimal: Int(minutes)) + "m" + seconds(duration - .seconds(minutes * 60), digits: 3) + "s"
  }

  /// `62.50`.
  private static func seconds(_ duration: Duration, digits: Int) -> ByteString {
    let (seconds, attoseconds) = max(.zero, duration).components
    let milliseconds = ByteString(decimal: 1000 + Int(attoseconds / 1_000_000_000_000_000)).dropping(first: 1)
    return ByteString(decimal: Int(seconds)) + "." + milliseconds.subrange(0..<digits)
  }
}
