import ShellSyntax

// Where process substitutions stand, so that the command around them closes their pipes.

extension Command {
  /// Whether one stands in its own words, and not only in those of the commands that it is made of.
  var hasProcessSubstitution: Bool {
    switch self {
    case .simple(let command): command.hasProcessSubstitution
    case .compound(let compound, let redirections, _):
      redirections.contains(where: \.target.hasProcessSubstitution) || compound.hasProcessSubstitution
    case .function: false
    }
  }
}

extension SimpleCommand {
  fileprivate var hasProcessSubstitution: Bool {
    words.contains(where: \.hasProcessSubstitution) || redirections.contains(where: \.target.hasProcessSubstitution)
      || assignments.contains(where: \.hasProcessSubstitution) || arrays.contains(where: \.hasProcessSubstitution)
  }
}

extension Assignment {
  fileprivate var hasProcessSubstitution: Bool {
    value.hasProcessSubstitution || elements?.contains(where: \.value.hasProcessSubstitution) == true
  }
}

extension CompoundCommand {
  fileprivate var hasProcessSubstitution: Bool {
    switch self {
    case .forLoop(let loop): loop.words?.contains(where: \.hasProcessSubstitution) == true
    case .caseClause(let clause):
      clause.word.hasProcessSubstitution
        || clause.items.contains { $0.patterns.contains(where: \.hasProcessSubstitution) }
    case .test(let expression): expression.hasProcessSubstitution
    case .coprocess(let coprocess): coprocess.name?.hasProcessSubstitution == true
    case .group, .subshell, .conditional, .loop, .arithmetic, .arithmeticFor: false
    }
  }
}

extension ConditionalExpression {
  fileprivate var hasProcessSubstitution: Bool {
    switch self {
    case .all(let parts), .any(let parts): parts.contains(where: \.hasProcessSubstitution)
    case .not(let part): part.hasProcessSubstitution
    case .unary(_, let word): word.hasProcessSubstitution
    case .binary(let left, _, let right): left.hasProcessSubstitution || right.hasProcessSubstitution
    }
  }
}

extension Word {
  fileprivate var hasProcessSubstitution: Bool {
    units.contains(where: \.hasProcessSubstitution)
  }
}

extension WordUnit {
  fileprivate var hasProcessSubstitution: Bool {
    switch self {
    case .processSubstitution: true
    case .doubleQuoted(let units): units.contains(where: \.hasProcessSubstitution)
    case .parameter(let expansion):
      expansion.operation?.hasProcessSubstitution == true || expansion.subscript.hasProcessSubstitution
    case .literal, .escaped, .singleQuoted, .dollarSingleQuoted, .commandSubstitution, .arithmetic: false
    }
  }
}

extension ParameterSubscript {
  fileprivate var hasProcessSubstitution: Bool {
    if case .index(let word) = self { word.hasProcessSubstitution } else { false }
  }
}

extension ParameterOperation {
  fileprivate var hasProcessSubstitution: Bool {
    switch self {
    case .useDefault(_, let word), .assignDefault(_, let word), .errorIfUnset(_, let word),
      .useAlternative(_, let word), .removeSmallestSuffix(let word), .removeLargestSuffix(let word),
      .removeSmallestPrefix(let word), .removeLargestPrefix(let word):
      word.hasProcessSubstitution
    case .replace(_, let pattern, let word): pattern.hasProcessSubstitution || word.hasProcessSubstitution
    case .changeCase(_, let pattern): pattern?.hasProcessSubstitution == true
    case .length, .substring, .transform, .names, .invalid: false
    }
  }
}

extension ProcessSubstitution {
  /// Its commands as one list.
  var list: AndOrList {
    if let textWithAliases {
      let evaluation = SimpleCommand.evaluation(of: textWithAliases, at: position)
      return AndOrList(Pipeline([.simple(evaluation)], position: position))
    }
    let items = body.flatMap(\.list.items)
    if items.count == 1, !items[0].isAsynchronous { return items[0].andOr }
    return AndOrList(Pipeline([.compound(.group(List(items)), [], position)], position: position))
  }
}
