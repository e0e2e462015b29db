import TestSupport

/// Makes random scripts that end and whose output depends on nothing but themselves.
///
/// Every loop counts its turns, and a function calls only those whose names come before its own. What a script says goes
/// through `show`, which makes the fields visible. Nothing is in it that POSIX leaves open and shells do differently
/// (such as `echo` with a backslash), as far as that can be seen before it runs.
struct ScriptGenerator {
  enum Dialect: String, Sendable { case posix, bash }

  var random: SeededRandom
  let dialect: Dialect
  /// How deep constructs may still stand in each other.
  private var depth = 3
  /// How many loops of this function or subshell are around what is made.
  private var loops = 0
  /// How many functions of those in `functions` may be called.
  private var callable = Self.functions.count
  private var isInFunction = false
  /// Within a command substitution. bash loses lines behind a here-document in one, more of them where a subshell is around.
  private var isInSubstitution = false
  private var mayHaveHereDocument: Bool { dialect == .posix || !isInSubstitution }
  private var counters = 0

  init(seed: UInt64, _ dialect: Dialect) {
    random = SeededRandom(seed: seed)
    self.dialect = dialect
  }

  /// What is in front of each script.
  static let preamble = """
    show() { printf '%s' "$#"; [ $# = 0 ] || printf '<%s>' "$@"; echo; }
    say() { show say "$@"; }
    f() { show f "$@"; }
    g() { show g "$#"; return 3; }
    h() { false; }
    set -- one 'two  words' '' '*'
    i=1 j=7 k=-3 a=abcabc b='x y:z' c=

    """

  private static let functions = ["f", "g", "h"]

  mutating func script() -> [ScriptPiece] { pieces(2 + random.below(4)) }

  mutating func pieces(_ count: Int) -> [ScriptPiece] { (0..<count).map { _ in piece() } }

  mutating func pick(_ choices: [String]) -> String { random.pick(choices) }

  mutating func many(_ count: Range<Int>, _ separator: String, _ make: (inout ScriptGenerator) -> String) -> String {
    (0..<count.lowerBound + random.below(count.count)).map { _ in make(&self) }.joined(separator: separator)
  }

  private mutating func piece() -> ScriptPiece {
    if depth == 0 || random.once(in: 2) { return .command(command()) }
    depth -= 1
    defer { depth += 1 }
    return dialect == .bash && random.once(in: 3) ? bashCompound() : compound()
  }

  // MARK: - Compound commands

  private mutating func compound() -> ScriptPiece {
    switch random.below(16) {
    case 0: return ofBody("{", "}" + redirections())
    case 1: return subshell("(", ")" + redirections())
    case 2: return ofBody("if " + condition() + "; then", "fi")
    case 3:
      let otherwise = pieces(1).text
      return ofBody("if " + condition() + "; then", "else\n" + otherwise + "fi")
    case 4:
      let keyword = pick(["while", "until !"])
      return countedLoop { "\($0)=0; \(keyword) [ \"$((\($0) += 1))\" -le 3 ]; do" }
    case 5: return loop("for x in " + words(0..<4) + "; do", "done")
    case 6: return loop(pick(["for x do", "for x in \"$@\"; do"]), "done")
    case 7:
      let other = pieces(1).text
      return ofBody(
        "case " + word() + " in " + pattern() + "|" + pattern() + ")", ";;\n" + pattern() + ") " + other + ";; esac")
    case 8: return function()
    case 9:
      return subshell(
        "(set -" + pick(options),
        ")" + pick(["", "; show $((!$?))", " || show no"]))
    case 10: return subshell("(trap '" + pick(["show T", "show \"$?\"", "exit 5"]) + "' EXIT", "); show $?")
    case 11:
      return subshell("{", "} | while " + pick(["IFS= ", "IFS=: ", ""]) + "read -r x y; do show \"$x\" \"$y\"; done")
    case 12: return substitution("a=$(", ")")
    case 13: return substitution("show \"$(", ")\"")
    case 14: return subshell("(", ") & wait $!; show $?")
    default: return .command("eval " + quoted(pieces(1 + random.below(2)).text))
    }
  }

  /// In bash a substitution does not take `-e` over but under `posix`, and an error of `-u` has another status.
  private var options: [String] { dialect == .bash ? ["f"] : ["e", "u", "f", "eu"] }

  mutating func ofBody(_ opening: String, _ closing: String) -> ScriptPiece {
    .compound(opening: opening, pieces(1 + random.below(3)), closing: closing)
  }

  /// Neither `break` nor `return` reaches out of a subshell.
  mutating func subshell(_ opening: String, _ closing: String) -> ScriptPiece {
    let (outerLoops, wasInFunction) = (loops, isInFunction)
    (loops, isInFunction) = (0, false)
    defer { (loops, isInFunction) = (outerLoops, wasInFunction) }
    return ofBody(opening, closing)
  }

  private mutating func substitution(_ opening: String, _ closing: String) -> ScriptPiece {
    let wasInSubstitution = isInSubstitution
    isInSubstitution = true
    defer { isInSubstitution = wasInSubstitution }
    return subshell(opening, closing)
  }

  mutating func loop(_ opening: String, _ closing: String) -> ScriptPiece {
    loops += 1
    defer { loops -= 1 }
    return ofBody(opening, closing + redirections())
  }

  /// A loop that has the variable in which it counts to itself, since `break` leaves it as it is.
  mutating func countedLoop(_ opening: (String) -> String) -> ScriptPiece {
    counters += 1
    return loop(opening("n\(counters)"), "done")
  }

  private mutating func function() -> ScriptPiece {
    let (outerCallable, outerLoops, wasInFunction) = (callable, loops, isInFunction)
    defer { (callable, loops, isInFunction) = (outerCallable, outerLoops, wasInFunction) }
    guard callable > 0 else { return .command("unset -f f") }
    callable = random.below(callable)
    (loops, isInFunction) = (0, true)
    return ofBody(Self.functions[callable] + "() {", "}" + redirections())
  }

  func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  // MARK: - Simple commands

  private mutating func command() -> String {
    if dialect == .bash, random.once(in: 2) { return bashCommand() }
    switch random.below(30) {
    case 0..<6: return "show " + words(0..<4) + redirections()
    case 6..<10: return name() + "=" + word()
    case 10 where dialect == .bash:
      return "(IFS=" + pick([":", "x", "''", "' b'"]) + "; show \"$*\" \"${r[*]}\" $b${a})"
    case 10: return "IFS=" + pick(["' '", ":", "': '", "''", "x", "-", "'\n'", "b", "'*'"])
    case 11: return "unset " + pick(["IFS", "a", "b", "x", "-v c"])
    case 12: return pick(["i", "j", "k"]) + "=$((" + arithmetic() + "))"
    case 13: return "show $((" + arithmetic() + "))"
    case 14: return "set -- " + words(0..<4)
    case 15: return pick(["shift $#", "[ $# = 0 ] || shift"])
    case 16: return call()
    case 17: return condition() + pick([" && ", " || "]) + simple() + pick(["", " && " + simple(), " || " + simple()])
    case 18: return "! " + simple() + "; show $?"
    case 19 where mayHaveHereDocument: return hereDocument()
    case 20 where mayHaveHereDocument: return read()
    case 21: return printf()
    case 22: return jump()
    case 23: return getopts()
    case 24:
      return name() + "=" + word() + " " + pick(["show \"$a\"", "say $b", "command eval 'show \"$a$b$c\"'", "say"])
    case 25:
      return pick([
        "set -f", "set +f", "export a", "export b=1", "(readonly a; a=2; show no) || show refused", "set -a; set +a",
      ])
    case 26:
      return "(umask " + pick(["022", "77", "u=rwx,g=rx,o=", "a+r", "g-w,o-x", "u=rw", "=", "g=w"])
        + "; umask; umask -S)"
    case 27:
      return "(cd " + pick(["sub", "./sub/..", "sub/../sub", "nowhere", "-P sub", "-L sub/.."])
        + " && show \"${PWD##*/}\" *)"
    case 28:
      return "show $( " + simple() + ") `" + pick(["show 1", "printf 'a  b'", "echo \\$a", "echo \"\\\"\""]) + "`"
    default: return "command -v " + pick(["show", "cd", "if", "nothing-such", ":"]) + "; show $?"
    }
  }

  private mutating func simple() -> String {
    pick([
      "show " + words(0..<3), "false", "true", ":", "(exit 3)", "say " + word(), name() + "=" + word(),
      "{ show x; false; }", condition(),
    ])
  }

  private mutating func call() -> String {
    callable == 0
      ? "show " + words(1..<3) : Self.functions[random.below(callable)] + " " + words(0..<3) + pick(["", "; show $?"])
  }

  private mutating func jump() -> String {
    if loops > 0, random.once(in: 2) {
      return condition() + " && " + pick(["break", "continue", "break 2", "continue 2"])
    }
    return isInFunction ? condition() + " && return" + pick([" 4", ""]) : "show \"$?\" \"$#\" \"$i\""
  }

  private mutating func condition() -> String {
    let number = "\"$((" + arithmetic() + "))\""
    return pick([
      "true", "false", "[ " + number + pick([" -lt ", " -eq ", " -ge "]) + "2 ]",
      "[ \"$a\" = " + pick(["abc", "'*'", "\"$b\""]) + " ]",
      "[ -n \"$c\" ]", "[ ! \"$c\" ]", "[ -z \"$a\" -o -d sub ]", "test " + quotedWord(),
      "[ " + quotedWord() + " != " + quotedWord() + " ]",
      "[ -f a1 ]", "(exit 1)", "[ $# -gt 2 ]", "case $a in a*) true;; *) false;; esac",
    ])
  }

  private mutating func redirections() -> String {
    guard random.once(in: 6) else { return "" }
    return pick([
      " >f1; cat f1", " >>f1; cat f1", " 3>&1 >&3 3>&-", " </dev/null", " >f2 <f2",
      mayHaveHereDocument ? " <<E\n" + documentLine() + "\nE" : "", " >&2",
    ])
  }

  private mutating func documentLine() -> String {
    pick([
      "plain 'text' \"here\"", "$a and ${b} \\$a \\\\ \\x", "${a:-x y} $((i + 1)) $(echo a  b)", "\"${a#a}\" `echo $b`",
      "two\\\nlines", "${c:-'q' \"r\"}",
    ])
  }

  private mutating func hereDocument() -> String {
    let line = documentLine()
    return switch random.below(4) {
    case 0: "cat <<'E'\n\(line)\nE"
    case 1: "cat <<-E\n\t\(line)\n\tE"
    case 2: "cat <<\\E <<E\nnot seen\nE\n\(line)\nE"
    default: "cat <<E\n\(line)\nE"
    }
  }

  private mutating func read() -> String {
    let text = pick([
      "a b c", "  a  b  ", "a:b:c:", ":a::b", "a\\ b c", "a\\:b:c", "x", "", "a\\\nb c", " : a : b : ", "a  :b", "::",
    ])
    let ifs = pick(["", "IFS=: ", "IFS=' :' ", "IFS= ", "IFS=b "])
    return ifs + "read " + pick(["", "-r "]) + pick(["x", "x y", "x y z"]) + " <<'E'; show $? \"$x\" \"$y\" \"$z\"\n"
      + text + "\nE"
  }

  private mutating func printf() -> String {
    let conversion = pick([
      "%s", "%d", "%5s|", "%-5s|", "%05d", "%x", "%o", "%c", "%b", "%.2s", "%+d", "%%", "%i", "%X", "%3d|", "%.3d",
      "%#x", "%#o", "% d",
    ])
    let escape = pick(["", "\\n", "\\t", "\\\\", "\\101", "-", " "])
    let values = many(0..<4, " ") {
      $0.pick(["1", "-7", "abc", "''", "010", "0x1f", "\"'a\"", "'a\\tb'", "'\\0101'", "12345", "' 3'", "+4"])
    }
    return "printf '" + conversion + escape + "\\n' " + values + "; show $?"
  }

  private mutating func getopts() -> String {
    let arguments = pick(["-a -b x y", "-ab", "-bx -a", "-- -a", "-c", "-b", "y -a", "-a -- z", "-", "-ac -b ''"])
    return "OPTIND=1; while getopts " + pick(["ab:", ":ab:", "abc"]) + " o " + arguments
      + "; do show \"$o\" \"${OPTARG-unset}\"; done; show $? \"$o\" $OPTIND"
  }

  // MARK: - Words

  mutating func name() -> String { pick(["a", "b", "c", "x"]) }

  mutating func words(_ count: Range<Int>) -> String { many(count, " ") { $0.word() } }

  /// Without blanks and operators outside of quotes.
  mutating func word() -> String {
    many(1..<3, "") { generator in
      switch generator.random.below(8) {
      case 0, 1:
        generator.pick([
          "x", "ab", "-", "a*", "?", "[a-b]*", ":", "=", "1", "*b", "sub/*", "\\*", "\\\\", "[!a]1", "\\=",
        ])
      case 2: generator.pick(["''", "'a b'", "'*'", "' '", "'\\'", "'\"'", "'$a'"])
      case 3, 4: generator.quotedWord()
      default: generator.expansion(isQuoted: false)
      }
    }
  }

  mutating func quotedWord() -> String {
    "\""
      + many(0..<3, "") { generator in
        generator.random.once(in: 3)
          ? generator.pick(["a", " ", "'", "\\\"", "\\$a", "\\\\", "*", "\\a", "x y", ":"])
          : generator.expansion(isQuoted: true)
      } + "\""
  }

  private mutating func expansion(isQuoted: Bool) -> String {
    if dialect == .bash, random.once(in: 2) { return bashExpansion(isQuoted: isQuoted) }
    let name = pick(["a", "b", "c", "x", "i", "1", "2", "IFS"])
    switch random.below(14) {
    case 0..<3: return "${" + name + "}"
    case 3: return pick(["$@", "$*", "$#", "$?", "$1", "${2}", "$@", "$*", "${#}"])
    case 4: return "$((" + arithmetic() + "))"
    case 5:
      return "$(" + pick(["echo a  b", "printf ' x\\n\\n'", "say 1", "echo \"$b\"", "echo \"'\"", "exit 2", "say"])
        + ")"
    case 6, 7: return "${" + name + pick(["-", ":-", "+", ":+"]) + alternative(isQuoted) + "}"
    case 8: return "${" + pick(["c", "x", "y"]) + pick(["=", ":="]) + alternative(isQuoted) + "}"
    case 9: return "${#" + pick(["a", "b", "c", "1", "i"]) + "}"
    default: return "${" + name + pick(["#", "##", "%", "%%"]) + pattern() + "}"
    }
  }

  /// The word of `${a-word}`.
  private mutating func alternative(_ isQuoted: Bool) -> String {
    pick(
      ["", "w", "u v", "$b", "\"$b\"", "$@", "\"$@\"", "${a#a}", "\\}", "*", "\"a  b\""]
        + (isQuoted ? [] : ["'q r'", "\\*", "'}'"]))
  }

  mutating func pattern() -> String {
    many(1..<4, "") {
      $0.pick([
        "a", "b", "c", "*", "?", "[ab]", "[!a]", "[a-c]", "\\*", "'*'", "\"$c\"", "[[:alpha:]]", "$i", "x", "\\?",
        "\"?\"", "[]-a]",
      ])
    }
  }

  mutating func arithmetic(depth: Int = 3) -> String {
    if depth == 0 || random.once(in: 3) {
      return pick(["i", "j", "k", "$i", "$j", "0", "1", "2", "010", "0x1F", "-5", "100", "$#"])
    }
    let left = arithmetic(depth: depth - 1)
    switch random.below(9) {
    case 0: return "(" + left + ")"
    case 1: return pick(["-", "~", "!", "+"]) + " " + left
    case 2: return left + pick([" / ", " % "]) + pick(["2", "3", "-4", "7"])
    case 3: return left + pick([" << ", " >> "]) + pick(["1", "2", "0"])
    case 4: return "(" + left + " ? " + arithmetic(depth: depth - 1) + " : 2)"
    case 5: return "(" + pick(["i", "j"]) + pick([" = ", " += ", " -= ", " *= ", " |= ", " ^= ", " &= "]) + left + ")"
    default: return left + pick(Self.binaryOperators) + arithmetic(depth: depth - 1)
    }
  }

  private static let binaryOperators = [
    " + ", " - ", " * ", " < ", " <= ", " > ", " == ", " != ", " & ", " | ", " ^ ", " && ", " || ",
  ]
}
