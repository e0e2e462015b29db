/// Small scripts for `-n`, which parses and runs nothing.
enum AcceptanceTable {
  /// What this parser, bash and dash accept.
  static let accepted: [String] = [
    ":", "echo a; echo b", "echo a & echo b", "echo a &", "echo a && echo b || echo c", "echo a &&\n\n echo b",
    "echo a |\n cat", "! echo a", "!echo a", "if a; then b; fi", "if a; then b; else c; fi",
    "if a; then b; elif c; then d; else e; fi", "if a; b; then c; d; fi >f 2>&1 <g", "if a\nthen b\nfi", "{ a; }",
    "a }", "{ a & }", "{ a\n}", "{ a; } >f", "( a )", "(a)", "( a; b & )", "((a) )", "( (a) )", "((a); b)", "{ (a) }",
    "{ { a; } }", "{ { a; }; }", "(a) && b", "(a)>f", "while a; do b; done", "until a; do b; done",
    "while a\ndo b\ndone", "while a; do b; done | c", "for i in a b c; do echo $i; done", "for i; do echo $i; done",
    "for i do echo $i; done", "for i\ndo echo $i; done", "for i\nin a b; do echo $i; done",
    "for i\n\n\nin a b; do echo $i; done", "for i in; do :; done", "for i in a b\ndo :; done",
    "for in in in; do :; done", "for do in do; do :; done", "for i in a b;\n\n do :; done", "for i;\n\ndo :; done",
    "case a in esac", "case a in a) b;; esac", "case a in a) b; esac", "case a in a) esac", "case a in a) ;; esac",
    "case a in (a) b;; (b|c) d;; esac", "case a in a|b|c) d;; esac", "case a in a | b ) d ;; esac",
    "case a\nin\n\na)\n b\n ;;\n\nesac", "case a in (esac) b;; esac", "case a in a|esac) b;; esac", "case esac in esac",
    "case in in in) in=1;; esac", "case a in if) b;; esac", "case a in {) b;; }) c;; esac", "case a in a) b & ;; esac",
    "case a in a) b &;; esac", "case a in \"x y\"|$z) b;; esac", "case a in a) (b);; esac",
    "case a in a) { b; };; esac", "f() { a; }", "f () { a; }", "f ( ) { a; }", "f()\n{ a; }", "f()\n\n\n( a )",
    "f() if a; then b; fi", "f() while a; do b; done >f", "f() for i do a; done", "f() case a in esac", "f() (a) >f",
    "f() { a; } >f 2>&1", "f() { a; } | b", "! f() { a; }", "a=1", "a=1 b=2", "a=1 b", "a=1 b=2 c=3 d e=4", "a= b",
    "a =1", "a+=1", "1a=2", "a[1]=2", "a=b=c", "\"a\"=b", "a=$(b) c", "a=1 >f", "a=1 if true", "a=1 {", ">f", ">f a",
    ">f if", ">f a=1 b", "a >f b >g c", "a >|f", "a >&2", "a >&-", "a 2>&1 >f", "a <&0", "a <>f", "a 2>f", "a 2 >f",
    "a 2>f3", "a 12345678901234567890>f", "a >f>g", "a >>f<g", "a >& f", "a &>f", "a {fd}>f", "a <<E\nx\nE", "a <<E",
    "a <<E\nx", "a <<'E'\n$x `\nE", "a <<\"E\"\n$(\nE", "a <<\\E\n$(\nE",
    "a <<E\n${x:-\"y z\"} $(b c) $((1+1)) \\$x\nE", "a <<-E\n\tx\n\tE", "a <<- E\n\tx\n\tE", "a << E\nx\nE",
    "a <<E <<F\nx\nE\ny\nF", "a <<E; b <<F\nx\nE\ny\nF", "a <<E && b\nx\nE", "a <<E | b\nx\nE",
    "if a <<E\nx\nE\nthen b; fi", "{ a <<E\nx\nE\n}", "(a <<E\nx\nE\n)", "(a <<E)\nx\nE", "$(a <<E\nx\nE\n)",
    "$(a <<E)\nx\nE", "a 3<<E\nx\nE", "a <<E b\nx\nE", "a <<E&\nx\nE", "a <<E$x\nx\nE$x", "echo 'a'", "echo \"a\"",
    "echo `a`", "echo $(a)", "echo $()", "echo $( )", "echo ``", "echo $((1))", "echo $(( (1) ))", "echo $(((1)))",
    "echo $( (a); b)", "echo $(())", "echo \"$((1 + $x + $(b) + `c` + ${d}))\"", "echo ${x}", "echo ${x:-}",
    "echo ${x:-a b}", "echo ${x:-\"a}b\"}", "echo ${x:-'a}b'}", "echo \"${x:-'a}b'}\"", "echo \"${x:-\"a b\"}\"",
    "echo ${x:-a\\}b}", "echo ${x:-${y:-${z}}}", "echo ${x:-$(a)}", "echo ${x:-`a`}",
    "echo ${x-a} ${x=a} ${x?a} ${x+a} ${x:=a} ${x:?a} ${x:+a}", "echo ${x%a} ${x%%a} ${x#a} ${x##a}",
    "echo ${x%\\}} ${x%'}'} \"${x%'}'}\"", "echo ${#x} ${#} ${##} ${#@} ${#*} ${#?} ${#-} ${#$} ${#!}",
    "echo ${#:-a} ${#-a} ${#+a} ${#?a}", "echo ${x:a}", "echo ${x/a/b}", "echo ${x!}", "echo ${!x}", "echo ${x^}",
    "echo ${x y}", "echo ${1} ${10} ${0} ${@} ${*} ${#} ${?} ${-} ${$} ${!}", "echo ${1x}",
    "echo ${PIPESTATUS[1]} ${PIPESTATUS[@]}", "echo $ a$ $", "echo \"$\" \"$ \" \"a$\"",
    "echo $1 $@ $* $# $? $- $$ $! $0", "echo $10", "echo \"$'a'\"", "echo $\"a\"", "echo \\",
    "echo \\a \\\" \\' \\$ \\` \\\\", "echo a\\\nb", "ec\\\nho a", "echo \"a\\\nb\"", "echo 'a\\\nb'",
    "echo $\\\n{x\\\n}", "echo &\\\n& b", "i\\\nf a; then b; fi", "# comment", "echo a # comment", "echo a#b",
    "echo a;#comment", "(#comment\na)", "echo \"a # b\"", "echo $(# a )\n)", "# comment \\\necho a", "echo `# a`",
    "echo `echo \\`echo a\\``", "echo \"`echo \"a\"`\"", "echo \"`echo \\\"a\\\"`\"", "echo $(case a in a) b;; esac)",
    "echo $(case a in (a) b;; esac)", "echo `case a in a) b;; esac`", "echo $(if a; then b; fi)", "echo $(a; b\nc)",
    "echo \"$(echo \"a $(b \"c\")\")\"", "echo \"${x:-\"$(echo \"a\")\"}\"", "echo a\"b\"'c'$d`e`$(f)$((1))", "a ` b `",
    "a \\", "{ a; }; { b; }", "(a); (b)", "if a; then b; fi; c", "if if a; then b; fi; then c; fi",
    "if { a; } then b; fi", "if (a) then b; fi", "while (a) do b; done", "{ if a; then b; fi }", "{ (a) }",
    "( { a; } )", "while a; do b; done & c", "{ a; } && { b; } || (c)",
    "echo if then else fi do done { } ! case esac in", "if\na\nthen\nb\nfi", "time a", "time -p a", "time", "time; a",
    "time -p -- a", "time -x a", "[[ a ]]", "[[ a && b ]]",
    "[[ a < b ]]", "( (a))", "let a=1", "coproc a", "coproc a b >c", "a {b,c}", "a **/b", "a=~/x:~/y b", "export a=~/x",
    "alias a=b", ". f", "\\if a", "'if' a", "\"if\" a", "i\"f\" a", "if\"\" a", "{\"\" a", "\\{ a", "!\"\" a",
    "{ echo }; }", "a;b;c", "a&b&c&", "a&&b||c", "a|b|c", "a>b<c", "(a)&", "(a)|(b)", "(a)&&(b)", "!(a)", "! (a)",
    "{(a)}", "{(a);}", "{\ta;\t}", "\ta\tb\t", "\r", "a\r", "\n\n\n", "\n", "\\\n", "",
  ]

  /// What all three refuse.
  static let refused: [String] = [
    "& echo a", "; echo a", "echo a;; echo b", "echo a ; ; echo b", "echo a & ; echo b", "echo a &&", "&& echo a",
    "echo a | | cat", "| cat", "! | cat", "echo a | ! cat", "if a then b; fi", "if a; then fi", "if; then a; fi",
    "if a; fi", "if a; then b", "if a; then b; else fi", "if a; then b; else; fi", "if a; then b; elif c; fi", "fi",
    "then", "do", "done", "else", "elif", "esac", "in", "{ a }", "{ a; } b", "{ }", "{ }; }", "{a; }", "}",
    "echo { a; }", "( )", "()", "(", ")", "( a", "a )", "(a) (b)", "(a) b", "while a; do done", "while; do b; done",
    "while a do b; done", "for i in a b do :; done", "for i; in a b; do :; done", "for i in a & do :; done",
    "for i ; ; do :; done", "for", "case a in a) b esac", "case a in a) ;; ;; esac", "case a in |a) b;; esac",
    "case a in a|) b;; esac", "case a in () b;; esac", "case a in a b) c;; esac", "case a in esac) b;; esac",
    "case a b in esac", "case a; in esac", "case in a) b;; esac", "case", "case a", "case a in", "case a in a",
    "case a in a)", "f() { a; } b", "f() g() { a; }; }", "f()", "f(", "f( a ) { b; }", "f=() { a; }", "if() { a; }",
    "a b() { c; }", "a=1 f() { b; }", ">x f() { b; }", "f() ! { a; }", "a >", "a > >f", "a >;", "a >&;", "a > (b)",
    "a < (b)", "a < <f", "a <<", "a <<\n", "a <<;", "echo 'a", "echo \"a", "echo `a", "echo $(a", "echo $((1",
    "echo $((1)", "echo $((1)) $((2", "echo ${x", "echo \"${x:-a\"}\"b\"}\"", "echo $'a", "echo $(if a; then b)",
    "echo $(a))", "echo $(a) )", "a\"", "a '", "a \"b\" 'c", "{ a; } { b; }", "if a; then b; fi c",
    "if a; then b; fi { c; }", "while a; do b; done c", "a; }", "a; )", "a; fi", "{ a; ) }", "( a; } )",
    "if a; then b; done", "while a; do b; fi", "for i in a; do b; }", "case a in a) b;; fi", "case a in a) if b; esac",
    "echo; if", "{ echo a; }}", "!{ a; }",
  ]

  /// A script that not all treat alike: who accepts it, and why this parser does what it does.
  struct Difference: Sendable {
    let source: String
    let isAccepted: Bool
    let bash: Bool
    let dash: Bool
    let reason: String

    /// Only bash accepts it.
    static func onlyBash(_ source: String, _ reason: String) -> Difference {
      Difference(source: source, isAccepted: false, bash: true, dash: false, reason: reason)
    }

    /// Only dash accepts it.
    static func onlyDash(_ source: String, _ reason: String) -> Difference {
      Difference(source: source, isAccepted: false, bash: false, dash: true, reason: reason)
    }

    /// Only bash refuses it.
    static func notBash(_ source: String, _ reason: String) -> Difference {
      Difference(source: source, isAccepted: true, bash: false, dash: true, reason: reason)
    }

    /// Only dash refuses it.
    static func notDash(_ source: String, _ reason: String) -> Difference {
      Difference(source: source, isAccepted: true, bash: true, dash: false, reason: reason)
    }
  }

  private static let grammar = "not in the grammar of POSIX"
  private static let loopName = "the name of a for loop is a NAME of POSIX"
  private static let body = "the body of a function is a compound command"
  private static let bodyIsParsed = "the expansions of a here-document are parsed with the command"
  private static let dollarQuotes = "POSIX has it since 2024"
  private static let arithmetic = "$(( may begin a command substitution"

  static let differences: [Difference] = [
    .onlyBash("echo a |& cat", grammar),
    .onlyBash("! ! echo a", grammar),
    .onlyBash("!", grammar),
    .onlyBash("for i in a b; { :; }", grammar),
    .onlyBash("for ((;;)); do :; done", grammar),
    .onlyBash("case a in a) b;;& b) c;; esac", grammar),
    .onlyBash("a=(1 2)", grammar),
    .onlyBash("a=()", grammar),
    .onlyBash("a <(b)", grammar),
    .onlyBash("a >(b) <(c; d)e", grammar),
    .onlyBash("a < <(b) > >(c)", grammar),
    .onlyBash("a <<<b", grammar),
    .onlyBash("coproc { a; }", "coproc is no reserved word here"),
    .onlyBash("coproc a { b; } >c", "coproc is no reserved word here"),
    .onlyBash("coproc a while b; do c; done", "coproc is no reserved word here"),
    .onlyBash("coproc a (b)", grammar),
    .onlyBash("select i in a b; do c; done", "select is no reserved word here"),
    .notBash("time | a", "a pipeline of nothing, in bash"),
    .notBash("time() { a; }", "time is reserved in bash"),
    .notDash("time { a; }", "time stands before a pipeline in most shells"),
    .notDash("! time (a)", "time stands before a pipeline in most shells"),
    .onlyBash("for 1 in a; do :; done", loopName),
    .onlyBash("for a-b in a; do :; done", loopName),
    .onlyBash("for $i in a; do :; done", loopName),
    .onlyBash("for \"i\" in a; do :; done", loopName),
    .onlyBash("\"f\"() { a; }", "the name of a function is not quoted"),
    .onlyBash("$f() { a; }", "the name of a function is not expanded"),
    .onlyBash("function f { a; }", "function is a reserved word, for an error that says what to write"),
    .onlyBash("function f() { a; }", "as above"),
    Difference(
      source: "function f\n{ a; }", isAccepted: false, bash: true, dash: true, reason: "as above; dash runs it"),
    Difference(source: "function", isAccepted: true, bash: false, dash: true, reason: "only where a name follows"),
    .onlyDash("f() a", body),
    .onlyDash("f() a; b", body),
    .onlyDash("f() f() { a; }", body),
    .notDash("f-g() { a; }", "other names do no harm"),
    .notDash("f.g() { a; }", "other names do no harm"),
    .notDash("1f() { a; }", "other names do no harm"),
    .notDash("break() { a; }", "the parser does not know the special builtin utilities"),
    .notDash("case a in a) b;& b) c;; esac", "POSIX has it since 2024"),
    .onlyBash("a <<E\n$(\nE", bodyIsParsed),
    .onlyBash("a <<E\n`\nE", bodyIsParsed),
    .onlyBash("a <<E\n${x\nE", bodyIsParsed),
    .notDash("a <<$(b)\nx\n$(b)", "a delimiter is not expanded"),
    .notDash("echo $((a); b)", arithmetic),
    .notDash("echo $((a) )", arithmetic),
    .notDash("echo $((a) | (b))", arithmetic),
    Difference(source: "echo ${}", isAccepted: false, bash: true, dash: true, reason: "no parameter is named"),
    Difference(source: "echo ${ x}", isAccepted: false, bash: true, dash: true, reason: "no parameter is named"),
    .onlyBash("echo ${\"x\"}", "no parameter is named"),
    .notDash("echo ${x:}", "an operation that is not in the language is an error where it is expanded"),
    .notDash("echo $'a\\nb' $'a\\'b'", dollarQuotes),
    .onlyBash("echo `echo 'a`", "the text in backquotes is parsed with the command"),
  ]
}
