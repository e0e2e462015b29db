import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

/// Files that are run before the first command.
extension Session {
  /// How the shell ends, if one of the files says so.
  func runStartupFiles() -> Machine.End? {
    if invocation.isLogin, let end = runProfiles() { return end }
    return isInteractive ? runStartupFile() : runFileOfScripts()
  }

  /// A login shell's profiles: the system's, then one's own.
  private func runProfiles() -> Machine.End? {
    if let end = runIfReadable("/etc/profile") { return end }
    return environment.value(of: "HOME").flatMap { runIfReadable($0 + "/.profile") }
  }

  /// An interactive shell's file: what `ENV` names, else `~/.meanwhilerc`.
  private func runStartupFile() -> Machine.End? {
    // With the rights of another user (set-user-ID), a file that the caller chooses must not be run.
    if ProcessInformation.hasForeignRights { return nil }
    if let value = environment.value(of: "ENV") {
      let path = expand(value)
      return path.isEmpty ? nil : runIfReadable(path)
    }
    guard let home = environment.value(of: "HOME"), !environment.options.contains(.posix) else {
      return nil
    }
    return runIfReadable(home + "/.meanwhilerc")
  }

  /// What `BASH_ENV` names, before a script.
  private func runFileOfScripts() -> Machine.End? {
    if ProcessInformation.hasForeignRights || isPosix { return nil }
    guard let value = environment.value(of: "BASH_ENV"), !value.isEmpty else { return nil }
    return runIfReadable(expand(value))
  }

  private func runIfReadable(_ path: ByteString) -> Machine.End? {
    guard let text = try? Files.contents(of: path) else { return nil }
    shell.main.machine.outerCalls = [OpenCall(name: "source", source: path)]
    let end = run(SourceInput(text, name: path, self), for: .startupFile)
    shell.main.machine.outerCalls = []
    return end == .completed ? nil : end
  }
}
