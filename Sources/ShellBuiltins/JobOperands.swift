import ByteStrings
import Platform
import ShellRuntime

/// An error about a job or about an operand that should name one.
enum JobError: WordedError {
  case noSuchJob(ByteString)
  case ambiguous(ByteString)
  case notAProcessOrJob(ByteString)
  /// The job belongs to the environment around this subshell, and only that may wait for it.
  case notOwn(ByteString)
  case noCurrentJob
  case hasEnded(ByteString)
  case isStopped(ByteString)
  case noJobControl(ByteString)
  /// The jobs that would wait for each other.
  case circle(ByteString, [ByteString])

  var status: ExitStatus {
    switch self {
    case .notOwn: .commandNotFound
    case .notAProcessOrJob: .usageError
    case .noSuchJob, .ambiguous, .noCurrentJob, .hasEnded, .isStopped, .noJobControl, .circle: .failure
    }
  }
}

extension BuiltinError {
  static func job(_ error: JobError) -> Self { Self(error) }
}

extension BuiltinContext {
  /// The job that an operand names: a job ID, a value of `$!`, or a job number.
  func job(_ operand: ByteString) throws(BuiltinError) -> Job {
    if let id = JobID(operand) { return try job(id, operand) }
    guard let number = operand.isUnsignedDecimal ? operand.decimalValue : nil else { throw .job(.noSuchJob(operand)) }
    if let job = environment.jobs.job(id: ProcessID(Int32(clamping: number))) { return job }
    return try job(.number(number), operand)
  }

  func job(_ id: JobID, _ operand: ByteString) throws(BuiltinError) -> Job {
    do throws(JobLookupError) {
      return try environment.jobs.find(id)
    } catch {
      switch error {
      case .noSuchJob: throw .job(.noSuchJob(operand))
      case .ambiguous: throw .job(.ambiguous(operand))
      }
    }
  }

  /// The current job, which is meant without an operand.
  var currentJob: Job {
    get throws(BuiltinError) {
      guard let job = environment.jobs.currentAndPrevious.current else { throw .job(.noCurrentJob) }
      return job
    }
  }

  /// POSIX: `fg` and `bg` fail without job control. Coroutine and thread jobs do not need it, so they are exempt unless
  /// the option `posix` is set.
  func checkJobControl(of job: Job, _ name: ByteString) throws(BuiltinError) {
    if environment.options.contains(.monitor) { return }
    if job.kind == .process || environment.options.contains(.posix) { throw .job(.noJobControl(name)) }
  }

  /// Refuses to wait for a job that waits, directly or through others, for this one.
  func checkCircle(closedBy job: Job, _ operand: ByteString) throws(BuiltinError) {
    if environment.isMain { return }
    let circle = circle(closedByWaitingFor: job)
    if !circle.isEmpty { throw .job(.circle(operand, circle.map { "%" + ByteString(decimal: $0.number) })) }
  }

  /// Whether jobs are reported here.
  var tellsAboutJobs: Bool { environment.isMain && environment.options.contains(.interactive) }

  /// Whether `fg` and `bg` name the job that they go on with: as POSIX says, but for a script without job control, which
  /// has `fg` for what the job writes.
  var namesJobs: Bool { environment.isMain && !environment.options.isDisjoint(with: [.interactive, .monitor]) }

  /// Whether a result is removed from its job when it is delivered. Background lists leave it, since several may want
  /// it.
  var removesResults: Bool { environment.jobRole.ownsJobs }

  /// Writes a job's result, if it has one that was not delivered.
  mutating func deliverResult(of job: Job) {
    if let result = removesResults ? job.takeResult() : job.result { write(result) }
  }
}
