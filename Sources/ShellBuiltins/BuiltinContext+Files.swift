import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

/// Files of this environment: paths are relative to its own working directory, numbers mean its own descriptors.
extension BuiltinContext {
  /// The status of a file; `nil` if there is none.
  func fileStatus(_ path: ByteString, links: FileStatus.Links = .follow) -> FileStatus? {
    try? FileStatus(of: path, in: environment.workingDirectory.descriptor, links: links)
  }

  /// Whether the file exists and the process may do all of `access`.
  func allows(_ access: FileAccess, of path: ByteString) -> Bool {
    Files.allows(access, of: path, in: environment.workingDirectory.descriptor)
  }

  func isDirectory(_ path: ByteString) -> Bool { fileStatus(path)?.kind == .directory }
}

extension BuiltinContext {
  /// Whether the shell's descriptor of this number is a terminal.
  func isTerminal(_ number: Int) -> Bool { terminal(number) != nil }

  /// The terminal that the shell's descriptor of this number is.
  func terminal(_ number: Int) -> Terminal? {
    guard number >= 0, let descriptor = file(number)?.descriptor else { return nil }
    return Terminal(descriptor)
  }
}
