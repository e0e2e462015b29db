import ByteStrings

/// A job ID, POSIX.1-2024 XBD 3.177: `%2 %% %+ %- % %name %?text`.
package enum JobID: Sendable, Equatable {
  case current
  case previous
  case number(Int)
  /// The job whose text begins with this.
  case prefix(ByteString)
  /// The job whose text contains this.
  case containing(ByteString)

  /// Reads a job ID; `nil` where the text does not begin with `%`.
  package init?(_ text: ByteString) {
    guard text.first == UInt8(ascii: "%") else { return nil }
    let name = text.dropping(first: 1)
    switch name {
    case "", "%", "+": self = .current
    case "-": self = .previous
    default:
      if name.first == UInt8(ascii: "?") {
        self = .containing(name.dropping(first: 1))
      } else if name.allSatisfy(\.isDigit) {
        // A number that is too large for any job names none.
        self = .number(name.decimalValue ?? .max)
      } else {
        self = .prefix(name)
      }
    }
  }
}

extension JobTable {
  /// The job that an ID names.
  package func find(_ id: JobID) throws(JobLookupError) -> Job {
    let found: Job?
    switch id {
    case .current: found = currentAndPrevious.current
    // A job that is alone is both.
    case .previous: found = currentAndPrevious.previous ?? currentAndPrevious.current
    case .number(let number): found = job(number: number)
    case .prefix(let prefix): found = try onlyJob { $0.hasPrefix(prefix) }
    case .containing(let part): found = try onlyJob { $0.contains(part) }
    }
    guard let found else { throw .noSuchJob }
    return found
  }

  private func onlyJob(where matches: (ByteString) -> Bool) throws(JobLookupError) -> Job? {
    var found: Job?
    for job in jobs where matches(job.text) {
      if found != nil { throw .ambiguous }
      found = job
    }
    return found
  }
}

extension ByteString {
  /// Whether it contains `part`.
  fileprivate func contains(_ part: ByteString) -> Bool {
    if part.isEmpty { return true }
    if part.count > count { return false }
    return (0...(count - part.count)).contains { start in subrange(start..<(start + part.count)) == part }
  }
}
