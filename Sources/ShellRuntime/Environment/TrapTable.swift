import ByteStrings
import Platform

/// What `trap` has set, POSIX.1-2024 XCU 2.12.
package struct TrapTable: Sendable {
  /// A condition: a signal, or 0 for `EXIT`.
  package typealias Condition = Int32

  package static let exit: Condition = 0

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
    if condition != Self.exit { changed.insert(SignalNumber(condition)) }
  }

  /// In a subshell, traps that are not ignored are reset to the default.
  mutating func enterSubshell() {
    let parents = listed
    resetActions()
    inherited = parents
  }

  /// Resets all conditions that are not ignored to the default.
  mutating func resetActions() {
    inherited = [:]
    actions = actions.filter { $0.value.isEmpty }
  }
}
