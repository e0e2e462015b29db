import Meanwhile
import Platform
import SystemPackage

/// What goes on when the shell has ended: coroutines, and reports of `time`.
///
/// They get a process of their own, the successor, which shares the shell's memory and begins when the shell has given it
/// up. So nothing is copied, each coroutine stands where it stood, and the stand-ins, which share that memory too, keep
/// their process IDs. What a process cannot hand on is replaced: programs are the children of another process now
/// (`ProcessTable.watch`), threads have gone, and the terminal was the shell's.
package struct RemainingWork {
  let coroutines: [Coroutine]
  /// Process jobs whose time is reported when they end.
  let timedJobs: [Job]

  package var isEmpty: Bool { coroutines.isEmpty && timedJobs.isEmpty }
}

/// A successor that waits for the end of the shell.
package struct WaitingSuccessor {
  fileprivate let process: Successor
  fileprivate let standIns: [StandIn]
}

extension Shell {
  /// What goes on when the shell ends: under `posix` all that runs in the background, elsewhere what was disowned, with
  /// the jobs that it has started.
  package func workThatGoesOn(in environment: ExecutionEnvironment) -> RemainingWork {
    let open = coroutines.filter { $0.end == nil && $0 !== main }
    if environment.options.contains(.posix) {
      return RemainingWork(coroutines: open, timedJobs: environment.jobs.jobs.filter(\.hasTimeToReport))
    }
    var jobs = open.compactMap { $0.job?.outermost }.filter(\.ignoresHangUp)
    var kept: Set<ObjectIdentifier> = []
    while let job = jobs.popLast() {
      guard kept.insert(ObjectIdentifier(job)).inserted else { continue }
      for coroutine in job.coroutines where coroutine.machine.environment.jobRole == .owner {
        jobs += coroutine.machine.environment.jobs.jobs
      }
    }
    return RemainingWork(
      coroutines: open.filter { $0.job.map { kept.contains(ObjectIdentifier($0.outermost)) } ?? false }, timedJobs: [])
  }

  /// Starts the process in which `work` goes on when this one has ended or become another program. Stopped jobs are hung
  /// up, as the kernel does it with a stopped process group that no shell can continue. Where there is no other process,
  /// that is said in one line, and all coroutines are ended.
  ///
  /// - Returns: `nil` if there is no such process.
  package func startSuccessor(for work: RemainingWork) -> WaitingSuccessor? {
    if work.isEmpty { return nil }
    for coroutine in work.coroutines {
      if let job = coroutine.job?.outermost, job.state.isStopped { job.send(.hangup) }
      // It may be held back since worker threads were waited for.
      coroutine.continue()
    }
    var adopted: [AdoptedProcess] = []
    do throws(Errno) {
      let process = try Successor { [self] in succeed(adopted, work) }
      let standIns = children.keepStandIns(with: process)
      adopted = children.adopted(standIns)
      return WaitingSuccessor(process: process, standIns: standIns)
    } catch {
      report(.noSuccessor(work.coroutines.count, error))
      endCoroutines()
      return nil
    }
  }

  /// Has all coroutines end, or go on in a process of their own, before this process becomes another program.
  func prepareForReplacement(in environment: ExecutionEnvironment) -> WaitingSuccessor? {
    let work = workThatGoesOn(in: environment)
    endCoroutines(except: work)
    let successor = startSuccessor(for: work)
    children.endStandIns(except: successor?.standIns ?? [])
    // What is done to descriptors before exec must not reach those that live on.
    if successor != nil { try? Successor.unshareDescriptors() }
    return successor
  }

  /// Ends a successor that is not needed, because this process goes on.
  func cancel(_ successor: WaitingSuccessor) { successor.process.cancel(keeping: successor.standIns) }

  // MARK: In the successor

  private func succeed(_ adopted: [AdoptedProcess], _ work: RemainingWork) {
    loop.leaveThread()
    // A reader of the shell's output waits for the work that still has it, and no longer.
    OpenFile.releaseStandardFiles()
    // If the shell was replaced, its line stands in the middle of an instruction, and never goes on.
    main.machine.environment.descriptors = DescriptorTable(inherited: [])
    main.machine.frames = []
    let environment = main.machine.environment.subshell()
    becomeSuccessor()
    SignalPolicy.succeed()
    terminal = nil
    changedModes = nil
    foreground = Foreground()
    running = nil
    // Nothing delivers a result any more: what would be kept as one is written.
    for coroutine in work.coroutines {
      coroutine.job?.outermost.output = nil
      coroutine.releaseFiles()
    }
    watchSignals()
    children.watch(adopted, of: self)
    // Somebody who knows the number of a stand-in may always send a signal.
    if !adopted.isEmpty { loop.beginExternal() }
    // A FIFO that a thread of the shell was opening is opened again.
    for coroutine in work.coroutines { coroutine.record?.wake() }
    goOn(with: work, environment)
  }

  private var openTasks: [TaskRecord] {
    coroutines.filter { $0.end == nil && !$0.machine.environment.isMain }.compactMap(\.record)
  }

  /// Drives the loop until all coroutines have ended, those too that are started meanwhile, and the times are reported.
  private func goOn(with work: RemainingWork, _ environment: ExecutionEnvironment) {
    do throws(DeadlockError) {
      while case let open = openTasks, !open.isEmpty {
        for task in open where !task.isDone { try loop.runInForeground(task, while: { true }) }
      }
      for job in work.timedJobs {
        let wait = Coroutine(Machine(waitingFor: [job], in: environment))
        wait.start()
        if let record = wait.record { try loop.runInForeground(record, while: { true }) }
      }
    } catch {
      // Nothing can ever wake them.
      endCoroutines()
    }
  }
}
