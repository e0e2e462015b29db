import ByteStrings
import Platform
import ShellRuntime

extension BuiltinContext {
  /// The job that an operand names: a job ID, the number that `$!` gave, or a job number.
  func job(_ operand: ByteString) throws(BuiltinError) -> Job {
    if let id = JobID(operand) { return try job(id, operand) }
    guard let number = operand.isUnsignedDecimal ? operand.decimalValue : nil else { throw .noSuchJob(operand) }
    if let job = environment.jobs.job(id: ProcessID(Int32(clamping: number))) { return job }
    return try job(.number(number), operand)
  }

  func job(_ id: JobID, _ operand: ByteString) throws(BuiltinError) -> Job {
    do throws(JobLookupError) {
      return try environment.jobs.find(id)
    } catch {
      switch error {
      case .noSuchJob: throw .noSuchJob(operand)
      case .ambiguous: throw .ambiguousJob(operand)
      }
    }
  }

  /// The current job: what is meant where no operand names one.
  var currentJob: Job {
    get throws(BuiltinError) {
      guard let job = environment.jobs.currentAndPrevious.current else { throw .noCurrentJob }
      return job
    }
  }

  /// POSIX: without job control there is no foreground or background to move a job to. Jobs of our own that live in
  /// this process can be moved all the same, unless the shell is to behave as POSIX says.
  func checkJobControl(of job: Job, _ name: ByteString) throws(BuiltinError) {
    if environment.options.contains(.monitor) { return }
    if job.kind == .process || environment.options.contains(.posix) { throw .noJobControl(name) }
  }

  /// Refuses to wait for a job that waits, directly or through others, for this one.
  func checkCircle(closedBy job: Job, _ operand: ByteString) throws(BuiltinError) {
    if environment.isMain { return }
    let circle = circle(closedByWaitingFor: job)
    if !circle.isEmpty { throw .circle(operand, circle.map { "%" + ByteString(decimal: $0.number) }) }
  }

  /// Whether a person is told about jobs here.
  var tellsAboutJobs: Bool { environment.isMain && environment.options.contains(.interactive) }

  /// Whether what is delivered here is taken from the job. Several background lists may want the same.
  var takesResults: Bool { environment.jobRole.ownsJobs }

  /// Writes a job's result, if it has one that was not delivered.
  mutating func deliverResult(of job: Job) {
    if let result = takesResults ? job.takeResult() : job.result { write(result) }
  }
}

extension ByteString {
  /// A count that an option's argument gives.
  func count(atLeast minimum: Int) throws(BuiltinError) -> Int {
    guard let value = decimalValue else { throw isDecimal ? .outOfRange(self) : .notANumber(self) }
    if value < minimum { throw .outOfRange(self) }
    return value
  }
}
