import ByteStrings

@testable import ShellSyntax

/// Makes random trees that the parser could have made, of every kind of node.
package struct TreeGenerator {
  package var random: SeededRandom
  /// How deep constructs may still stand in each other.
  package var depth = 5
  /// How many more nodes with children there may be.
  package var budget = 12
  /// Backquotes double their backslashes at each level.
  private var backquotes = 0
  /// A here-document that strips tabs would strip those of its contents.
  private var allowsTabs = true
  private var hereDocuments = 0
  /// What may stand in the place of a command's name, beside any word.
  package var commandNames: [ByteString] = ["echo", "a.out", "[", "ifx", "x1", "é", "-"]
  /// Whether `+(…)` and the like may stand in any word: the parser must know them.
  package var hasPatternGroups = false
  /// Where the trees are to be executed: what ends a loop or a function that ran often enough.
  package var limit: RunLimit?

  package init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// Makes a node with children, or `nil` where the tree is deep or large enough.
  private mutating func nested<Node>(_ make: (inout TreeGenerator) -> Node) -> Node? {
    if depth == 0 || budget <= 0 { return nil }
    depth -= 1
    budget -= 1
    let node = make(&self)
    depth += 1
    return node
  }

  // MARK: - Lists

  package mutating func completeCommand() -> CompleteCommand { CompleteCommand(list()) }

  mutating func list() -> List {
    List((0..<1 + random.below(3)).map { _ in ListItem(andOr(), isAsynchronous: random.once(in: 5)) })
  }

  mutating func andOr() -> AndOrList {
    let rest = random.once(in: 3) ? 1 + random.below(3) : 0
    return AndOrList(
      pipeline(), (0..<rest).map { _ in AndOrList.Element(random.once(in: 2) ? .and : .or, pipeline()) })
  }

  mutating func pipeline() -> Pipeline {
    let count = random.once(in: 3) ? 1 + random.below(4) : 1
    let timing: Pipeline.Timing? = random.once(in: 12) ? (random.once(in: 2) ? .minutes : .seconds) : nil
    return Pipeline((0..<count).map { _ in command() }, isNegated: random.once(in: 6), timing: timing)
  }

  mutating func command() -> Command {
    switch random.below(5) {
    case 0: nested { .compound($0.compound(), $0.redirections(), SourcePosition()) } ?? .simple(simpleCommand())
    case 2 where random.once(in: 8):
      nested { .compound(.coprocess($0.coprocess()), [], SourcePosition()) } ?? .simple(simpleCommand())
    case 1 where random.once(in: 4): nested { .function($0.function()) } ?? .simple(simpleCommand())
    default: .simple(simpleCommand())
    }
  }

  private mutating func coprocess() -> Coprocess {
    guard random.once(in: 2) else {
      return Coprocess(name: Word([.literal(name())]), .compound(compound(), redirections(), SourcePosition()))
    }
    var command = simpleCommand()
    // A word in front of a reserved word would be the name; behind a redirection it is not.
    if command.assignments.isEmpty, command.redirections.isEmpty, command.words.count > 1 {
      command.words[1] = Word([.literal(name())])
    }
    return Coprocess(.simple(command))
  }

  package mutating func function() -> FunctionDefinition {
    let name = random.once(in: 4) ? ByteString("my-function") : name()
    var body = compound()
    if let limit {
      let whole = AndOrList(Pipeline([.compound(body, [], SourcePosition())]))
      body = .group(List([limit.ofFunction, ListItem(whole)]))
    }
    return FunctionDefinition(name: name, body: .compound(body, redirections(), SourcePosition()))
  }

  mutating func compound() -> CompoundCommand {
    switch random.below(10) {
    case 0: return .group(list())
    case 1: return .subshell(list())
    case 2:
      let branches = (0..<1 + random.below(3)).map { _ in IfClause.Branch(condition: list(), body: list()) }
      return .conditional(IfClause(branches: branches, alternative: random.once(in: 2) ? list() : nil))
    case 3:
      let kind: WhileLoop.Kind = random.once(in: 2) ? .while : .until
      return .loop(WhileLoop(kind, condition: List((limit.map { [$0.ofLoop] } ?? []) + list().items), body: list()))
    case 4:
      let words = random.once(in: 4) ? nil : (0..<random.below(4)).map { _ in word() }
      return .forLoop(ForLoop(random.once(in: 4) ? .select : .for, name: name(), words: words, body: list()))
    case 5: return .arithmetic(Word(arithmeticUnits()))
    case 6: return .test(nested { $0.conditionalExpression() } ?? .unary("-n", word()))
    case 7:
      return .arithmeticFor(
        ArithmeticFor(
          initial: Word(arithmeticUnits()), condition: Word(arithmeticUnits()), update: Word(arithmeticUnits()),
          body: List((limit.map { [$0.ofLoop] } ?? []) + list().items)))
    default: return .caseClause(CaseClause(word(), items: (0..<random.below(4)).map { _ in caseItem() }))
    }
  }

  mutating func conditionalExpression() -> ConditionalExpression {
    switch random.below(7) {
    case 0:
      let operand = operand()
      return if case .not = operand { operand } else { .not(operand) }
    case 1: return .all((0..<2 + random.below(2)).map { _ in operand() })
    case 2: return .any((0..<2 + random.below(2)).map { _ in operand() })
    case 3:
      return .binary(testedWord(), "=~", Word(units(.regularExpression)))
    case 4:
      if random.once(in: 3) {
        return .binary(testedWord(), random.pick(["=", "==", "!="]), Word([.literal(random.pick(groups))]))
      }
      let operators: [ByteString] = ["=", "==", "!=", "<", ">", "-eq", "-lt", "-nt", "-ef"]
      return .binary(testedWord(), random.pick(operators), testedWord())
    default: return .unary(random.pick(["-n", "-z", "-f", "-d", "-v", "-o", "-t", "-x"]), testedWord())
    }
  }

  private mutating func operand() -> ConditionalExpression {
    nested { $0.conditionalExpression() } ?? .unary("-n", testedWord())
  }

  /// A word that is no operator of a test.
  private mutating func testedWord() -> Word {
    var word = word()
    if case .literal? = word.units.first { word.units[0] = .literal("w") }
    return word
  }

  mutating func caseItem() -> CaseItem {
    var patterns = (0..<1 + random.below(3)).map { _ in word() }
    if random.once(in: 6) { patterns[0] = Word([.literal("esac")]) }
    return CaseItem(
      patterns: patterns, body: random.once(in: 4) ? nil : list(),
      terminator: random.once(in: 3) ? .fallThrough : random.once(in: 4) ? .nextMatch : .break)
  }

  // MARK: - Simple commands

  mutating func simpleCommand() -> SimpleCommand {
    var command = SimpleCommand(words: [])
    if random.once(in: 5) {
      command.assignments = (0..<1 + random.below(2)).map { _ in
        assignment()
      }
    }
    command.redirections = redirections()
    let isOptional = !command.assignments.isEmpty || !command.redirections.isEmpty
    let count = random.below(4) + (isOptional ? 0 : 1)
    command.words = (0..<count).map { _ in word() }
    if count > 0 {
      let mayBeKeyword = isOptional && random.once(in: 3)
      command.words[0] = mayBeKeyword ? Word([.literal(random.pick(["if", "}", "!", "in"]))]) : commandName()
    }
    return command
  }

  private mutating func assignment() -> Assignment {
    var assignment = Assignment(name: name(), isAppending: random.once(in: 6), value: Word())
    let subscripts: [Word] = [Word([.literal("1")]), Word([.literal("i + 1")]), Word([.singleQuoted("a b")])]
    if random.once(in: 8) {
      assignment.elements = (0..<random.below(4)).map { _ in
        let subscripted = random.once(in: 4) ? random.pick(subscripts) : nil
        var value = word()
        // What begins as a subscript would be one.
        if subscripted == nil, case .literal? = value.units.first { value.units[0] = .literal("e") }
        return ArrayElement(subscript: subscripted, value: value)
      }
      return assignment
    }
    if random.once(in: 8) { assignment.subscript = random.pick(subscripts) }
    assignment.value = Word(random.once(in: 4) ? [] : units(.command))
    return assignment
  }

  /// A word that is no reserved word and no assignment.
  private mutating func commandName() -> Word {
    if random.once(in: 2) { return Word([.literal(random.pick(commandNames))]) }
    var word = word()
    if case .literal? = word.units.first { word.units[0] = .literal("cmd") }
    return word
  }

  mutating func redirections() -> [Redirection] {
    random.once(in: 4) ? (0..<1 + random.below(2)).map { _ in redirection() } : []
  }

  mutating func redirection() -> Redirection {
    let descriptor = random.once(in: 3) ? random.below(12) : nil
    var redirection = redirection(descriptor)
    if descriptor == nil, random.once(in: 6) {
      redirection.variable = name()
      if random.once(in: 3) { redirection.subscript = subscriptOfRedirection() }
    }
    return redirection
  }

  private mutating func subscriptOfRedirection() -> Word {
    let literal = WordUnit.literal(random.pick(["0", "x+1", "-1"]))
    let parameter = WordUnit.parameter(.unbraced(.variable(name()), position: SourcePosition()))
    return Word(random.pick([[literal], [parameter], [.literal("1+"), parameter]]))
  }

  private mutating func redirection(_ descriptor: Int?) -> Redirection {
    let digit = Word([.literal(random.pick(["1", "2", "-", "10"]))])
    switch random.below(9) {
    case 7: return Redirection(descriptor: descriptor, .hereString, word())
    case 0: return Redirection(descriptor: descriptor, .input, word())
    case 1: return Redirection(descriptor: descriptor, .output, word())
    case 2: return Redirection(descriptor: descriptor, .append, word())
    case 3: return Redirection(descriptor: descriptor, .clobber, word())
    case 4: return Redirection(descriptor: descriptor, .readWrite, word())
    case 5: return Redirection(descriptor: descriptor, .duplicateInput, digit)
    case 6: return Redirection(descriptor: descriptor, .duplicateOutput, digit)
    default: return nested { $0.hereDocument(descriptor) } ?? Redirection(.output, word())
    }
  }

  private mutating func hereDocument(_ descriptor: Int?) -> Redirection {
    hereDocuments += 1
    let name = ByteString("END") + ByteString(decimal: hereDocuments)
    let target: Word =
      switch random.below(5) {
      case 0: Word([.singleQuoted(name + " x")])
      case 1: Word([.doubleQuoted([.literal(name)]), .literal("x")])
      case 2: Word([.escaped("E"), .literal(name)])
      default: Word([.literal(name)])
      }
    let stripsTabs = random.once(in: 2)
    let body = hereDocumentBody(isQuoted: target.hasQuoting, stripsTabs: stripsTabs)
    let document = HereDocument(
      delimiter: target.textAfterQuoteRemoval, isQuoted: target.hasQuoting, stripsTabs: stripsTabs, body: body)
    return Redirection(descriptor: descriptor, .hereDocument(document), target)
  }

  private mutating func hereDocumentBody(isQuoted: Bool, stripsTabs: Bool) -> Word {
    if random.once(in: 6) { return Word() }
    let outer = allowsTabs
    if stripsTabs { allowsTabs = false }
    defer { allowsTabs = outer }
    if isQuoted { return Word([.literal(random.pick(["$x `a` \\\n\\$\n", "one\ntwo 'x\"\n", "\n"]))]) }
    var units = units(.hereDocument)
    if case .literal(let text)? = units.last {
      units[units.count - 1] = .literal(text + "\n")
    } else {
      units.append(.literal("\n"))
    }
    return Word(units)
  }

  // MARK: - Words

  mutating func name() -> ByteString { random.pick(["a", "_", "x1", "LONG_NAME_OF_A_VARIABLE", "Z"]) }

  mutating func word() -> Word { Word(units(.command)) }

  /// At least one unit, and none beside one of its kind where the parser would make one of two.
  mutating func units(_ context: WordContext) -> [WordUnit] {
    var units: [WordUnit] = []
    for _ in 0..<1 + (random.once(in: 2) ? 0 : random.below(4)) {
      let unit = unit(context, isFirst: units.isEmpty)
      switch (units.last, unit) {
      case (.literal?, .literal), (.escaped?, .escaped): continue
      // The name would go on in the literal.
      case (.parameter(let expansion)?, .literal(let text)) where !expansion.isBraced && text.first!.isNameByte:
        continue
      default: units.append(unit)
      }
    }
    return units
  }

  private mutating func unit(_ context: WordContext, isFirst: Bool) -> WordUnit {
    switch random.below(10) {
    case 0:
      return .escaped(random.pick(context.isQuoted ? ["$", "\\", "$`"] : ["$", " ", "\\", "'\"", "x", "é", "}"]))
    case 1 where !context.isQuoted: return .singleQuoted(random.pick(["", "a b", "\n", "\\", "\"$x`", "#", tab]))
    case 2 where !context.isQuoted:
      let source: ByteString = random.pick(["", "\\n", "a\\'b", "\\x41 \\101", "\\\\", "\n", "\\cA"])
      return .dollarSingleQuoted(decoded: DollarQuoting.decode(source), source: source)
    case 3 where context.hasDoubleQuotes:
      return nested { .doubleQuoted($0.random.once(in: 5) ? [] : $0.units(.doubleQuotes)) } ?? .literal("q")
    case 4, 5: return .parameter(parameterExpansion(context))
    case 6 where (context == .command || context == .braces) && random.once(in: 4):
      return nested { .processSubstitution($0.processSubstitution()) } ?? .literal("p")
    case 6: return nested { .commandSubstitution($0.commandSubstitution()) } ?? .literal("c")
    case 7: return nested { .arithmetic(Word($0.arithmeticUnits()), SourcePosition()) } ?? .literal("1")
    default: return .literal(literal(context, isFirst: isFirst))
    }
  }

  private let groups: [ByteString] = ["@(a|b c)", "!(*.o)x", "?()", "*(a;b&(|)<)", "+(#|\n|@(x y))"]

  private var tab: ByteString { allowsTabs ? "\t" : " " }

  private mutating func literal(_ context: WordContext, isFirst: Bool) -> ByteString {
    switch context {
    case .command, .commandWithGroups, .patternGroup:
      if hasPatternGroups, random.once(in: 4) { return random.pick(groups) }
      let first: [ByteString] = isFirst ? ["a", "~", "*.c", "2", "[a-z]"] : ["#", "=", "x#y", "3"]
      return random.pick(first + ["-n", "x=y", "é", "\u{1}", "{}", "a:~b", "^,+@%", "!"])
    case .doubleQuotes, .quotedBraces:
      return random.pick(["a", " ", "'", "\\n", "(;|&<>)", "\n", "#", "é", "~", tab, "x y", "["])
    case .braces, .plainBraces: return random.pick(["a", " ", "(;|&<>)", "\n", "a b", "é", "*", tab, "]", "/"])
    case .replacedPattern: return random.pick(["a", " ", "(;|&<>)", "\n", "é", "*", "[a-c]", "?", "#"])
    case .regularExpression: return random.pick(["a", "^", "(b|c)", ".*", "[0-9]+", "é"])
    case .subscript: return random.pick(["a", "1", " ", "}", "(", "é", "[1]"])
    case .arithmetic, .bracketArithmetic: return random.pick(["1", " + ", "(1)", "x", "'", "<<", "(2*(3))", "\n", "#"])
    case .hereDocument:
      return random.pick(["a", "'", "\"", "one\ntwo\n", "\\\"", "\\n", "}", "(", " ", "x" + tab + "y"])
    }
  }

  private mutating func arithmeticUnits() -> [WordUnit] { random.once(in: 8) ? [] : units(.arithmetic) }

  private mutating func commandSubstitution() -> CommandSubstitution {
    if backquotes < 2, random.once(in: 3) {
      backquotes += 1
      let body = (0..<1 + random.below(2)).map { _ in completeCommand() }
      backquotes -= 1
      return CommandSubstitution(body, notation: .backquote)
    }
    return CommandSubstitution((0..<random.below(3)).map { _ in completeCommand() })
  }

  private mutating func processSubstitution() -> ProcessSubstitution {
    ProcessSubstitution(
      random.once(in: 2) ? .reading : .writing, (0..<random.below(3)).map { _ in completeCommand() })
  }

  private mutating func parameterExpansion(_ context: WordContext) -> ParameterExpansion {
    let parameter: Parameter =
      switch random.below(4) {
      case 0: .special(random.pick([UInt8]("@*#?-$!0".utf8)))
      case 1: .positional(random.pick([1, 9, 10, 123]))
      default: .variable(name())
      }
    var expansion = ParameterExpansion(parameter)
    if case .variable = parameter, random.once(in: 6) {
      expansion.subscript =
        nested { $0.random.once(in: 3) ? .joined : $0.random.once(in: 2) ? .all : .index(Word($0.units(.subscript))) }
        ?? .all
    }
    if random.once(in: 2) { expansion.operation = nested { $0.operation(on: parameter, context) } }
    if expansion.operation == nil, expansion.subscript == .none, random.once(in: 2) {
      if case .positional(let number) = parameter, number > 9 { return expansion }
      expansion.isBraced = false
    }
    return expansion
  }

  private mutating func operation(on parameter: Parameter, _ context: WordContext) -> ParameterOperation {
    let colon = random.once(in: 2)
    // `${#-}` is the length of `$-`, and `${!#}` the last positional parameter.
    let mayBeEmpty = parameter != .special(Byte.numberSign) && parameter != .special(Byte.exclamationMark)
    let word = Word(mayBeEmpty && random.once(in: 4) ? [] : units(context.ofDefaultWord))
    let pattern = Word(mayBeEmpty && random.once(in: 4) ? [] : units(context.ofPattern))
    if random.once(in: 3) { return extendedOperation(context, mayTransform: mayBeEmpty) }
    return random.pick([
      .length, .useDefault(colon: colon, word), .assignDefault(colon: colon, word),
      .errorIfUnset(colon: colon, word), .useAlternative(colon: colon, word), .removeSmallestSuffix(pattern),
      .removeLargestSuffix(pattern), .removeSmallestPrefix(pattern), .removeLargestPrefix(pattern),
      .invalid(Word([.literal(".")] + (word.units.first.map(isLiteral) ?? true ? [] : word.units))),
    ])
  }

  private mutating func extendedOperation(_ context: WordContext, mayTransform: Bool) -> ParameterOperation {
    let pattern = random.once(in: 3) ? nil : Word(units(context.ofPattern))
    let replaced = Word(units(.replacedPattern))
    // A pattern that begins as an operator would be one.
    let first: WordUnit? = if case .literal? = replaced.units.first { .escaped("x") } else { nil }
    let part: ReplacedPart = random.pick([.first, .all, .prefix, .suffix])
    let kind: CaseChange.Kind = random.pick([.upper, .lower, .toggled])
    switch random.below(mayTransform ? 4 : 3) {
    case 0:
      let length = random.once(in: 2) ? Word([.literal("1")]) : nil
      return .substring(offset: Word([.literal(random.pick([" 1", " -2", "x"]))]), length: length)
    case 1:
      return .replace(
        part, pattern: Word((first.map { [$0] } ?? []) + replaced.units),
        Word(random.once(in: 3) ? [] : units(context.ofPattern)))
    case 2: return .changeCase(CaseChange(kind, isOfAll: random.once(in: 2)), pattern: pattern)
    default: return .transform(random.pick([UInt8]("QEULuAaKk".utf8)))
    }
  }

  private func isLiteral(_ unit: WordUnit) -> Bool {
    if case .literal = unit { true } else { false }
  }
}
