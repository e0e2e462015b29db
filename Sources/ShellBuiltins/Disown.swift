import ByteStrings
import ShellRuntime

extension Builtin {
  static let disown = Builtin(
    "disown", synopsis: "[-h] [-a | -r | ID...]",
    help: """
      Removes jobs from the list; they go on, also when the shell has ended. Without ID, the current job.

        -h  keeps them in the list, but they get no hang-up when the shell ends
        -a  all jobs
        -r  all jobs that run
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "ahr")
    var isForHangUp = false
    var isForAll = false
    var isForRunning = false
    while let option = try options.next() {
      switch option.letter {
      case "h": isForHangUp = true
      case "a": isForAll = true
      default: isForRunning = true
      }
    }
    var jobs: [Job] = []
    for operand in options.operands { jobs.append(try context.job(operand)) }
    if options.operands.isEmpty {
      jobs = isForAll || isForRunning ? context.environment.jobs.jobs : [try context.currentJob]
    }
    if isForRunning { jobs.removeAll { $0.state != .running } }
    for job in jobs {
      job.ignoresHangUp = true
      if !isForHangUp { context.environment.jobs.remove(job, remembersStatus: false) }
    }
    if jobs.contains(where: { $0.kind == .coroutine }) { context.leaveCoroutines() }
    return .status(.success)
  }
}
