import Meanwhile
import Platform
import ShellBuiltins
import Testing

@testable import ShellRuntime

@Suite struct JobTableTests {
  /// The kernel gives a process ID again when the process that had it is gone.
  @Test func aJobIsFoundByAProcessIDThatAnEarlierJobHad() {
    let shell = Shell(loop: EventLoop(clock: .virtual), builtins: .standard, children: ProcessTable(), isMain: false)
    let table = JobTable()
    let jobs = (0..<2).map { _ in Job(.process, .text("program"), shell: shell) }
    for job in jobs {
      table.add(job)
      job.becomeKnown(as: ProcessID(7))
    }
    table.remove(jobs[0])
    #expect(table.job(id: ProcessID(7)) === jobs[1])
  }
}
