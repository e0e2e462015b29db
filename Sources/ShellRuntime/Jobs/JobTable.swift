import ByteStrings
import DequeModule
import Meanwhile
import Platform

/// The jobs of an environment: numbers, the current and the previous job, and statuses that `wait` can still ask for.
///
/// Confined to the thread of its shell's loop, like its jobs; hence unchecked.
package final class JobTable: @unchecked Sendable {
  /// Jobs by number, from 1; the last one is never empty.
  private var slots: [Job?] = []
  private var numbersByID: [ProcessID: Job] = [:]
  /// Statuses of jobs that have left the table, by `$!`, for `wait`.
  private var finished: [ProcessID: ExitStatus] = [:]
  private var finishedOrder: [ProcessID] = []
  /// Jobs without a number that `wait` knows by their process IDs, and those that have ended since one was added.
  private var nameless: [Job] = []
  private var clock = 0
  /// How many of its jobs run.
  package private(set) var runningCount = 0
  /// How many of those run outside of the loop: programs and worker threads.
  private var runningOutsideCount = 0
  /// Jobs that have ended, in that order, until their status is delivered. Made with the first one, since making it takes
  /// a thirtieth of the shell's start.
  private lazy var ended: Deque<Job> = []
  /// Signalled when any job changes its state.
  package let changed = WakeEvent()
  /// What tells the environment whose table it is of ends, where that has had a trap on CHLD.
  var childChanges: ChildChanges?
  /// Jobs whose change was not reported.
  private var unreported: [Job] = []

  /// How many statuses of jobs that are gone `wait` can still ask for.
  static let rememberedStatuses = 1_024

  package init() {}

  package var isEmpty: Bool { slots.isEmpty }

  /// The jobs by number.
  package var jobs: [Job] { slots.compactMap(\.self) }

  package func job(number: Int) -> Job? { number >= 1 && number <= slots.count ? slots[number - 1] : nil }

  /// The job whose `$!` is `id`, or one of whose programs it is.
  package func job(id: ProcessID) -> Job? {
    numbersByID[id] ?? nameless.first { $0.knownID == id && !$0.isFetched }
      ?? jobs.first { $0.processes.contains { $0.id == id } }
  }

  /// The remembered status of a job that has left the table; returned once.
  package func takeStatus(of id: ProcessID) -> ExitStatus? {
    finished.removeValue(forKey: id)
  }

  // MARK: Entering and leaving

  /// Gives a job its number, the next after the largest.
  package func add(_ job: Job) {
    slots.append(job)
    job.number = slots.count
    if let id = job.knownID { numbersByID[id] = job }
    touch(job)
    job.table = self
    count(job, job.state, 1)
    if job.state.isFinal { ended.append(job) }
  }

  /// Removes a job from the table; its status stays known to `wait`.
  package func remove(_ job: Job, remembersStatus: Bool = true) {
    guard self.job(number: job.number) === job else { return }
    slots[job.number - 1] = nil
    // The next job gets the number after the largest one in use.
    while let last = slots.last, last == nil { slots.removeLast() }
    count(job, job.state, -1)
    if let id = job.knownID {
      // The kernel may have given the process ID to a later job.
      if numbersByID[id] === job { numbersByID[id] = nil }
      if remembersStatus, job.state.isFinal, !job.isFetched { remember(id, job.state.status) }
    }
    job.table = nil
  }

  /// Makes a process substitution known to `wait`. It is not listed, and ends without a report.
  func addNameless(_ job: Job) {
    for job in nameless where job.state.isFinal && !job.isFetched {
      if let id = job.knownID { remember(id, job.state.status) }
    }
    nameless.removeAll(where: \.state.isFinal)
    nameless.append(job)
  }

  /// Its job has got its process ID.
  func jobIsKnown(_ job: Job, as id: ProcessID) { numbersByID[id] = job }

  /// The process ID of a job that may have left the table before anybody asked for it.
  func processID(of job: Job) -> ProcessID {
    if let id = job.knownID { return id }
    let id = job.processID()
    if job.table == nil, job.state.isFinal, !job.isFetched { remember(id, job.state.status) }
    return id
  }

  private func remember(_ id: ProcessID, _ status: ExitStatus) {
    finished[id] = status
    finishedOrder.append(id)
    // Half of them are dropped at once, which is cheaper than one with each new status.
    if finishedOrder.count > 2 * Self.rememberedStatuses {
      for old in finishedOrder.prefix(Self.rememberedStatuses) { finished[old] = nil }
      finishedOrder.removeFirst(Self.rememberedStatuses)
    }
  }

  /// Makes the job the most recent one.
  package func touch(_ job: Job) {
    clock += 1
    job.recency = clock
  }

  private func count(_ job: Job, _ state: Job.State, _ change: Int) {
    guard state == .running else { return }
    runningCount += change
    if job.kind != .coroutine { runningOutsideCount += change }
  }

  func jobDidChange(_ job: Job, from old: Job.State) {
    count(job, old, -1)
    count(job, job.state, 1)
    if job.state.isStopped { touch(job) }
    if job.state.isFinal {
      ended.append(job)
      childChanges?.noteEnd(of: job)
    }
    unreported.append(job)
    changed.signal()
  }

  // MARK: Delivering

  /// The job that ended first of those whose status `wait` or `fg` has not delivered.
  package func firstUnfetched() -> Job? {
    while let job = ended.first {
      if job.table === self, !job.isFetched { return job }
      ended.removeFirst()
    }
    return nil
  }

  /// Notes that the status of a job that has ended was delivered, so that it is not remembered any more. Without
  /// reports, the job leaves the table now.
  package func didFetch(_ job: Job, isReported: Bool) {
    job.isFetched = true
    if !isReported { remove(job, remembersStatus: false) }
  }

  /// Without reports, removes jobs that have ended except for the latest ones; their statuses are remembered.
  func forgetEnded() {
    unreported.removeAll()
    guard ended.count > 2 * Self.rememberedStatuses else { return }
    for job in ended.prefix(Self.rememberedStatuses) where job.table === self { remove(job) }
    ended.removeFirst(Self.rememberedStatuses)
  }

  /// What to wait for until any job changes; `nil` if none runs.
  ///
  /// - Parameter start: The slot at which the search for a running job begins. It is moved to the one that was found,
  ///   so that waiting for many jobs one after the other takes time in proportion to their number.
  package func change(from start: inout Int) -> WaitRequest? {
    if runningCount == 0 { return nil }
    let ticket = changed.ticket
    if !(start..<slots.count).contains(where: { slots[$0]?.state == .running }) { start = 0 }
    while slots[start]?.state != .running { start += 1 }
    let named = slots[start...].prefix(Self.namedWaits)
    let records = named.flatMap { job in job.map { $0.state == .running ? $0.records : [] } ?? [] }
    var wait = records.isEmpty ? Wait(.event, subject: "jobs") : Wait(.tasks(records), subject: "jobs")
    if runningOutsideCount > 0 { wait = Wait(.external, subject: "jobs") }
    var request = WaitRequest(wait, events: [ticket])
    request.isForJobs = true
    return request
  }

  /// How many jobs a wait for any job names. The loop looks at what those wait for themselves, to advance virtual time
  /// and to find deadlocks. The limit keeps waiting for many jobs linear.
  private static let namedWaits = 32

  // MARK: The current job

  /// The current and the previous job: stopped ones first, the most recent first.
  package var currentAndPrevious: (current: Job?, previous: Job?) {
    var best: Job?
    var second: Job?
    for case let job? in slots {
      if best.map({ Self.precedes(job, $0) }) ?? true {
        second = best
        best = job
      } else if second.map({ Self.precedes(job, $0) }) ?? true {
        second = job
      }
    }
    return (best, second)
  }

  private static func precedes(_ left: Job, _ right: Job) -> Bool {
    if left.state.isStopped != right.state.isStopped { return left.state.isStopped }
    return left.recency > right.recency
  }

  // MARK: Reports

  /// The jobs whose state changed since the last report, each once, by number.
  package func takeUnreported() -> [Job] {
    if unreported.isEmpty { return [] }
    let changed = unreported
    unreported = []
    var seen: Set<Int> = []
    return changed.filter { $0.table === self && $0.state != $0.reportedState && seen.insert($0.number).inserted }
      .sorted { $0.number < $1.number }
  }

  package var hasUnreported: Bool { !unreported.isEmpty }
}
