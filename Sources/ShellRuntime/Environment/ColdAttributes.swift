import ByteStrings
import Platform
import ShellSyntax
import SystemPackage

/// Attributes of an environment that few commands use. They are behind one reference, so that a copy stays cheap.
package struct ColdAttributes: Sendable {
  package var aliases = AliasTable()
  package var traps = TrapTable()
  /// What tells the environment of its children, for a trap on CHLD: made with its first program or with that trap.
  var childChanges: ChildChanges?
  /// The working directory: a handle for opening relative paths, and the logical path.
  package var workingDirectory: WorkingDirectory
  /// The directories below the working directory on the stack of `pushd`, the upper ones first.
  package var directoryStack: [ByteString] = []
  /// The file creation mask that files are opened with and programs get; `nil` is the process's, which the
  /// kernel does not tell.
  package var fileCreationMask: FilePermissions?
  /// Limits that a subshell set and its programs get.
  package var resourceLimits: [ResourceLimit] = []
  /// `$!`, if there was an asynchronous list.
  package var lastBackgroundJob: Job?
  /// The coprocesses that were started here, and whose descriptors are not closed.
  var coprocesses: [RunningCoprocess] = []
  /// `$0`.
  package var name: ByteString
  /// What an assignment to `SECONDS` has added to the shell's age.
  var secondsOffset = 0
  /// The sequence that an assignment to `RANDOM` began; a subshell has none.
  var randomSequence: RandomSequence?
  /// How many expressions are being evaluated that are values of variables in others.
  var arithmeticDepth = 0
  /// The offset of the next option of `getopts` in an operand such as `-abc`.
  package var optionOffset = 0
  /// The indices of the builtins that `enable -n` has disabled.
  var disabledBuiltins: Set<Int> = []
  /// Where programs were found.
  package var commandCache = CommandCache()

  package init(workingDirectory: WorkingDirectory, fileCreationMask: FilePermissions?, name: ByteString) {
    self.workingDirectory = workingDirectory
    self.fileCreationMask = fileCreationMask
    self.name = name
  }
}
