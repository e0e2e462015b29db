import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

/// Files that are run before the first command.
extension Session {
  /// A login shell's profiles: the system's, then one's own.
  func runProfiles() {
    runIfReadable("/etc/profile")
    if let home = machine.environment.value(of: "HOME") { runIfReadable(home + "/.profile") }
  }

  /// An interactive shell's file: what `ENV` names, else `~/.meanwhilerc`.
  func runStartupFile() {
    // With rights that are not one's own, nobody else's file is run.
    if ProcessInformation.hasForeignRights { return }
    if let value = machine.environment.value(of: "ENV") {
      let path = expand(value)
      if !path.isEmpty { runIfReadable(path) }
    } else if let home = machine.environment.value(of: "HOME"), !machine.environment.options.contains(.posix) {
      runIfReadable(home + "/.meanwhilerc")
    }
  }

  private func runIfReadable(_ path: ByteString) {
    guard let text = try? Files.contents(of: path) else { return }
    // An error in it is reported, and ends it, not the shell.
    _ = run(SourceInput(text, name: path, self))
  }
}
