/// Makes random commands whose lasting effects are known: they are those of `InProcessShell.Lasting`.
///
/// Everything else that a command changes must be put back when it ends, however it ends. So `t1` to `t4` and `IFS`
/// get values only where these go again: in front of a command, as locals of a function, in a subshell. The same
/// holds for descriptors 0 to 5, positional parameters, options but `notify`, traps but that on USR2, the umask, the
/// directory, functions, and aliases but `lasting`.
struct CommandGenerator {
  var random: SplitMix
  /// The directory with the files `source1`, `source2` and `text`.
  let directory: String
  /// How many more constructs there may be.
  private var budget = 0
  private var counters = 0
  /// Whether what the command writes is compared: nothing in it may depend on the time.
  private var isCompared = false
  /// Whether `time` may write: only in a command that runs once, since its figures differ from run to run.
  private var timesOpenly = false

  /// What may stand where a command stands.
  struct Place {
    /// Whether the environment ends with it, so that all it changes goes.
    var isSubshell = false
    /// Which functions may be called: those with higher numbers.
    var level = 0
    /// Variables that are the function's own.
    var locals: [String] = []
    var isInFunction = false
    var loops = 0
    var depth = 0
    /// How many of the files `.` may read, so that none reads itself.
    var files = 2

    var inside: Place {
      var place = self
      place.depth += 1
      return place
    }

    var subshell: Place {
      var place = inside
      place.isSubshell = true
      place.loops = 0
      return place
    }
  }

  init(seed: UInt64, directory: String) {
    random = SplitMix(state: seed)
    self.directory = directory
  }

  // MARK: What is made

  /// What the shell has before the command: variables, functions, a trap.
  mutating func preparation(sleeps: Bool = true) -> String {
    budget = 12
    isCompared = !sleeps
    defer { isCompared = false }
    let functions = (1...3).map { number in
      var place = Place(level: number, isInFunction: true)
      let locals = local(in: &place)
      return "f\(number)() { \(locals); \(list(place)); }"
    }
    let action = list(Place(level: 3, depth: 3))
    return """
      PATH=/nonexistent HOME=/home/user
      t1=one; export t2=two; t3=' a b  c '; export t4; readonly fixed=fixed
      g1=first g2=second; unset g3
      alias al='echo alias'
      trap -- \(quoted(action)) USR1
      set -- p1 'p 2' p3
      \(functions.joined(separator: "\n"))
      """
  }

  /// What a file holds that `.` reads.
  mutating func file(_ number: Int) -> String {
    budget = 5
    return (0..<2).map { _ in list(Place(level: 3, depth: 2, files: number - 1)) }.joined(separator: "\n") + "\n"
  }

  /// The command that does not come to its end.
  mutating func command() -> String {
    budget = 14
    timesOpenly = true
    defer { timesOpenly = false }
    return list(Place())
  }

  /// A command that does the same each time.
  mutating func reproducibleCommand() -> String {
    budget = 14
    isCompared = true
    defer { isCompared = false }
    return list(Place(depth: 0, files: 0))
  }

  /// The commands after it, whose effects are compared.
  mutating func nextCommands() -> [String] {
    budget = 8
    isCompared = true
    defer { isCompared = false }
    let commands = [list(Place()), list(Place())]
    return below(2) == 0 ? Self.probes + commands : commands + Self.probes
  }

  /// What shows the state that commands see; all of it is compared by `InProcessShell.state`.
  static let probes = [
    #"echo "status $? count $# flags $-"; printf '<%s>' "$@" "$*" $t3"#,
    "for number in 1 2 3 4 5 7; do echo $number >&$number; done; read line; echo \"$line\"",
    "break; echo no loop; local t1; echo no function",
    "(set -e; false; echo errexit does nothing)",
    ": $(exit 4); echo $?; x=$(exit 5) 6>&-; echo $?",
  ]

  // MARK: Lists

  private mutating func list(_ place: Place) -> String {
    var place = place
    var result = command(&place)
    for _ in 0..<below(3) { result += pick(["; ", "; ", " && ", " || "]) + command(&place) }
    return result
  }

  private mutating func command(_ place: inout Place) -> String {
    budget -= 1
    if budget < 0 || place.depth > 5 { return simple(&place) }
    switch below(28) {
    case 27:
      // One that writes would do so during the next command, as every background job.
      return "(coproc { read line; }; \(list(place.subshell)))"
    case 26:
      return """
        (select \(variable(place.subshell)) in \(words(place)); do \(list(place.subshell)); done <\(directory)/text) 2>/dev/null
        """
    case 0: return "{ \(list(place.inside)); } \(redirections(place))"
    case 1: return "( \(list(place.subshell)) )\(maybeRedirections(place))"
    case 2: return "(trap \(quoted(list(place.subshell))) EXIT; \(list(place.subshell)))"
    case 3, 4: return loop(place)
    case 5: return "if \(list(place.inside)); then \(list(place.inside)); else \(list(place.inside)); fi"
    case 6: return "case \(word(place)) in o*) \(list(place.inside));; *) \(list(place.inside));; esac"
    case 7: return "eval \(quoted(list(place.inside)))\(maybeRedirections(place))"
    case 8, 9: return call(place)
    case 10 where place.files > 0:
      return ". \(directory)/source\(1 + below(place.files)) \(below(2) == 0 ? "" : word(place))"
    case 11: return "{ \(list(place.subshell)); } | { \(list(place.subshell)); }"
    case 12: return timesOpenly ? "time \(simple(&place))" : "{ time \(simple(&place)); } 2>/dev/null"
    case 13: return "! { \(list(place.inside)); }"
    case 14: return "\(temporary(place)) command eval \(quoted(list(place.inside)))"
    case 15: return "{ \(list(place.inside)); }"
    // The first element says nothing: it goes on when the last one, which the shell runs, is given up.
    case 16: return "(shopt -s lastpipe; set +m; \(pick([":", "! :", "f=$g1"])) | { \(list(place.subshell)); })"
    default: return simple(&place)
    }
  }

  private mutating func loop(_ place: Place) -> String {
    var inside = place.inside
    inside.loops += 1
    let redirections = maybeRedirections(place)
    if below(2) == 0 {
      return "for \(variable(place)) in \(words(place)); do \(list(inside)); done\(redirections)"
    }
    counters += 1
    let counter = "c\(counters)"
    return
      "{ \(counter)=; until [ \"$\(counter)\" = xx ]; do \(counter)=x$\(counter); \(list(inside)); done\(redirections); }"
  }

  private mutating func call(_ place: Place) -> String {
    guard place.level < 3 else { return "echo \(words(place))\(maybeRedirections(place))" }
    let name = "f\(place.level + 1 + below(3 - place.level))"
    return "\(below(3) == 0 ? temporary(place) : "") \(name) \(words(place))\(maybeRedirections(place))"
  }

  // MARK: Simple commands

  private mutating func simple(_ place: inout Place) -> String {
    switch below(22) {
    case 0...3: return "echo \(words(place))\(maybeRedirections(place))"
    case 4: return "\(variable(place))=\(word(place))"
    case 5, 6:
      return
        "\(temporary(place)) \(pick(["echo", "test", "printf '%s\\n'"])) \(words(place))\(maybeRedirections(place))"
    case 7: return "\(temporary(place)) read \(variable(place)) <\(directory)/text"
    case 8: return "eval \(quoted("read \(variable(place)) <<E\n\(word(place))\nE\n"))"
    case 9, 10: return failure(place)
    case 11: return place.loops > 0 && below(2) == 0 ? pick(["break", "continue", "break 2"]) : "false"
    case 12: return lasting(place)
    case 13: return isCompared ? ":" : pick(["sleep 1", "sleep 1", "command sleep 2"])
    case 14: return "\(lastingVariable())=\(word(place)) :"
    case 15: return "command \(pick(["echo", "eval", ":"])) \(word(place))\(maybeRedirections(place))"
    case 16: return "[ \(word(place)) = \(word(place)) ]"
    default: return undone(&place)
    }
  }

  /// Changes something that goes with the function or the subshell.
  private mutating func undone(_ place: inout Place) -> String {
    if place.isSubshell {
      return pick([
        "t1=\(word(place))", "export t3=\(word(place))", "unset t2", "readonly t4=x", "set -f", "set -u", "set -e",
        "set -C", "set -a", "set -x", "set -- \(words(place))", "shift", "cd /", "pushd -n / >&2", "umask 077",
        "alias al=x bl=y",
        "unalias al", "trap \(quoted(list(Place(isSubshell: true, level: 3, depth: 5)))) EXIT", "trap : HUP",
        "trap '' USR1", "f1() { :; }", "ft() { :; }", "unset -f f2", "exec 3>&-", "exec 4>&1", "exec 1>&3", "exec <&-",
        "IFS=:", "exit \(below(4))", "exit", "ulimit -c 0", "{ sleep 2 & } 2>/dev/null", "export -n t2 2>/dev/null",
        "set -o pipefail", "declare -n t1=t2", "declare -n t4=t3 2>/dev/null", "unset -n t1", "enable -n echo",
        "export -f f1", "readonly -f f2",
      ])
    }
    if place.isInFunction {
      switch below(6) {
      case 0: return local(in: &place)
      case 1: return "set -- \(words(place))"
      case 2: return below(2) == 0 ? "shift" : "local -; set -\(pick(["f", "u", "C"]))"
      case 3: return below(2) == 0 ? "return \(below(4))" : "return"
      default:
        guard let name = place.locals.randomElement(using: &random) else { return ":" }
        return pick(["\(name)=\(word(place))", "unset \(name)", "export \(name)", ": ${\(name):=\(word(place))}"])
      }
    }
    return ":"
  }

  private mutating func local(in place: inout Place) -> String {
    let name = pick(["t1", "t2", "t3", "t4", "IFS"])
    let other = pick(["t1", "t4"])
    // Inside of an environment of its own these are not taken back, and need not be.
    place.locals += name == "IFS" ? [other] : [name, other]
    return "local \(name)=\(pick([":", "x y", "''", "o\(below(9))"]).replacingBlanks) \(other)"
  }

  private mutating func temporary(_ place: Place) -> String {
    let first = "\(pick(["t1", "t2", "t3", "t4", "IFS"]))=\(word(place))"
    return below(3) == 0 ? first + " t\(1 + below(4))=\(word(place))" : first
  }

  private mutating func failure(_ place: Place) -> String {
    if below(2) == 0 { return pick(["true", "nosuch x", "echo >&9", "echo </nonexistent", "! true", "local"]) }
    return pick([
      "echo a${nope?\(word(place))}", "echo $((1/0))", "fixed=\(word(place))", "fixed=x echo", "t1=x fixed=y echo",
      "shift 99", "eval 'if'", ". /nonexistent", "{ :; } >\(word(place))\(directory)/no/file", ": ${nope:?}",
      "echo x${1=x}", "t1=${nope?} echo", "echo >&${nope?}", "exec 7</nonexistent", "for fixed in 1; do :; done",
    ])
  }

  /// Changes what stays.
  private mutating func lasting(_ place: Place) -> String {
    pick([
      "\(lastingVariable())=\(word(place))", "export \(lastingVariable())", "unset g3", "exec 7>&3", "exec 7>&-",
      "set -b", "set +b", "trap 'echo lasting' USR2", "trap - USR2", "alias lasting=x", ": ${g3:=\(word(place))}",
    ])
  }

  // MARK: Redirections

  private mutating func maybeRedirections(_ place: Place) -> String {
    below(3) == 0 ? " " + redirections(place) : ""
  }

  private mutating func redirections(_ place: Place) -> String {
    (0...below(3)).map { _ in
      pick([
        "3>&1", "4>&1", "5>&3", ">&3", "2>&1", "1>&-", "3>&-", "2>/dev/null", "<\(directory)/text", "<&-",
        "4<\(directory)/text", "5>\(directory)/out", ">/dev/null",
        "3>\(directory)/o$(echo \(word(place.subshell)) >&3)",
        "4>&$((1+0))", "5>&1",
      ])
    }.joined(separator: " ")
  }

  // MARK: Words

  private mutating func words(_ place: Place) -> String {
    (0..<below(4)).map { _ in word(place) }.joined(separator: " ")
  }

  private mutating func word(_ place: Place) -> String {
    (0...below(3)).map { _ in piece(place) }.joined()
  }

  private mutating func piece(_ place: Place) -> String {
    switch below(24) {
    case 0...5: return pick(["o", "lit", "x", "'q r'", ":", "b:c"])
    case 6: return "$t\(1 + below(4))"
    case 7: return "\"$t3$g1\""
    case 8: return "$g\(1 + below(3))"
    case 9: return "\"$@\""
    case 10: return pick(["$*", "$#", "$1", "$?", "$-", "\"$*\"", "$LINENO"])
    case 11: return "$((\(below(9))+${#t1}))"
    case 12: return "${t1#o}"
    case 13: return "~"
    case 14: return "\(directory)/sour*"
    case 15: return "${t4-\(below(2) == 0 ? "\"$g1\"" : "d e")}"
    case 16...19:
      if budget > 0, place.depth < 5 {
        budget -= 1
        let body = list(place.subshell)
        if !isCompared, below(3) == 0 { return "$({ sleep 1; echo late; } & \(body))" }
        return below(2) == 0 ? "$(\(body))" : "\"$(\(body))\""
      }
      return "s"
    case 20: return "${g3:=g}"
    case 21: return below(3) == 0 ? "${nope?m}" : "y"
    // Not at the beginning: in front of a command, the path would be executed.
    case 22: return pick(["p<(:)", "p>(:)"])
    default: return "z"
    }
  }

  // MARK: Names and choices

  private mutating func variable(_ place: Place) -> String {
    if place.isSubshell, below(2) == 0 { return "t\(1 + below(4))" }
    if below(2) == 0, let name = place.locals.randomElement(using: &random) { return name }
    return lastingVariable()
  }

  private mutating func lastingVariable() -> String { "g\(1 + below(3))" }

  private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

  private mutating func pick(_ elements: [String]) -> String { elements[below(elements.count)] }

  private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension String {
  fileprivate var replacingBlanks: String { contains(" ") ? "'\(self)'" : self }
}
