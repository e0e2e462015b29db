import ByteStrings
import Platform
import ShellSyntax

/// The lines that people read about jobs.
package enum JobReport {
  /// `[1]+  Stopped                 vim a.c`
  package static func line(
    _ job: Job, _ marks: (current: Job?, previous: Job?), details: ByteString = ""
  ) -> ByteString {
    var line: ByteString = "[" + ByteString(decimal: job.number) + "]"
    line.append(mark(of: job, marks))
    line.append("  ")
    line.append(details)
    let state = words(for: job.state)
    line.append(state)
    line.append(ByteString(repeating: UInt8(ascii: " "), count: max(1, 24 - state.count)))
    line.append(job.text.visible)
    return line
  }

  /// `+` for the current job, `-` for the previous one.
  package static func mark(of job: Job, _ marks: (current: Job?, previous: Job?)) -> ByteString {
    if job === marks.current { return "+" }
    return job === marks.previous ? "-" : " "
  }

  /// A state in the words that people know.
  package static func words(for state: Job.State) -> ByteString {
    switch state {
    case .running: "Running"
    case .stopped(let signal): signal == .terminalStop ? "Stopped" : signal.text
    case .done(let status): status.isSuccess ? "Done" : "Exit " + ByteString(decimal: Int(status.rawValue))
    case .terminated(let signal, let coreDumped): signal.text + (coreDumped ? " (core dumped)" : "")
    }
  }
}
