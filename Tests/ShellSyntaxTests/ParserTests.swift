import ByteStrings
import Testing

@testable import ShellSyntax

/// A source and what it parses to, in the notation of `TreeDump`.
private typealias Case = (source: String, tree: String)

private func check(_ cases: [Case], _ location: SourceLocation = #_sourceLocation) {
  for (source, tree) in cases {
    #expect(TreeDump.parse(source) == tree, "\(source)", sourceLocation: location)
  }
}

@Suite struct ParserTests {
  @Test func lists() {
    check([
      ("", ""),
      ("\n  \n# comment\n\t\n", ""),
      ("a", "[a]"),
      ("a b  c\n", "[a b c]"),
      ("a; b", "[a]; [b]"),
      ("a & b&", "[a] &; [b] &"),
      ("a\nb\n\nc", "[a]\n[b]\n[c]"),
      ("a && b || c\n", "[a] && [b] || [c]"),
      ("a &&\n\n# comment\n b", "[a] && [b]"),
      ("a|b | c", "[a] | [b] | [c]"),
      ("a |\nb", "[a] | [b]"),
      ("! a | b && ! c", "! [a] | [b] && ! [c]"),
      ("a & b && c; d", "[a] &; [b] && [c]; [d]"),
    ])
  }

  @Test func compoundCommands() {
    check([
      ("{ a; b; }", "group([a]; [b])"),
      ("{\n a\n b &\n}", "group([a]; [b] &)"),
      ("(a;b)", "subshell([a]; [b])"),
      ("((a);(b))", "subshell(subshell([a]); subshell([b]))"),
      ("if a; then b; fi", "if([a] ? [b])"),
      ("if a\nthen b\nelif c\nthen d\nelse e\nfi", "if([a] ? [b], [c] ? [d], : [e])"),
      ("while a; do b; done", "while([a] ? [b])"),
      ("until a\ndo\nb\ndone", "until([a] ? [b])"),
      ("for i in a $b c; do d; done", "for(i in a {$b} c ? [d])"),
      ("for i do d; done", "for(i ? [d])"),
      ("for i; do d; done", "for(i ? [d])"),
      ("for i\nin\ndo d; done", "for(i in ? [d])"),
      ("for in in in; do d; done", "for(in in in ? [d])"),
      ("case a in esac", "case(a)"),
      ("case $a\nin\n(b|c) d;; e) ;& *) f\nesac", "case({$a} b|c) [d];; e) -;& *) [f];;)"),
      ("case esac in (esac) if a; then b; fi esac", "case(esac esac) if([a] ? [b]);;)"),
      ("{ a; } >f 2>&1", "group([a]) >(f) 2>&(1)"),
      ("if a; then b; fi | while c; do d; done &", "if([a] ? [b]) | while([c] ? [d]) &"),
      ("{ { a; } } ", "group(group([a]))"),
    ])
  }

  @Test func functions() {
    check([
      ("f() { a; }", "function(f group([a]))"),
      ("f ( )\n\n( a ) >x", "function(f subshell([a]) >(x))"),
      ("my-f() if a; then b; fi", "function(my-f if([a] ? [b]))"),
      ("f() { g() { a; }; }; h", "function(f group(function(g group([a])))); [h]"),
    ])
  }

  @Test func simpleCommands() {
    check([
      ("a=1 b=$x c d=2", "[a:=1 b:={$x} c d=2]"),
      ("a=", "[a:=]"),
      ("_a1='x y'z", "[_a1:={'x y}z]"),
      ("1a=2", "[1a=2]"),
      ("a\\=b", "[a{\\=}b]"),
      ("'a'=b", "[{'a}=b]"),
      (">f a=1 b <g c", "[a:=1 b c >(f) <(g)]"),
      ("a=1 if", "[a:=1 if]"),
      ("\\if", "[{\\i}f]"),
      ("a 2>f 3 >f 10<>g >|h", "[a 3 2>(f) >(f) 10<>(g) >|(h)]"),
      ("a 2>&1 <&- >>f", "[a 2>&(1) <&(-) >>(f)]"),
      ("a 99999999999>f", "[a 99999999999 >(f)]"),
      ("a >2 3", "[a 3 >(2)]"),
      ("echo if then } {", "[echo if then } {]"),
      ("echo a#b #c", "[echo a#b]"),
      ("{} a {b,c}", "[{} a {b,c}]"),
      ("!a", "[!a]"),
    ])
  }

  @Test func quoting() {
    check([
      ("'a b'\"c d\"e\\ f", "[{'a b}{\"c d}e{\\ }f]"),
      ("'' \"\"", "[{'} {\"}]"),
      ("\\a\\b'c'", "[{\\ab}{'c}]"),
      ("\"\\$\\`\\\"\\\\\\a'\"", "[{\"{\\$`\"\\}\\a'}]"),
      ("'a\nb' \"a\nb\"", "[{'a\nb} {\"a\nb}]"),
      ("a\\\nb \"c\\\nd\" 'e\\\nf'", "[ab {\"cd} {'e\\\nf}]"),
      ("\\\na\\\n \\\n;\\\nb", "[a]; [b]"),
      ("a \\", "[a {\\\\}]"),
      ("$'a\\n\\'b\\x41\\102\\e'", "[{$'a\n'bAB\u{1b}}]"),
      ("\"$'a'\" $\"a\" \"$\"", "[{\"$'a'} {\"a} {\"$}]"),
      ("i\\\nf a; t\\\nhen b; f\\\ni", "if([a] ? [b])"),
      ("a &\\\n& b |\\\n| c ;\\\n d", "[a] && [b] || [c]; [d]"),
    ])
  }

  @Test func parameterExpansions() {
    check([
      ("$a$b_1-$c.d", "[{$a}{$b_1}-{$c}.d]"),
      ("$1$10 ${10} ${0}$0", "[{$1}{$1}0 {$10} {$0}{$0}]"),
      ("$@$*$#$?$-$$$!", "[{$@}{$*}{$#}{$?}{$-}{$$}{$!}]"),
      ("$ $. a$ \"$\" $%", "[$ $. a$ {\"$} $%]"),
      ("${a}b ${#a} ${#} ${##} ${#-} ${#10}", "[{$a}b {$a length} {$#} {$# length} {$- length} {$10 length}]"),
      ("${#:-x} ${#-x} ${#%y} ${##y} ${###y}", "[{$# :- x} {$# - x} {$# % y} {$# # y} {$# ## y}]"),
      ("${a-b} ${a:-b} ${a=b} ${a:=b}", "[{$a - b} {$a :- b} {$a = b} {$a := b}]"),
      ("${a?b} ${a:?} ${a+b} ${a:+b}", "[{$a ? b} {$a :? } {$a + b} {$a :+ b}]"),
      ("${a%b} ${a%%b} ${a#b} ${a##b}", "[{$a % b} {$a %% b} {$a # b} {$a ## b}]"),
      ("${a-b c;'d}'\"e}\"\\}}", "[{$a - b c;{'d}}{\"e}}{\\}}}]"),
      ("\"${a-b 'c' \"d e\" \\}}\"", "[{\"{$a - b 'c' {\"d e} {\\}}}}]"),
      ("\"${a%'}'}\"", "[{\"{$a % {'}}}}]"),
      ("${a-${b-$(c)}}", "[{$a - {$b - {$( [c]}}}]"),
      ("${PIPESTATUS[1]} ${PIPESTATUS[$i]} ${x[@]}", "[{$PIPESTATUS[1]} {$PIPESTATUS[{$i}]} {$x[@]}]"),
      ("$a[1]", "[{$a}[1]]"),
      ("${a:1} ${a: -1:b} ${1x} ${a!}", "[{$a : 1} {$a :  -1 : b} {$1 invalid x} {$a invalid !}]"),
      ("${a/b/c} ${a//b} ${a/#b/} ${a/%b/c}", "[{$a first b / c} {$a all b / } {$a prefix b / } {$a suffix b / c}]"),
      ("${a^} ${a^^b} ${a,,} ${a~}", "[{$a upper} {$a upper all b} {$a lower all} {$a toggled}]"),
      ("${!a} ${!1} ${!a*} ${!a@} ${!} ${!-x}", "[{$!a} {$!1} {$!a names*} {$!a names@} {$!} {$! - x}]"),
      ("${a@Q} ${@:1} ${a@x} ${a:1:2:3}", "[{$a @Q} {$@ : 1} {$a invalid @x} {$a invalid :1:2:3}]"),
      ("$\\\na ${\\\na\\\nb\\\n:\\\n-c}", "[{$a} {$ab :- c}]"),
      ("${999999999999999999999}", "[{$\(Int.max)}]"),
    ])
  }

  @Test func commandSubstitutions() {
    check([
      ("$(a) \"$(b \"c\")\"", "[{$( [a]} {\"{$( [b {\"c}]}}]"),
      ("$() $( ) $(\n)", "[{$( } {$( } {$( }]"),
      ("$(a; b\nc\n)", "[{$( [a]; [b] ⏎ [c]}]"),
      ("$(case a in b) c;; esac)", "[{$( case(a b) [c];;)}]"),
      ("$(a # )\n)", "[{$( [a]}]"),
      ("`a \\`b\\` \\$c \\\\$d`", "[{` [a {` [b]} {$c} {\\$}d]}]"),
      ("\"`a \\\"b\\\"`\" `a \\\"b`", "[{\"{` [a {\"b}]}} {` [a {\\\"}b]}]"),
      ("\"`a \"b\"`\"", "[{\"{` [a {\"b}]}}]"),
      ("`` `#a`", "[{` } {` }]"),
    ])
  }

  @Test func arithmeticExpansions() {
    check([
      ("$((1 + 2))", "[{(( 1 + 2}]"),
      ("$(( (1) ))$(((1)*(2)))", "[{((  (1) }{(( (1)*(2)}]"),
      ("$(($a + $(b) + `c` + \"1\"))", "[{(( {$a} + {$( [b]} + {` [c]} + {\"1}}]"),
      ("$(()) $((\n1))", "[{(( } {(( \n1}]"),
      ("$((a); b)", "[{$( subshell([a]); [b]}]"),
      ("$((a) | (b))", "[{$( subshell([a]) | subshell([b])}]"),
      ("$( (a) )", "[{$( subshell([a])}]"),
      ("$((echo ')') )", "[{$( subshell([echo {')}])}]"),
      ("$(( $((1)) ))", "[{((  {(( 1} }]"),
      ("$((1)) $(($((a)) ) )", "[{(( 1} {$( subshell([{(( a}])}]"),
    ])
  }

  @Test func whatBashHas() {
    check([
      ("[[ a ]]", "test(-n a)"),
      ("[[ -f a && ! $b == c* ]]", "test(and(-f a, not({$b} == c*)))"),
      ("[[ (a<b||c) && d=e ]]", "test(and(or(a < b, -n c), -n d=e))"),
      ("[[ a =~ ^(b|c d)$ && x ]] >y", "test(and(a =~ ^(b|c d)$, -n x)) >(y)"),
      ("((a+(1)))", "arithmetic(a+(1))"),
      ("((a); (b))", "subshell(subshell([a]); subshell([b]))"),
      ("for ((i=0;i<3;i++)); do a; done", "for((i=0; i<3; i++) ? [a])"),
      ("for ((;;)) { a; }", "for((; ; ) ? [a])"),
      ("a &>b; a |& c; a >&d; a <<<e", "[a >(b) 2>&(1)]; [a 2>&(1)] | [c]; [a >(d) 2>&(1)]; [a <<<(e)]"),
      ("a &>>b; a 2>&$c; a >&-; a >&2", "[a >>(b) 2>&(1)]; [a 2>&({$c})]; [a >&(-)]; [a >&(2)]"),
      ("a <(b; c) >(d)e f<(g)", "[a {<( [b]; [c]} {>( [d]}e f{<( [g]}]"),
      ("a < <(b) > >(c) \"<(d)\"", "[a {\"<(d)} <({<( [b]}) >({>( [c]})]"),
      ("function f { a; }; function g() (b)", "function(f group([a])); function(g subshell([b]))"),
      ("case a in b) c;;& d) ;; esac", "case(a b) [c];;& d) -;;)"),
      ("a+=b c", "[a:+=b c]"),
      ("a=(b [1]=c [x y]=d\n'e f') a=() b+=(c)", "[a:=(b [1]=c [x y]=d {'e f}) a:=() b:+=(c)]"),
      ("a[1]=b a[i + 1]+=c a[$x]=", "[a[1]:=b a[i + 1]:+=c a[{$x}]:=]"),
      ("declare -a a=(b) c", "[declare -a a c a:=(b)]"),
      ("echo a[1]=b a[1 [ x ]", "[echo a[1]=b a[1 [ x ]]"),
      ("${a[@]} ${a[*]} ${#a[@]} ${!a[@]}", "[{$a[@]} {$a[*]} {$a[@] length} {$!a[@]}]"),
    ])
  }

  @Test func hereDocuments() {
    check([
      ("a <<E\nx $y\nE\nb", "[a <<E(x {$y}\n)]\n[b]"),
      ("a <<'E'; b\nx $y\\\nE\n", "[a <<'E(x $y\\\n)]; [b]"),
      ("a <<\"E F\"\nE\nE F", "[a <<'E F(E\n)]"),
      ("a <<\\E\n`\nE", "[a <<'E(`\n)]"),
      ("a <<-E\n\t\tx\n\t y\n\tE\nb", "[a <<-E(x\n y\n)]\n[b]"),
      ("a <<A 3<<-B | c <<C\n1\nA\n\t2\nB\nC", "[a <<A(1\n) 3<<-B(2\n)] | [c <<C()]"),
      ("if a <<E; then\n1\nE\nb; fi", "if([a <<E(1\n)] ? [b])"),
      ("a <<E\n\\$x \\a \"'\\\"$(b \"c\") $((1))\nE", "[a <<E({\\$}x \\a \"'\\\"{$( [b {\"c}]} {(( 1}\n)]"),
      ("a <<E\n${x-\"y\" 'z'}\nE", "[a <<E({$x - {\"y} 'z'}\n)]"),
      ("a <<E\nb\\\nE\nE", "[a <<E(bE\n)]"),
      ("a <<E\nb\\\\\nE", "[a <<E(b{\\\\}\n)]"),
      ("a <<E && b $(c <<F\n1\nF\n)\n2\nE", "[a <<E(2\n)] && [b {$( [c <<F(1\n)]}]"),
      ("a $(b <<E) c\n1\nE\nd", "[a {$( [b <<E(1\n)]} c]\n[d]"),
      ("a <<E\nx", "[a <<E(x\n)]"),
      ("a <<E", "[a <<E()]"),
      ("a <<E\nE x\n E\n\tE\nE", "[a <<E(E x\n E\n\tE\n)]"),
      ("`a <<E\n1\nE\n`", "[{` [a <<E(1\n)]}]"),
      ("a <<E$x\n1\nE$x", "[a <<E$x(1\n)]"),
      ("a <<E #b\n1\nE\n", "[a <<E(1\n)]"),
    ])
  }

  @Test func textsOutsideOfCommandsAreParsedAsHereDocuments() throws {
    #expect(TreeDump.dump(try Parser.parseText("a \"$b\" '$(c)' \\$ \\x\n")) == "a \"{$b}\" '{$( [c]}' {\\$} \\x\n")
    #expect(try Parser.parseText("") == Word())
    #expect(TreeDump.dump(try Parser.parseText("a\\")) == "a{\\\\}")
    #expect(throws: SyntaxError.self) { try Parser.parseText("a ${b") }
  }

  @Test func bytesAboveAsciiAreOrdinary() {
    var parser = Parser(ByteString([0x61, 0x20, 0xff, 0xc3, 0x0a] as [UInt8]))
    let words = [Word([.literal("a")]), Word([.literal(.init([0xff, 0xc3]))])]
    let pipeline = Pipeline([.simple(SimpleCommand(words: words))])
    #expect(parser.parseCompleteCommand() == .command(CompleteCommand(List([ListItem(AndOrList(pipeline))]))))
  }
}
