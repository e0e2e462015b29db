import ByteStrings
import Testing

@testable import ShellRuntime

@Suite struct PatternGroupTests {
  private func pattern(_ source: ByteString, _ syntax: PatternSyntax = .groups) -> Pattern {
    Pattern(PatternText(unquoted: source), syntax)
  }

  /// Pattern, what it matches, what it does not match.
  static let table: [(ByteString, [ByteString], [ByteString])] = [
    ("@(a|bc)", ["a", "bc"], ["", "b", "abc"]),
    ("?(a|b)c", ["c", "ac", "bc"], ["abc", ""]),
    ("*(a|b)", ["", "a", "abba"], ["abc"]),
    ("+(ab)", ["ab", "abab"], ["", "aba"]),
    ("!(a|b)", ["", "c", "ab"], ["a", "b"]),
    ("!(a)!(a)", ["", "aa", "ab", "x"], ["a"]),
    ("!(*.o)", ["a.c", "o", ""], ["a.o", ".o"]),
    ("a!(b)c", ["ac", "abbc", "axc"], ["abc", "a"]),
    ("*!(a)", ["", "a"], []),
    ("!(*a*)b", ["b", "xb"], ["ab", "xab", "x"]),
    ("!(!(a))", ["a"], ["", "b", "aa"]),
    ("!(!(a|b)c)", ["ac", "bc", "a", ""], ["c", "xc", "abc"]),
    ("@(a*(b|!(c))d)", ["ad", "abbd", "axxd"], ["a"]),
    ("@(|a)b", ["b", "ab"], ["a"]),
    ("@()", [""], ["a"]),
    ("*()a", ["a"], [""]),
    ("!()", ["a", "ab"], [""]),
    ("**(a)?", ["x", "xaa"], [""]),
    ("[@](a)", ["@(a)"], ["a"]),
    ("\\@(a)", ["@(a)"], ["a"]),
    ("@\\(a)", ["@(a)"], ["a"]),
    ("@(a\\|b)", ["a|b"], ["a", "b"]),
    ("@([|)]|x)", ["|", ")", "x"], ["", "[|"]),
    ("@(a(b|c)d)", ["a(b|c)d"], ["ab", "acd"]),
    ("(a|b)", ["(a|b)"], ["a"]),
    // From a group on that is not closed, all stands for itself.
    ("a*@(b*", ["a@(b*", "axx@(b*"], ["ab", "a@(bb"]),
    ("@(a[b)", ["@(a[b)"], ["ab"]),
    ("@(@(a)", ["@(@(a)"], ["a"]),
  ]

  @Test(arguments: PatternGroupTests.table)
  func matchesWholeStrings(_ source: ByteString, _ matching: [ByteString], _ others: [ByteString]) {
    let pattern = pattern(source)
    for string in matching { #expect(pattern.matches(string), "\(source) should match \(string)") }
    for string in others { #expect(!pattern.matches(string), "\(source) should not match \(string)") }
  }

  @Test func withoutTheOptionParenthesesStandForThemselves() {
    #expect(pattern("@(a)", []).literal == "@(a)")
    #expect(pattern("*(a)", []).matches("xx(a)"))
  }

  @Test func quotedBytesStandForThemselves() {
    for (quoted, unquoted) in [("@", "(a)"), ("@(", "a)"), ("+", "(a)")] as [(ByteString, ByteString)] {
      var text = PatternText()
      text.appendQuoted(quoted)
      text.appendUnquoted(unquoted)
      #expect(Pattern(text, .groups).matches(quoted + unquoted))
    }
  }

  @Test func lettersOfAnyCase() {
    for syntax: PatternSyntax in [.anyCase, [.anyCase, .groups]] {
      #expect(pattern("aBé*", syntax).matches("AbÉx"))
      #expect(pattern("[a-c]", syntax).matches("B"))
      #expect(!pattern("[!a-c]", syntax).matches("B"))
      #expect(pattern("[[:lower:]]", syntax).matches("B"))
      #expect(!pattern("a", syntax).matches("b"))
    }
    #expect(pattern("@(ab|C)", [.anyCase, .groups]).matches("aB"))
    #expect(pattern("!(A)", [.anyCase, .groups]).matches("a") == false)
    #expect(pattern("1-2", .anyCase).literal == "1-2")
  }

  @Test func periodThatOnlyAPeriodMatches() {
    for source in ["!(a)", "!(a).h", "*@(.h)", "?(a)*h", "@([.]h)", "@(?h)", "@(*.h)"] as [ByteString] {
      #expect(!pattern(source).matches(hiddenName: ".h"), "\(source)")
    }
    for source in ["@(.h|x)", "?(a).h", "*(.h)", "@(|.)h", ".!(x)", "@(@(.)h)"] as [ByteString] {
      #expect(pattern(source).matches(hiddenName: ".h"), "\(source)")
    }
  }

  // MARK: The definition

  private indirect enum Node {
    case letter(UInt8)
    case any
    case star
    case group(PatternGroup, [[Node]])
  }

  private func source(of nodes: [Node]) -> ByteString {
    nodes.reduce(into: ByteString()) { text, node in
      switch node {
      case .letter(let byte): text.append(byte)
      case .any: text.append("?")
      case .star: text.append("*")
      case .group(let group, let alternatives):
        let symbol: ByteString =
          switch group {
          case .zeroOrOne: "?"
          case .zeroOrMore: "*"
          case .oneOrMore: "+"
          case .one: "@"
          case .none: "!"
          }
        text.append(symbol + "(")
        for (index, alternative) in alternatives.enumerated() {
          text.append((index > 0 ? "|" : "") + self.source(of: alternative))
        }
        text.append(")")
      }
    }
  }

  /// Where what the nodes match can end when it starts at `start`.
  private func ends(_ nodes: ArraySlice<Node>, _ text: [UInt8], _ start: Int) -> Set<Int> {
    guard let first = nodes.first else { return [start] }
    let starts: Set<Int> =
      switch first {
      case .letter(let byte): start < text.count && text[start] == byte ? [start + 1] : []
      case .any: start < text.count ? [start + 1] : []
      case .star: Set(start...text.count)
      case .group(let group, let alternatives): ends(group, alternatives, text, start)
      }
    return starts.reduce(into: []) { $0.formUnion(ends(nodes.dropFirst(), text, $1)) }
  }

  private func ends(_ group: PatternGroup, _ alternatives: [[Node]], _ text: [UInt8], _ start: Int) -> Set<Int> {
    let once = alternatives.reduce(into: Set<Int>()) { $0.formUnion(ends($1[...], text, start)) }
    switch group {
    case .one: return once
    case .zeroOrOne: return once.union([start])
    case .none: return Set(start...text.count).subtracting(once)
    case .oneOrMore, .zeroOrMore:
      var all = once
      var pending = Array(once)
      while let next = pending.popLast() {
        for end in alternatives.flatMap({ ends($0[...], text, next) }) where all.insert(end).inserted {
          pending.append(end)
        }
      }
      return group == .zeroOrMore ? all.union([start]) : all
    }
  }

  private func nodes(_ depth: Int, _ random: inout SplitMix) -> [Node] {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in
      switch Int.random(in: 0..<(depth == 0 ? 4 : 8), using: &random) {
      case 0, 1: return .letter(UInt8(ascii: "a"))
      case 2: return .letter(UInt8(ascii: "b"))
      case 3: return Bool.random(using: &random) ? .any : .star
      default:
        let groups: [PatternGroup] = [.zeroOrOne, .zeroOrMore, .oneOrMore, .one, .none, .none]
        return .group(
          groups.randomElement(using: &random)!,
          (0..<Int.random(in: 1...3, using: &random)).map { _ in nodes(depth - 1, &random) })
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithTheDefinition(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<500 {
      let nodes = nodes(3, &random)
      let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in UInt8.random(in: 0x61...0x62, using: &random) }
      let value = ByteString(text)
      let source = source(of: nodes)
      let pattern = pattern(source)
      let prefixes = ends(nodes[...], text, 0)
      let suffixes = (0...text.count).filter { ends(nodes[...], text, $0).contains(text.count) }
      let comment: Comment = "\(source) \(value)"
      #expect(pattern.matches(value) == prefixes.contains(text.count), comment)
      #expect(pattern.endOfPrefix(.smallest, in: value) == prefixes.min(), comment)
      #expect(pattern.endOfPrefix(.largest, in: value) == prefixes.max(), comment)
      #expect(pattern.startOfSuffix(.smallest, in: value) == suffixes.last, comment)
      #expect(pattern.startOfSuffix(.largest, in: value) == suffixes.first, comment)
    }
  }

  // MARK: Costs

  private func program(_ source: ByteString) -> PatternProgram {
    PatternProgram(PatternTokens(PatternText(unquoted: source), .groups, decoder: .utf8).tokens)
  }

  /// How many instructions are looked at for `count` letters.
  private func steps(_ program: PatternProgram, _ count: Int) -> Int {
    var run = PatternRun(program)
    for _ in 0..<count { run.read(UInt32(UInt8(ascii: "a"))) }
    return run.steps
  }

  private func nested(_ opening: ByteString, _ inner: ByteString, _ closing: ByteString, _ count: Int) -> ByteString {
    (0..<count).reduce(inner) { text, _ in opening + text + closing }
  }

  @Test func nestedRepetitionsLookAtEachInstructionOnceForEachCharacter() {
    for source in [nested("*(a|", "a", ")", 40), nested("+(", "?(a)", ")*(a)", 40), nested("*(*", "a", "*)b", 40)] {
      let program = program(source)
      let atMost = 3 * program.instructions.count * 501
      #expect(steps(program, 500) <= atMost, "\(source)")
    }
  }

  @Test func nestedNegationsTakeATimeThatIsPolynomial() {
    for source in [nested("!(a", "b", "*)c", 12), nested("*!(", "a", "|*b)?", 12), nested("!(*!(a)", "b", ")", 12)] {
      let program = program(source)
      // Each character can begin one more run of each negation at most.
      let atMost = 3 * program.instructions.count * 101 * 100
      #expect(steps(program, 100) <= atMost, "\(source)")
    }
  }

  @Test func oneNegationIsAsCheapAsTheRunsThatDiffer() {
    let program = program("*!(*.o)*!(x)")
    #expect(steps(program, 2_000) < 2_000 * 100)
  }

  @Test func groupsNestAsDeeplyAsMemoryAllows() {
    let depth = 20_000
    let open = ByteString((0..<depth).flatMap { _ in "@(".utf8 })
    let close = ByteString(repeating: UInt8(ascii: ")"), count: depth)
    #expect(pattern(open + "a" + close).matches("a"))
    #expect(!pattern(open + "a" + close).matches("b"))
    let negations = ByteString((0..<depth).flatMap { _ in "!(".utf8 })
    #expect(pattern(negations + "a" + close).matches("a"))
    #expect(pattern(open).literal == nil)
    #expect(pattern(open).matches(open))
  }
}
