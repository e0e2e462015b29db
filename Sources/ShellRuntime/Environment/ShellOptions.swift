import ByteStrings

/// The options of `set` and of the command line, POSIX.1-2024 `set`, and those of `shopt` (`ShellOptions+Shopt.swift`).
package struct ShellOptions: OptionSet, Sendable {
  package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }

  package static let allExport = ShellOptions(rawValue: 1 << 0)
  package static let notify = ShellOptions(rawValue: 1 << 1)
  package static let noClobber = ShellOptions(rawValue: 1 << 2)
  package static let errExit = ShellOptions(rawValue: 1 << 3)
  package static let noGlob = ShellOptions(rawValue: 1 << 4)
  package static let hashAll = ShellOptions(rawValue: 1 << 5)
  package static let monitor = ShellOptions(rawValue: 1 << 6)
  package static let noExec = ShellOptions(rawValue: 1 << 7)
  package static let noUnset = ShellOptions(rawValue: 1 << 8)
  package static let verbose = ShellOptions(rawValue: 1 << 9)
  package static let xTrace = ShellOptions(rawValue: 1 << 10)
  package static let ignoreEOF = ShellOptions(rawValue: 1 << 11)
  package static let noLog = ShellOptions(rawValue: 1 << 12)
  package static let vi = ShellOptions(rawValue: 1 << 13)
  package static let emacs = ShellOptions(rawValue: 1 << 14)
  package static let pipeFail = ShellOptions(rawValue: 1 << 15)
  package static let posix = ShellOptions(rawValue: 1 << 16)
  /// Set at start only: commands come from a person (`-i`, or a terminal).
  package static let interactive = ShellOptions(rawValue: 1 << 17)
  /// Set at start only: commands come from standard input (`-s`).
  package static let standardInput = ShellOptions(rawValue: 1 << 18)
  /// Set at start only: commands come from an operand (`-c`).
  package static let commandString = ShellOptions(rawValue: 1 << 19)
  /// Set by `disown` only: coroutines go on when the shell ends.
  package static let leavesCoroutines = ShellOptions(rawValue: 1 << 20)

  /// `set -E` and `set -T`: functions and subshells have the traps on commands too.
  package static let errorTrace = ShellOptions(rawValue: 1 << 21)
  package static let functionTrace = ShellOptions(rawValue: 1 << 22)
  /// Set with the traps on `ERR`, `DEBUG` and `RETURN` only: there is one that is in force.
  static let errorTrap = ShellOptions(rawValue: 1 << 23)
  static let debugTrap = ShellOptions(rawValue: 1 << 24)
  static let returnTrap = ShellOptions(rawValue: 1 << 25)
  static let commandTraps: ShellOptions = [.errorTrap, .debugTrap, .returnTrap]

  /// Set by `enable` only: some builtins are disabled.
  static let disablesBuiltins = ShellOptions(rawValue: 1 << 31)

  /// Those that `local -` keeps for a function: what has no effect beyond how commands are run.
  static let ofFunctions: ShellOptions = [
    .allExport, .noClobber, .errExit, .noGlob, .hashAll, .noUnset, .verbose, .xTrace, .pipeFail, .noLog, .notify,
    .ignoreEOF, .errorTrace, .functionTrace,
  ]

  /// One option with the letter and the name that `set` knows it by.
  package struct Entry: Sendable {
    package let option: ShellOptions
    package let letter: UInt8?
    package let name: ByteString
  }

  /// Every option that `set` can change, by name.
  package static let table: [Entry] = [
    Entry(option: .allExport, letter: UInt8(ascii: "a"), name: "allexport"),
    Entry(option: .emacs, letter: nil, name: "emacs"),
    Entry(option: .errExit, letter: UInt8(ascii: "e"), name: "errexit"),
    Entry(option: .errorTrace, letter: UInt8(ascii: "E"), name: "errtrace"),
    Entry(option: .functionTrace, letter: UInt8(ascii: "T"), name: "functrace"),
    Entry(option: .hashAll, letter: UInt8(ascii: "h"), name: "hashall"),
    Entry(option: .ignoreEOF, letter: nil, name: "ignoreeof"),
    Entry(option: .monitor, letter: UInt8(ascii: "m"), name: "monitor"),
    Entry(option: .noClobber, letter: UInt8(ascii: "C"), name: "noclobber"),
    Entry(option: .noExec, letter: UInt8(ascii: "n"), name: "noexec"),
    Entry(option: .noGlob, letter: UInt8(ascii: "f"), name: "noglob"),
    Entry(option: .noLog, letter: nil, name: "nolog"),
    Entry(option: .notify, letter: UInt8(ascii: "b"), name: "notify"),
    Entry(option: .noUnset, letter: UInt8(ascii: "u"), name: "nounset"),
    Entry(option: .pipeFail, letter: nil, name: "pipefail"),
    Entry(option: .posix, letter: nil, name: "posix"),
    Entry(option: .verbose, letter: UInt8(ascii: "v"), name: "verbose"),
    Entry(option: .vi, letter: nil, name: "vi"),
    Entry(option: .xTrace, letter: UInt8(ascii: "x"), name: "xtrace"),
  ]

  /// Options that bash has and that cannot be changed here.
  package struct FixedEntry: Sendable {
    package let letter: UInt8?
    package let name: ByteString
    /// What the option always is; `nil` where it is neither on nor off.
    package let isOn: Bool?
  }

  package static let fixedTable: [FixedEntry] = [
    FixedEntry(letter: UInt8(ascii: "B"), name: "braceexpand", isOn: true),
    FixedEntry(letter: UInt8(ascii: "H"), name: "histexpand", isOn: false),
    FixedEntry(letter: nil, name: "history", isOn: nil),
    FixedEntry(letter: nil, name: "interactive-comments", isOn: true),
    FixedEntry(letter: UInt8(ascii: "k"), name: "keyword", isOn: false),
    FixedEntry(letter: UInt8(ascii: "t"), name: "onecmd", isOn: false),
    FixedEntry(letter: UInt8(ascii: "P"), name: "physical", isOn: false),
    FixedEntry(letter: UInt8(ascii: "p"), name: "privileged", isOn: false),
    FixedEntry(letter: UInt8(ascii: "r"), name: "restricted", isOn: false),
  ]

  // `echo` is called often, and `contains` is slow in another module.

  package var echoInterpretsEscapes: Bool { contains(.xpgEcho) }
  /// Whether `-n` and the like are flags; XSI has all operands be text.
  package var echoHasFlags: Bool { !(contains(.xpgEcho) && contains(.posix)) }

  /// Sets or clears an option; `vi` and `emacs` exclude each other.
  package mutating func change(_ option: ShellOptions, to isSet: Bool) {
    guard isSet else {
      remove(option)
      return
    }
    if option == .vi { remove(.emacs) }
    if option == .emacs { remove(.vi) }
    insert(option)
  }

  /// The letters of `$-`.
  package var letters: ByteString {
    var result = ByteString()
    for entry in Self.table { if let letter = entry.letter, contains(entry.option) { result.append(letter) } }
    if contains(.interactive) { result.append(UInt8(ascii: "i")) }
    if contains(.standardInput) { result.append(UInt8(ascii: "s")) }
    if contains(.commandString) { result.append(UInt8(ascii: "c")) }
    return result
  }
}
