/// A script in which a signal is sent: one combination of everything that decides what comes of it.
struct SignalCase: Sendable, CustomStringConvertible {
  /// What the signal is sent to, and by what.
  enum Target: String, CaseIterable, Sendable {
    /// The shell, by its own `kill $$`.
    case shell
    /// The parent of a program: `kill $PPID`.
    case parent
    /// A program, by itself: it shows what action it has got.
    case child
    /// The same of a program that replaces the shell.
    case replacement
  }

  /// Where that is done.
  enum Context: String, CaseIterable, Sendable { case main, subshell, substitution, background }

  /// `-i` and `-m`.
  enum Mode: String, CaseIterable, Sendable {
    case script
    case interactive = "-i"
    case jobControl = "-m"
    case interactiveJobControl = "-i -m"

    var isInteractive: Bool { self == .interactive || self == .interactiveJobControl }
    var hasJobControl: Bool { self == .jobControl || self == .interactiveJobControl }
    var options: [String] {
      (isInteractive ? ["-i"] : []) + (hasJobControl ? ["-m"] : isInteractive ? ["+m"] : [])
    }
  }

  enum Trap: String, CaseIterable, Sendable { case none, cleared, ignored, command }

  let signal: SignalOfCase
  let target: Target
  let context: Context
  let mode: Mode
  /// Whether the shell is started with the signal ignored.
  let isIgnoredAtStart: Bool
  /// The trap that is set in the shell.
  let outer: Trap
  /// The trap that is set in the context.
  let inner: Trap

  /// The whole product, without what would be the same twice: the main context has no trap inside, and nothing catches
  /// STOP and KILL.
  static func all(_ signal: SignalOfCase) -> [SignalCase] {
    var cases: [SignalCase] = []
    for target in Target.allCases {
      for context in Context.allCases {
        for mode in Mode.allCases {
          for isIgnored in signal.canBeCaught ? [false, true] : [false] {
            for outer in signal.canBeCaught ? Trap.allCases : [.none] {
              for inner in signal.canBeCaught && context != .main ? Trap.allCases : [.none] {
                cases.append(
                  SignalCase(
                    signal: signal, target: target, context: context, mode: mode, isIgnoredAtStart: isIgnored,
                    outer: outer, inner: inner))
              }
            }
          }
        }
      }
    }
    return cases
  }

  var description: String {
    let traps = "trap outside: \(outer), inside: \(inner)"
    let start = isIgnoredAtStart ? ", ignored at the start" : ""
    return "\(signal) to the \(target), \(context), \(mode.rawValue)\(start), \(traps)"
  }

  /// Whether the signal is sent to a program.
  var runsProgram: Bool { target == .child || target == .replacement }

  // MARK: The script

  /// `after` is written in the context, `end` behind it, each with the status there; `lives` by a program that the
  /// signal has not ended.
  var script: String {
    let body = Self.set(inner, "inner", signal) + action + "echo \"after $?\"\n"
    let whole =
      switch context {
      case .main: body
      case .subshell: "(\n\(body))\n"
      case .substitution: "x=$(\n\(body))\ns=$?; echo \"$x\"; (exit $s)\n"
      // The pause lets the shell get to its `wait`. Each end of a child may interrupt another one.
      case .background: "{\n/bin/sleep 0.1\n\(body)} & wait $!\ns=$?; wait; wait; wait; wait; (exit $s)\n"
      }
    return Self.set(outer, "outer", signal) + whole + "echo \"end $?\"\n"
  }

  private static func set(_ trap: Trap, _ name: String, _ signal: SignalOfCase) -> String {
    switch trap {
    case .none: ""
    case .cleared: "trap - \(signal)\n"
    case .ignored: "trap '' \(signal)\n"
    case .command: "trap 'echo \(name)' \(signal)\n"
    }
  }

  private var action: String {
    switch target {
    case .shell: "kill -s \(signal) $$\n"
    case .parent: "/bin/sh -c 'kill -s \(signal) $PPID'\n"
    case .child: "/bin/sh -c 'kill -s \(signal) $$; echo lives'\n"
    case .replacement: "exec /bin/sh -c 'kill -s \(signal) $$; echo lives'\n"
    }
  }
}

/// The signals of the product: one for each way in which a shell treats them.
enum SignalOfCase: String, CaseIterable, Sendable, CustomStringConvertible {
  case hangup = "HUP"
  case interrupt = "INT"
  case quit = "QUIT"
  case terminate = "TERM"
  case user1 = "USR1"
  case alarm = "ALRM"
  case brokenPipe = "PIPE"
  case child = "CHLD"
  case `continue` = "CONT"
  case urgent = "URG"
  case windowChange = "WINCH"
  case terminalStop = "TSTP"
  case terminalInput = "TTIN"
  case terminalOutput = "TTOU"
  case stop = "STOP"
  case kill = "KILL"

  var description: String { rawValue }
  var canBeCaught: Bool { self != .stop && self != .kill }
  var stops: Bool { [.terminalStop, .terminalInput, .terminalOutput, .stop].contains(self) }
  var isOfKeyboard: Bool { self == .interrupt || self == .quit }
}
