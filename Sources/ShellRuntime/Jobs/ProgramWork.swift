import Platform

/// What a process job runs, and what becomes of the statuses of its programs.
indirect enum ProgramWork: Sendable {
  case program(ChildProcess)
  /// A program that could not be started, or had ended before the job became one of programs.
  case ended(ExitStatus)
  case pipeline([ProgramWork], pipeFails: Bool)
  case negated(ProgramWork)

  var state: Job.State {
    switch self {
    case .program(let process): return process.status.map { Job.State($0) } ?? .running
    case .ended(let status): return .done(status)
    case .pipeline(let works, let pipeFails):
      let states = works.map(\.state)
      let failed = pipeFails ? states.last { !$0.status.isSuccess } : nil
      return failed ?? states.last ?? .done(.success)
    case .negated(let work):
      let state = work.state
      // A signal that was sent to the program, whose number is that of the job, ends the job. In other shells it would end
      // the subshell that negates. A fault is the program's own failure.
      if case .terminated(let signal, _) = state, !signal.isFault { return state }
      return .done(.truth(!state.status.isSuccess))
    }
  }

  /// Whether the last program to be started says how the job ends.
  var endsWithLastProgram: Bool {
    switch self {
    case .program: true
    case .pipeline(let works, let pipeFails):
      !pipeFails && works.allSatisfy { if case .program = $0 { true } else { false } }
    case .ended, .negated: false
    }
  }

  /// The work with what is done when it has ended: the first of `steps` at first.
  ///
  /// - Parameter programs: Those of the work.
  func followed(by steps: [EndStep], _ programs: ArraySlice<ChildProcess>, of job: Job) -> ProgramWork {
    var work = self
    for step in steps {
      switch step {
      case .negate: work = .negated(work)
      case .report(let report): job.add(ProgramTiming(programs: Array(programs), report: report))
      }
    }
    return work
  }
}

/// Programs whose time is reported when they have ended.
struct ProgramTiming: Sendable {
  let programs: [ChildProcess]
  let report: TimeReport

  var hasEnded: Bool { programs.allSatisfy(\.hasEnded) }
}
