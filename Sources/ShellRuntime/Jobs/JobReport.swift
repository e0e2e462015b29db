import ByteStrings
import Platform
import ShellSyntax

/// The lines in which jobs are reported and listed.
package enum JobReport {
  /// `[1]+  Stopped                 vim a.c`. A job that ran for long and ended by itself shows how long, except under
  /// `posix`: `[1]+  Done                    make  (3m 05s)`.
  package static func line(
    _ job: Job, _ marks: (current: Job?, previous: Job?), _ options: ShellOptions, details: ByteString = "",
    text: ByteString? = nil
  ) -> ByteString {
    var line: ByteString = "[" + ByteString(decimal: job.number) + "]"
    line.append(mark(of: job, marks))
    line.append("  ")
    line.append(details)
    let state = job.isTerminating && !job.state.isFinal ? "Terminating" : words(for: job.state)
    line.append(state)
    line.append(ByteString(repeating: UInt8(ascii: " "), count: max(1, 24 - state.count)))
    line.append(text ?? job.text.visible)
    if case .done = job.state, job.duration >= longTime, !options.contains(.posix) {
      line.append("  (" + words(for: job.duration) + ")")
    }
    return line
  }

  /// The lines of `jobs -l`, which name every process: of a pipeline of programs each element in a line of its own, of
  /// any other job the programs that it runs at the moment.
  package static func lines(
    _ job: Job, _ marks: (current: Job?, previous: Job?), _ options: ShellOptions
  ) -> [ByteString] {
    let isPipeline = job.kind == .process && job.processes.count > 1
    let number = ByteString(decimal: Int(job.shownID.rawValue)) + " "
    let first = isPipeline ? text(of: job.processes[0]) : nil
    let others = isPipeline ? job.processes.dropFirst() : job.kind == .process ? [] : job.processes[...]
    let indentation = ByteString(repeating: UInt8(ascii: " "), count: ByteString(decimal: job.number).count + 5)
    return [line(job, marks, options, details: number, text: first)]
      + others.map { process in
        let state = words(for: process.status.map { Job.State($0) } ?? .running)
        let padding = ByteString(repeating: UInt8(ascii: " "), count: max(1, (isPipeline ? 22 : 24) - state.count))
        return indentation + ByteString(decimal: Int(process.id.rawValue)) + " " + state + padding
          + (isPipeline ? "| " : "") + text(of: process)
      }
  }

  private static func text(of process: ChildProcess) -> ByteString {
    var text = ByteString()
    for word in process.command {
      if !text.isEmpty { text.append(" ") }
      text.append(word.shellQuoted)
    }
    return text.visible
  }

  /// From which duration on a report shows it.
  private static let longTime = Duration.seconds(5)

  /// `12s`, `3m 05s`, `1h 02m`.
  static func words(for duration: Duration) -> ByteString {
    let (minutes, seconds) = Int(duration.components.seconds).quotientAndRemainder(dividingBy: 60)
    if minutes == 0 { return ByteString(decimal: seconds) + "s" }
    func twoDigits(_ number: Int) -> ByteString { (number < 10 ? "0" : "") + ByteString(decimal: number) }
    if minutes < 60 { return ByteString(decimal: minutes) + "m " + twoDigits(seconds) + "s" }
    return ByteString(decimal: minutes / 60) + "h " + twoDigits(minutes % 60) + "m"
  }

  /// `+` for the current job, `-` for the previous one.
  package static func mark(of job: Job, _ marks: (current: Job?, previous: Job?)) -> ByteString {
    if job === marks.current { return "+" }
    return job === marks.previous ? "-" : " "
  }

  /// A state in the words of POSIX.1-2024 `jobs`.
  package static func words(for state: Job.State) -> ByteString {
    switch state {
    case .running: "Running"
    case .stopped(let signal): signal == .terminalStop || signal == .stop ? "Stopped" : signal.text
    case .done(let status): status.isSuccess ? "Done" : "Exit " + ByteString(decimal: Int(status.rawValue))
    case .terminated(let signal, let coreDumped): signal.text + (coreDumped ? " (core dumped)" : "")
    }
  }
}

extension JobReport {
  /// `[1]+  coroutine  Running  4 steps  0.2 ms  waits for its deadline, 0.8 s from now  tick`
  package static func inspection(of job: Job, _ marks: (current: Job?, previous: Job?)) -> ByteString {
    let measures = job.measures
    let columns: [(text: String, width: Int)] = [
      ("[\(job.number)]\(mark(of: job, marks)) ", 5), (kind(of: job), 11),
      ("\(job.isTerminating && !job.state.isFinal ? "Terminating" : words(for: job.state))", 13),
      ("\(measures.steps) step\(measures.steps == 1 ? "" : "s")", 11), (milliseconds(measures.processorTime), 11),
    ]
    var line = ""
    for column in columns {
      line += column.text + String(repeating: " ", count: max(1, column.width - column.text.count))
    }
    return ByteString(line) + job.text.visible + ByteString(waits(of: job))
  }

  private static func kind(of job: Job) -> String {
    if job.isFuture { return "future" }
    return switch job.kind {
    case .coroutine: "coroutine"
    case .process: "process"
    case .thread: "thread"
    }
  }

  private static func milliseconds(_ duration: Duration) -> String { decimal(duration, unit: .milliseconds(1)) + " ms" }

  /// With one digit after the point.
  private static func decimal(_ duration: Duration, unit: Duration) -> String {
    let tenths = Int((duration / unit * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// What each of its tasks waits for, and until when.
  private static func waits(of job: Job) -> String {
    if job.isFuture, !job.state.isFinal { return "; waits for resolve" }
    let loop = job.shell.loop
    let waits = job.records.compactMap { record -> String? in
      if !record.isStarted { return "its first step" }
      guard let wait = record.waitingFor else { return nil }
      guard let deadline = wait.deadline else { return wait.words }
      let rest = loop.now.duration(to: deadline)
      let time = rest <= .zero ? "overdue" : "\(decimal(rest, unit: .seconds(1))) s from now"
      return "\(wait.words), \(time)"
    }
    return waits.isEmpty ? "" : "; waits for " + waits.joined(separator: " and ")
  }
}
