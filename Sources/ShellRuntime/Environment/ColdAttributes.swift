import ByteStrings
import Platform
import ShellSyntax
import SystemPackage

/// What an environment has and seldom looks at: one reference in the copy.
package struct ColdAttributes: Sendable {
  package var aliases = AliasTable()
  package var traps = TrapTable()
  /// The working directory: a handle for opening relative paths, and the logical path.
  package var workingDirectory: WorkingDirectory
  /// The file creation mask that files are opened with and programs get; `nil` is the process's, which the
  /// kernel does not tell.
  package var fileCreationMask: FilePermissions?
  /// Limits that a subshell set and its programs get.
  package var resourceLimits: [ResourceLimit] = []
  /// `$!`, if there was an asynchronous list.
  package var lastBackgroundID: ProcessID?
  /// `$0`.
  package var name: ByteString
  /// Where `getopts` stands inside an operand such as `-abc`.
  package var optionOffset = 0
  /// Where programs were found.
  package var commandCache = CommandCache()
  /// When the process started this environment, for `times` of subshells.
  package var depth = 0

  package init(workingDirectory: WorkingDirectory, fileCreationMask: FilePermissions?, name: ByteString) {
    self.workingDirectory = workingDirectory
    self.fileCreationMask = fileCreationMask
    self.name = name
  }
}
