/// What bash's language has beside that of POSIX.
extension ScriptGenerator {
  static let bashPreamble =
    preamble + """
      r=(one 'two  words' '' 'abc abc') t=([3]=d [7]=h) s=()
      declare -A m=([k]=v)
      n=5

      """

  mutating func bashCompound() -> ScriptPiece {
    switch random.below(6) {
    case 0: return ofBody("if " + bashCondition() + "; then", "fi")
    case 1: return ofBody("if ((" + bashArithmetic() + ")); then", "else show no; fi")
    case 2: return countedLoop { "for ((\($0) = 0; \($0) < 3; \($0)++)); do" }
    case 3: return loop("for x in " + bashWords() + "; do", "done")
    case 4: return ofBody("case " + word() + " in " + pattern() + ")", pick([";&", ";;&"]) + "\n*) show other;; esac")
    default: return loop("while read -r x; do", "done <<< " + quotedWord())
    }
  }

  mutating func bashCommand() -> String {
    switch random.below(20) {
    case 0..<5: return "show " + bashWords()
    case 5: return pick(["r", "s", "t"]) + pick(["=(", "+=("]) + bashWords() + ")"
    case 6:
      // What is added is short, since an array that is added to its own element doubles it.
      return pick(["r", "s", "t"]) + "[" + pick(["0", "1", "n & 3", "n ? 4 : 1", "2"]) + "]"
        + (random.once(in: 2) ? "=" + word() : "+=" + pick(["x", "'a b'", "\"$i\""]))
    case 7: return "m[" + pick(["k", "'a b'", "k$a", "x"]) + "]" + pick(["=", "+="]) + word()
    case 8: return name() + "+=" + word()
    case 9: return "((" + bashArithmetic() + ")); show $? $i $j $n"
    case 10: return bashCondition() + "; show $?"
    case 11: return "unset " + pick(["'r[0]'", "'r[1]'", "'t[3]'", "'m[k]'", "r", "s"])
    case 12:
      return "declare " + pick(["-i n=4+3", "-u u=abc", "-l u=ABC", "-a s", "-i n; n=n*2", "-i n; n+=3"])
        + "; show \"$n\" \"$u\""
    case 13: return "show \"${#r[@]}\" \"${!r[@]}\" \"${!t[@]}\" \"${#m[@]}\" \"${m[k]}\""
    case 14: return "declare -p " + pick(["r", "t", "n", "a", "s"])
    case 15:
      return "local_test() { local a=" + word() + " n; n=1; a+=z; show \"$a\" \"$n\"; }; local_test; show \"$a\" \"$n\""
    case 16:
      return "printf -v x " + pick(["'%s-' ", "'%5.3s|' ", "'%d' "]) + pick(["a 'b c'", "1 2", "\"$b\""])
        + "; show \"$x\""
    case 17: return "read -ra s <<< " + quotedWord() + "; show \"${s[@]}\""
    case 18: return "let \"n = " + bashArithmetic() + "\"; show $n"
    default: return "mapfile -t s <<< " + quotedWord() + "; show \"${s[@]}\""
    }
  }

  private mutating func bashCondition() -> String {
    let operand = pick(["$a", "\"$b\"", "$c", "abc", "${r[1]}", "$x"])
    let test = pick([
      operand + " == " + pattern(), operand + " != " + pattern(), operand + " = \"$a\"", "-n " + operand,
      "-z " + operand,
      operand + " < b", operand + " > " + operand, "$i -lt " + pick(["3", "j", "n"]), "-v a", "-v 'r[1]'",
      operand + " =~ " + pick(["^a", "(b+)c", "[[:space:]]", "^$", "a|x", "\"a.\"", "(a)(b)"]), "-e sub", "-f a1",
    ])
    switch random.below(4) {
    case 0: return "[[ ! " + test + " ]]"
    case 1: return "[[ ( " + test + " ) && -n $a || $# -gt 9 ]]"
    default: return "[[ " + test + " ]]"
    }
  }

  private mutating func bashWords() -> String {
    many(0..<4, " ") { generator in
      switch generator.random.below(5) {
      case 0: generator.braces()
      case 1: generator.pick(["$'a\\tb'", "$'\\x41'", "$'\\u00e9'", "a{$i,2}", "~/x", "$\"q\""])
      default: generator.word()
      }
    }
  }

  private mutating func braces() -> String {
    pick(["x", "", "$a", "'q'"])
      + pick([
        "{a,b}", "{1..4}", "{a..e..2}", "{3..1}", "{01..03}", "{a,{b,c}}", "{a}", "{a,}", "{,}", "{1..x}", "{-2..2..2}",
        "\\{a,b}", "{a,'b c'}", "{$i,2}",
      ])
      + pick(["", "y", "{p,q}"])
  }

  private static let arrays = ["r[@]", "r[1]", "t[@]", "t[7]", "s[@]", "m[k]", "r", "@", "a", "b", "c"]
  /// In bash, an array in quotes that is empty takes a blank before it away, and a part of `$*` beside one of `$@` is no
  /// single field.
  private static let quotedArrays = ["r[@]", "r[1]", "t[@]", "t[7]", "m[k]", "r", "@", "a", "b"]

  mutating func bashExpansion(isQuoted: Bool) -> String {
    let array = random.pick(isQuoted ? Self.quotedArrays : Self.arrays)
    if random.once(in: 4) { return "${" + (isQuoted ? array : pick([array, "*", "r[*]"])) + "}" }
    switch random.below(7) {
    case 0:
      return "${" + array + pick(["/", "//", "/#", "/%"]) + bashPattern()
        + pick(["", "/", "/X", "/[&]", "/$b", "/\\&"]) + "}"
    case 1:
      return "${" + array + ":" + pick(["0", "1", " -2", "2", "9", "i", "n-4"])
        + pick(["", ":1", ":2", ":0", ":i & 3"])
        + "}"
    case 2: return "${" + array + pick(["^", "^^", ",", ",,"]) + pick(["", "", "[a-c]", "?"]) + "}"
    case 3: return "${" + array + pick(["#", "##", "%", "%%"]) + bashPattern() + "}"
    case 4: return pick(["${!r[@]}", isQuoted ? "${!t[@]}" : "${!t[*]}", "${#r[1]}", "${#t[@]}", "${#r}"])
    case 5: return "${" + pick(["a", "b", "r[1]", "r[@]"]) + "@" + pick(["Q", "U", "L", "u"]) + "}"
    default: return "${" + array + pick(["-", ":-", "+", ":+"]) + pick(["w", "\"$b\"", "", "${r[@]}"]) + "}"
    }
  }

  private mutating func bashPattern() -> String {
    many(1..<3, "") { $0.pick(["a", "b", "*", "?", "[a-b]", "c", " ", "\\*", "\"b\"", "$i", "o"]) }
  }

  private mutating func bashArithmetic() -> String {
    pick([
      "i++", "++j", "i--", "n = i, j += 2", "2 ** 3 + n", "r[1] = 4", "n > 3 && j < 9", "t[3] = 1, t[3]++",
      "16#ff + 2#101", "n", "0", "n -= 1",
      arithmetic(), arithmetic() + ", " + arithmetic(),
    ])
  }
}
