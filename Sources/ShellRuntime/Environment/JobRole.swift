/// What an execution environment is to the jobs in its table: whether it owns them, and what it may do with them.
package enum JobRole: Sendable {
  /// The shell's own environment, which owns its jobs and reports them.
  case shell
  /// A subshell that has started jobs of its own.
  case owner
  /// A command that a builtin such as `timeout` runs for the environment that owns the jobs. It has the same rights.
  case part
  /// A command substitution in an environment that owns the jobs. It may wait for them and fetch results, as in
  /// `data=$(fg %1)`, but `wait` without operands does not mean them.
  case substitution
  /// A background list of the environment that owns the jobs: it may wait for its siblings.
  case sibling
  /// Any other subshell: it may list the jobs.
  case observer

  /// Whether the jobs are, or are treated as, the environment's own.
  package var ownsJobs: Bool {
    switch self {
    case .shell, .owner, .part, .substitution: true
    case .sibling, .observer: false
    }
  }

  /// Whether the environment may wait for a job in the table.
  package var mayWait: Bool { self != .observer }

  /// Whether `wait` without operands means the jobs in the table.
  package var waitsForAll: Bool {
    switch self {
    case .shell, .owner, .part: true
    case .substitution, .sibling, .observer: false
    }
  }

  /// Whether the table is another environment's, so that the first job of this one begins a table of its own.
  package var borrowsTable: Bool { self != .shell && self != .owner }

  /// The role of a command substitution in an environment with this role.
  var ofSubstitution: JobRole {
    switch self {
    case .shell, .owner, .part, .substitution: .substitution
    case .sibling: .sibling
    case .observer: .observer
    }
  }

  /// The role of a command that a builtin of an environment with this role runs in an environment of its own.
  var ofPart: JobRole {
    switch self {
    case .shell, .owner, .part, .substitution: .part
    case .sibling: .sibling
    case .observer: .observer
    }
  }
}
