import ByteStrings
import ShellBuiltins
import ShellRuntime
import ShellSyntax
import TestSupport

/// Makes random shell source that is executed: of the whole language and with every builtin of the shell's table.
///
/// What it makes ends soon, and touches nothing outside of the working directory and of the shell's own jobs:
///
/// - loops and functions stop by `RunLimit`;
/// - a time is far away only where the clock is virtual and no thread, which has the real one, may wait for it;
/// - there are no paths with a slash, and no `..`;
/// - `kill` is a whole command that names a job, unless `mayKillAnything`, for which the shell must be in a process
///   namespace of its own.
struct RandomCommands {
  private var random: SeededRandom
  private let style: Style
  private let limit: RunLimit
  /// Whether `call` is among the commands.
  private let hasThreads: Bool
  /// How deep constructs may still stand in each other.
  private var depth = 4

  struct Style: Sendable {
    var usesVirtualTime = false
    var mayKillAnything = false
  }

  /// `name` is the variable that counts turns; no other snippet that the same shell executes has it.
  init(seed: UInt64, _ style: Style, counter name: ByteString) {
    random = SeededRandom(seed: seed)
    self.style = style
    limit = RunLimit(variable: name)
    hasThreads = random.once(in: 3)
  }

  private var hasFarTimes: Bool { style.usesVirtualTime && !hasThreads }

  /// One to a few lines.
  mutating func snippet() -> ByteString {
    switch random.below(10) {
    case 0..<4: text(of: 1 + random.below(14)) { $0.piece() }
    case 4..<8: list()
    default: tree()
    }
  }

  private mutating func text(
    of count: Int, separator: ByteString = "", _ make: (inout RandomCommands) -> ByteString
  ) -> ByteString {
    var text = ByteString()
    for index in 0..<count { text += (index == 0 ? "" : separator) + make(&self) }
    return text
  }

  /// With types given, since the compiler takes long to find those of `+` and of literals.
  private func join(_ parts: ByteString...) -> ByteString { parts.reduce(into: ByteString()) { $0 += $1 } }

  private mutating func pick(_ choices: [ByteString]) -> ByteString { random.pick(choices) }

  // MARK: - Pieces that need not fit together

  private mutating func piece() -> ByteString {
    switch random.below(16) {
    case 0..<4: pick(SyntaxFragments.all)
    case 4..<8: command()
    case 8, 9: word() + " "
    case 10: redirection() + " "
    case 11: pick(["while ", "until "]) + limit.loopSource + "; "
    case 12:
      pick([
        "else ", "elif ", "for x in ", "for x ", "select x in ", "in ", "&&", "||", "|", "time ", "time -p ", "coproc ",
        "coproc N ", "*) ",
      ])
    case 13: pick(["f() { ", "x1() { ", "my-f() { "]) + limit.functionSource + "; "
    case 14: limit.conditionSource + " && " + pick(["f ", "x1 ", "my-f "])
    default: assignment() + " "
    }
  }

  // MARK: - Commands that do

  private mutating func list() -> ByteString {
    var text = ByteString()
    for _ in 0..<1 + random.below(4) {
      text += compound() + pick(["; ", "\n", " & ", " && ", " || ", " | ", "; "])
    }
    return text + ":"
  }

  private mutating func tree() -> ByteString {
    var generator = TreeGenerator(seed: random.next())
    generator.budget = 6
    generator.limit = limit
    generator.commandNames = Self.namesWithAnyOperands + ["%", "%1", "x1", "my-function"]
    return SyntaxPrinter.text(of: generator.completeCommand(), style: .indented)
  }

  private mutating func compound() -> ByteString {
    if depth == 0 || random.once(in: 3) { return command() }
    depth -= 1
    defer { depth += 1 }
    var text: ByteString
    switch random.below(21) {
    case 0: text = join("{ ", list(), "; }")
    case 1: text = join("( ", list(), " )")
    case 2: text = join("if ", list(), "; then ", list(), "; else ", list(), "; fi")
    case 3: text = join(pick(["while ", "until "]), limit.loopSource, "; ", list(), "; do ", list(), "; done")
    case 4: text = join(pick(["for", "for", "select"]), " x in ", words(), "; do ", list(), "; done")
    case 5:
      text = join("case ", word(), " in ", word(), ") ", list(), pick([";;", ";&", ";;&"]), " *) ", list(), ";; esac")
    case 6: text = join("f() { ", limit.functionSource, "; ", list(), "; }; f ", words())
    case 7: text = join("x=$( ", list(), " )")
    case 8: text = join("echo \"$( ", list(), " )\" `", command(), "`")
    case 9: text = join(pick(["! ", "time ", "time -p ", "coproc ", "coproc N "]), compound())
    case 10: text = join("eval ", quoted(list()))
    case 11:
      let condition = pick(Self.conditions)
      // An action on CHLD that starts a child runs again for that one, without end.
      text = join("trap ", condition == "CHLD" ? "'echo t'" : quoted(list()), " ", condition)
    case 12: text = join("timeout ", shortTime(), " ", pick(["eval ", "command eval "]), quoted(list()))
    case 13: text = join(pick(hasThreads ? ["call eval ", "collect eval "] : ["collect eval "]), quoted(list()))
    case 14: text = join("echo ", quoted(list()), " >g; ", limit.conditionSource, " && . ./g")
    case 15:
      // An alias whose text evaluates its own name goes on until the nesting limit.
      let name = "a" + ByteString(decimal: depth)
      text = join("alias ", name, "=", quoted(list()), "\n", name, " ", words())
    case 16: text = join("[[ ", word(), pick([" == ", " =~ ", " < ", " -eq ", " && ", " -nt "]), word(), " ]]")
    case 17: text = pick(["((x++))", "((a[x]=y+1))", "((1/x))", "let x=y", "((x=a[1],y))"])
    case 18:
      text = join(
        pick(["a=(", "a+=(", "m=(", "declare -A m=(", "local -a a=("]), words(), pick([") ", " [2]=x [a b]=y)"]))
    case 19: text = join("for ((n = 0; n < 3; n++)); do ", list(), "; done")
    default:
      text = join("cat() { while ", limit.loopSource, "; read x; do echo \"$x\"; done; }; cat <<E\n", list(), "\nE\n:")
    }
    while random.once(in: 4) { text += " " + redirection() }
    return text
  }

  private func quoted(_ text: ByteString) -> ByteString {
    var result: ByteString = "'"
    for byte in text.bytes {
      if byte == UInt8(ascii: "'") { result += "'\\''" } else { result.append(byte) }
    }
    return result + "'"
  }

  // MARK: - Simple commands

  private mutating func command() -> ByteString {
    var text = ByteString()
    while random.once(in: 8) { text += assignment() + " " }
    while random.once(in: 8) { text += pick(["command ", "exec ", "collect ", "eval ", "time ", "! "]) }
    text += builtin()
    while random.once(in: 5) { text += " " + redirection() }
    return text
  }

  /// A command of the table, most often with operands that could be meant for it.
  private mutating func builtin() -> ByteString {
    let builtin = random.pick(BuiltinTable.standard.builtins)
    if let closed = closed(builtin.name) { return closed }
    var text = builtin.name
    if random.once(in: 3), let known = Self.operands[builtin.name] { return text + " " + pick(known) }
    while random.once(in: 2) { text += " " + option(of: builtin) }
    if random.once(in: 8) { text += " --" }
    if builtin.name == "timeout" { text += " " + shortTime() + " " + pick(Self.namesWithAnyOperands) }
    text += " " + words()
    return builtin.name == "[" ? text + " ]" : text
  }

  /// The commands that must not get just any operands: each is a whole one, which no word may follow.
  private mutating func closed(_ name: ByteString) -> ByteString? {
    switch name {
    case "kill" where !style.mayKillAnything:
      if random.once(in: 4) {
        return join("kill -l ", pick(["", "1", "129", "TERM", "9223372036854775808", "x"]), ";")
      }
      let signal = pick(["", "", "-INT ", "-STOP ", "-CONT ", "-KILL ", "-s HUP ", "-n 0 ", "-USR1 ", "-9 "])
      return join("kill ", signal, pick(Self.jobs), pick([";", "&", "\n"]))
    case "sleep" where !hasFarTimes, "tick" where !hasFarTimes:
      let time = pick(["0", "0.001", ".002", "1ms", "x", "-1"])
      return join(name == "tick" ? "tick -n 3 -i " : "sleep ", time, pick([";", "&", "\n", "|"]))
    case "tick":
      return join("tick -n ", pick(["0", "3", "x"]), pick(["", " -i 5", " -i 1d"]), " x;")
    case "timeout" where random.once(in: 2):
      return join("timeout ", shortTime(), hasFarTimes ? " sleep infinity;" : " sleep 2;")
    // A limit of the shell's own process may end it; in a subshell it is for programs, and there are none.
    case "ulimit": return "( ulimit " + words() + ")"
    case "call" where !hasThreads: return ":"
    // What is executed for ever is no fault, and so far away even virtual time does not get.
    case "sleep": return "sleep " + pick(["1", "1.5", "9d", "1 2 3", "99999", "0.001 x", "-- 1", "-1", "é"])
    default: return nil
    }
  }

  /// An option with one of the letters that stand behind a hyphen in the synopsis.
  private mutating func option(of builtin: Builtin) -> ByteString {
    let letters = Self.letters[builtin.name] ?? []
    if letters.isEmpty || random.once(in: 8) { return pick(["-x", "-", "--", "-1", "+", "+x"]) }
    var text: ByteString = random.once(in: 8) ? "+" : "-"
    repeat { text.append(random.pick(letters)) } while random.once(in: 4)
    return text + (random.once(in: 3) ? " " + word() : "")
  }

  private mutating func shortTime() -> ByteString {
    pick(hasFarTimes ? ["0", "1", "5", "0.5", "1000"] : ["0", "0.001", "0.01", ".002"])
  }

  // MARK: - Words

  private mutating func words() -> ByteString { text(of: random.below(4), separator: " ") { $0.word() } }

  private mutating func word() -> ByteString {
    switch random.below(8) {
    case 0: pick(Self.jobs)
    case 1: pick(Self.numbers)
    case 2: pick(Self.expansions)
    case 3: pick(Self.conditions)
    case 4: pick(Self.namesWithAnyOperands)
    case 5: "\"" + pick(Self.expansions) + "\""
    default: pick(Self.plain)
    }
  }

  private mutating func assignment() -> ByteString {
    pick(Self.variables) + pick(["=", "=", "=", "+=", "[1]=", "[x y]="]) + (random.once(in: 4) ? "" : word())
  }

  private mutating func redirection() -> ByteString {
    let descriptor = random.once(in: 3) ? pick(["0", "1", "2", "3", "9", "{x}", "{a}"]) : ByteString()
    let other = pick(["0", "1", "2", "3", "9", "-", "3-", "9-"])
    let target = join(pick([">", ">>", "<", "<>", ">|"]), random.once(in: 2) ? "f" : word())
    if random.once(in: 12) { return join(pick(["<<<", "&>", "&>>"]), word()) }
    if random.once(in: 12) { return join(pick(["<", ">", "cat", ": "]), join(pick(["<(", ">("]), list(), ")")) }
    let duplicate = join(pick([">&", "<&"]), other)
    let document = pick(["<<E\n$x `:`\nE\n", "<<-'E'\n\ta\n\tE\n"])
    return descriptor + pick([target, target, duplicate, document, "</dev/null ", ">/dev/null "])
  }

  private static let jobs: [ByteString] = ["%1", "%2", "%%", "%-", "%+", "%", "%sleep", "%?e", "%9"]
  private static let numbers: [ByteString] = [
    "0", "1", "2", "3", "-1", "10", "077", "0.001", "255", "256", "2147483648", "9223372036854775807", "1e3",
  ]
  private static let conditions: [ByteString] = ["EXIT", "0", "INT", "USR1", "CHLD", "QUIT", "ALRM", "KILL", "RTMIN+1"]
  private static let variables: [ByteString] = [
    "x", "y", "a", "IFS", "PS1", "PS2", "PS4", "HOME", "OLDPWD", "CDPATH", "PATH", "OPTIND", "LINENO", "RANDOM",
    "SECONDS",
    "HISTSIZE", "HISTFILE", "COLUMNS", "LINES", "LC_ALL", "LANG", "ENV", "PPID", "REPLY", "MAIL", "PIPESTATUS",
    "GLOBIGNORE",
  ]
  private static let plain: [ByteString] = [
    "x", "y", "f", "g", "a", "-", "--", "''", "x=1", "x=$y", "*", "?", "[a-z]*", "~", "~1", "~-", "'a b'", "\\a",
    "$'\\n'", "é",
    "!",
    "-f", "-eq", "=", "-t", "-z", "\\(", "\\)", "%s", "'%d\\n'", "%b", "'%5.2s|%c'", "%q", "u+x", "a:b", "ab:c",
    "{a,b}", "@(a|!(b))x", "*(?(f)|+(x))", "**/f", "!(f)",
    "monitor", "errexit", "posix", "noglob", "pipefail", "promptwait", "vi", "emacs", "#", "''''", "\"\"", "x/y",
  ]
  private static let expansions: [ByteString] = [
    "$x", "${x}", "$@", "$*", "$#", "$?", "$-", "$!", "$1", "${2}", "${#x}", "${x-a}", "${x:=b}", "${x?c}", "${x:+d}",
    "${x%a*}", "${x##*b}", "${x/a/b}", "${x:1}", "$((1+2))", "$((x))", "$((x=5))", "$((1/0))", "$((x++))", "$(echo a)",
    "$(:)", "`echo b`", "$(exit 3)", "${PIPESTATUS[@]}", "${x[1]}", "${@:-e}", "$IFS", "$PS1", "$LINENO", "$RANDOM",
    "$(jobs)", "$(set)", "$(fg)", "${y:-${x:-$(sleep 0; echo k)}}", "$(<f)", "$SECONDS", "$(read x)", "$$",
    "$((~x<<3))",
    "${x:1:2}", "${x: -1}", "${@:2}", "${x//a/&b}", "${x/#a/}", "${x^^}", "${x,,[a-c]}", "${x@Q}", "${!x}", "${!x*}",
    "${a[@]}", "\"${a[*]}\"", "${#a[@]}", "${!a[@]}", "${a[-1]}", "${a[x]:-b}", "${a[@]:1:2}", "${m[a b]}",
    "$((a[1]++))", "$((2**x))", "$((16#f))", "{1..4}", "{a..e..2}x", "a{b,{c,d}}", "$\"x\"", "$UID",
    "${BASH_REMATCH[1]}", "${FUNCNAME[@]}", "${BASH_SOURCE[0]}", "$((BASH_LINENO[0]))", "$BASH_COMMAND", "${x@A}",
    "${a[@]@K}", "${m[@]@k}", "${@@A}", "$BASH_SUBSHELL",
  ]

  /// What a builtin is used with.
  private static let operands: [ByteString: [ByteString]] = [
    "declare": [
      "-a a", "-A m", "-i x", "-p", "-p x", "-u x=ab", "-f", "-r y=1", "+i x", "-g x=2", "a[1]=b", "-fx f", "-pF",
      "-n x=y", "-n y=a[1]", "+n x", "-n a",
    ],
    "pushd": ["", "/", ".", "-n x", "+1", "-0", "-n", "-"], "popd": ["", "-n", "+1", "-0"],
    "dirs": ["", "-c", "-v", "-l -p", "+1", "-0"],
    "shopt": [
      "", "-s extglob", "-s globstar nullglob", "-u expand_aliases", "-p", "-s lastpipe", "-so noglob", "-q x",
      "-s failglob", "-s dotglob nocaseglob nocasematch", "-u sourcepath",
    ],
    "mapfile": ["", "-t a", "-n 2 -s 1 a", "-O 5 a", "-d x a", "-u 3 a", "-C : -c 1 a", "-C 'echo' a"],
    "caller": ["", "0", "1"],
    "let": ["x+=1", "x=y", "a[0]=3", "1/0"],
    "fc": ["-l", "-s", "-s a=b", "-e : 1", "-ln -3"], "source": ["./f", "x"],
    ".": ["f", "./f", "''"],
    "set": [
      "-m", "+m", "-e", "-u", "-x", "-o posix", "+o", "-- a b", "-C", "-f", "-b", "-v",
      "-E", "-T", "+ET",
    ],
    "cd": ["", "-", ".", "~", "-P .", "-e x"],
    "exec": ["-a x", "-c x", "-la x y", "3>&1", ">f", "<f", "2>&-", "0<&-", "x", "3<&-"],
    "getopts": ["ab: x -a -b c", ":a y"],
    "read": ["-r x y", "-n 2 x", "-d a x", "-t 0 x", "-s x", "-p a x", "-N 3 x", "-u 3 x", "-e -i a x"],
    "bind": ["", "-l", "^A x", "-e", "-v", "-a", "-k up x", "-s a b", "-r ^B"],
    "wait": ["", "%1", "-n", "-f %1", "-p x", "-t 0.01"],
    "builtin": ["echo a", "x", "eval f"], "enable": ["", "-n", "-n echo", "-a", "echo", "-s"],
    "history": ["", "-c", "-a", "-n", "-s a b", "-p a", "-d 1", "1", "-d 1-2", "-d -1"],
    "trap": [
      "", "-p", "- INT", "'' INT", "-l", "'echo t' EXIT", "'echo $BASH_COMMAND; false' ERR", ": DEBUG",
      "f RETURN", "'f; break' ERR", "- ERR DEBUG RETURN",
    ],
    "fg": ["", "%1"], "bg": ["", "%1 %2"], "jobs": ["", "-v", "-l", "-p", "-r", "-s", "-n", "%1"],
    "future": ["x&", "", "y"],
    "resolve": ["%1 a", "%1 -s 3 b", "%%", "%x"], "advance": ["1", "5", "0.5", "9d"],
    "unset": ["-f f", "x", "-v x", "-n x"],
    "disown": ["", "-a", "-h %1", "-r"], "alias": ["a=b", "a='b '", "if=echo"],
    "umask": ["", "-S", "077", "u=rwx,go=", "g-w"],
    "command": ["-v f", "-V echo", "-p x", "-v if"], "type": ["f echo if", "-a x", "-t echo"],
    "hash": ["", "-r", "-p x y", "-t y"],
    "local": ["x", "x=1 y", "-n x=y", "-n a=x", "-", "- x=1"], "return": ["", "3"], "break": ["", "2"],
    "continue": ["", "2"],
    "shift": ["", "2"],
    "export": ["x=1", "-p", "y", "-f f", "-n x", "-nf f"],
    "readonly": ["y=1", "-p", "-f f", "-a b"],
    "printf": ["'%s %d\\n' a 1", "'%(%s)T %n' -1 x", "'%*d' 5 3", "'%b' '\\0101\\c'"],
    "suspend": ["", "-f"], "help": ["", "cd", "x"],
    "kill": ["%1", "-STOP %1", "-CONT %1", "0", "$$", "-l", "-s KILL -- -1", "$!"],
    "collect": ["echo a", "sleep 0", "x"],
    "call": ["echo a", "sleep 0", "eval 'x=1; echo $x'", "fg", "exit 3", "cd ."],
    "exit": ["", "3"], "eval": ["", "'echo $x'", "'('"], "times": [""],
    "test": ["a = b", "-f f", "! -e f -a x", "1 -eq x"],
  ]

  /// Letters that stand behind a hyphen in a synopsis.
  private static let letters: [ByteString: [UInt8]] = {
    let pairs = BuiltinTable.standard.builtins.map { builtin in
      let options = builtin.synopsis.split { " []|".contains($0) }.filter { $0.hasPrefix("-") }
      return (builtin.name, options.flatMap { Array($0.dropFirst().utf8) })
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }()

  /// The builtins that may stand in front of whatever comes, anywhere: all but those that `closed` keeps together.
  private static let namesWithAnyOperands = BuiltinTable.standard.builtins.map(\.name).filter {
    !["kill", "sleep", "tick", "timeout", "ulimit", "call"].contains($0)
  }

  /// The names of every builtin that the snippets can contain.
  static var names: [ByteString] { BuiltinTable.standard.builtins.map(\.name) }
}
