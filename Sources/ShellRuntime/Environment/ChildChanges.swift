import Platform

/// What an environment learns of the programs and jobs that it has started, for its trap on CHLD. SIGCHLD itself is for
/// the process, and so for the shell's own environment alone.
///
/// A subshell's also hold its process, of which the programs are children.
///
/// Confined to the thread of the shell's loop, like the coroutine; hence unchecked.
final class ChildChanges: @unchecked Sendable {
  /// Whether the environment has a trap on CHLD. What changes before there is one is not told later.
  var areWatched = false
  /// Whether there was a change since the trap last began.
  var arePending = false
  /// The process for which the environment stands, once it was asked for; `nil` for the shell's own.
  var process: SubshellProcess?
  /// The coroutine in which the environment is; `nil` for the shell's own.
  private weak var coroutine: Coroutine?
  private unowned let shell: Shell
  private let isShells: Bool

  /// Those of the environment that runs now.
  init(of environment: ExecutionEnvironment) {
    shell = environment.shell
    isShells = environment.isMain
    coroutine = isShells ? nil : shell.running
  }

  /// Notes that a program has ended, was stopped or was continued. SIGCHLD tells the shell's own environment of that.
  func noteProgram() { if !isShells { note() } }

  /// Notes that a job has ended. SIGCHLD tells the shell's own environment of those that are programs.
  func noteEnd(of job: Job) {
    if !isShells || job.kind != .process { note() }
  }

  private func note() {
    guard areWatched else { return }
    if isShells {
      // The process that goes on for a shell that has ended has no such environment.
      if !shell.isSuccessor { shell.main.deliver(.child, to: .process) }
      return
    }
    arePending = true
    coroutine?.lookAgain()
  }
}
