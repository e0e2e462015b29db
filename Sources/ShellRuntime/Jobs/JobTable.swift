import ByteStrings
import Platform

/// The jobs of an environment: numbers, the current and the previous job, and statuses that nobody has asked for.
///
/// Confined to the thread of its shell's loop, like its jobs; hence unchecked.
package final class JobTable: @unchecked Sendable {
  /// Jobs by number, from 1; the last one is never empty.
  private var slots: [Job?] = []
  private var numbersByID: [ProcessID: Job] = [:]
  /// Statuses that were reported or forgotten, by `$!`, for `wait`.
  private var finished: [ProcessID: ExitStatus] = [:]
  private var finishedOrder: [ProcessID] = []
  private var clock = 0
  /// How many of its jobs run.
  package private(set) var runningCount = 0
  /// Signalled when any job changes its state.
  package let changed = WakeEvent()
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
    numbersByID[id] ?? jobs.first { $0.processes.contains { $0.id == id } }
  }

  /// The status of a job that is no longer listed; asking forgets it.
  package func takeStatus(of id: ProcessID) -> ExitStatus? {
    finished.removeValue(forKey: id)
  }

  // MARK: Entering and leaving

  /// Gives a job its number, the next after the largest.
  package func add(_ job: Job) {
    slots.append(job)
    job.number = slots.count
    numbersByID[job.id] = job
    touch(job)
    if !job.state.isFinal, !job.state.isStopped { runningCount += 1 }
    job.table = self
  }

  /// Takes a job out of the table; its status stays known to `wait`.
  package func remove(_ job: Job, remembersStatus: Bool = true) {
    guard self.job(number: job.number) === job else { return }
    slots[job.number - 1] = nil
    while let last = slots.last, last == nil { slots.removeLast() }
    numbersByID[job.id] = nil
    if job.state == .running { runningCount -= 1 }
    if remembersStatus { remember(job.id, job.state.status) }
    job.table = nil
  }

  private func remember(_ id: ProcessID, _ status: ExitStatus) {
    finished[id] = status
    finishedOrder.append(id)
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

  func jobDidChange(_ job: Job, from old: Job.State) {
    if old == .running, job.state != .running { runningCount -= 1 }
    if old != .running, job.state == .running { runningCount += 1 }
    if job.state.isStopped { touch(job) }
    unreported.append(job)
    changed.signal()
  }

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
