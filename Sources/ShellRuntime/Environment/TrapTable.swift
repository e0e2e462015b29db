import ByteStrings
import Platform

/// What `trap` has set, POSIX.1-2024 XCU 2.12.
package struct TrapTable: Sendable {
  /// A condition: a signal, 0 for `EXIT`, or one of those below, which are no numbers of signals.
  package typealias Condition = Int32

  package static let exit: Condition = 0
  /// Before a command.
  package static let debug: Condition = 65
  /// Behind a command that `set -e` would look at, and that has failed.
  package static let error: Condition = 66
  /// At the end of a function, or of a file that `.` has read.
  package static let `return`: Condition = 67

  /// The conditions that commands meet, with the options that say that they have a trap in force, and that functions
  /// and subshells have the trap too.
  static let commandConditions: [(condition: Condition, isInForce: ShellOptions, isTraced: ShellOptions)] = [
    (debug, .debugTrap, .functionTrace), (error, .errorTrap, .errorTrace), (`return`, .returnTrap, .functionTrace),
  ]

  package static func isOfCommands(_ condition: Condition) -> Bool { condition >= debug }
  static func isSignal(_ condition: Condition) -> Bool { condition != exit && !isOfCommands(condition) }

  /// The text of each condition's action; empty to ignore the signal.
  package private(set) var actions: [Condition: ByteString] = [:]
  /// The traps of the parent environment. `trap` in a subshell lists them until it sets one itself.
  private var inherited: [Condition: ByteString] = [:]

  /// The signals whose action `trap` has set here or in an environment around this one. What the shell was started with
  /// counts no longer for them.
  package private(set) var changed: SignalSet = []

  package init() {}

  package var isEmpty: Bool { actions.isEmpty && inherited.isEmpty }

  /// What `trap` lists: the parent's actions until this environment sets one of its own.
  package var listed: [Condition: ByteString] { inherited.isEmpty ? actions : inherited }

  /// Whether a condition has an action with commands, and is not only ignored.
  var haveCommands: Bool { actions.contains { !$0.value.isEmpty } }

  package func action(for condition: Condition) -> ByteString? { actions[condition] }

  /// Whether the signal's action is a command.
  package func hasCommand(for signal: SignalNumber) -> Bool { actions[signal.rawValue].map { !$0.isEmpty } ?? false }

  /// Sets an action; `nil` resets to the default.
  package mutating func set(_ action: ByteString?, for condition: Condition) {
    inherited = [:]
    actions[condition] = action
    if Self.isSignal(condition) { changed.insert(SignalNumber(condition)) }
  }

  /// Sets an action that a function had not, or has again; what is listed in a subshell stays.
  mutating func exchange(_ action: ByteString?, for condition: Condition) { actions[condition] = action }

  /// In a subshell, traps that are not ignored are reset to the default, but for those on commands that are traced.
  mutating func enterSubshell(_ options: ShellOptions) {
    let parents = listed
    let before = actions
    resetActions()
    for entry in Self.commandConditions where options.contains(entry.isTraced) {
      actions[entry.condition] = before[entry.condition]
    }
    inherited = parents
  }

  /// Resets all conditions that are not ignored to the default.
  mutating func resetActions() {
    inherited = [:]
    actions = actions.filter { $0.value.isEmpty }
  }
}
