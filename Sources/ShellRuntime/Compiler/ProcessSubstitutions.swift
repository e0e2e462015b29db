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
    case .group, .subshell, .conditional, .loop, .arithmetic, .arithmeticFor, .coprocess: false
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
    units.contains { if case .processSubstitution = $0 { true } else { false } }
  }
}

extension ProcessSubstitution {
  /// Its commands as one list.
  var list: AndOrList {
    let items = body.flatMap(\.list.items)
    if items.count == 1, !items[0].isAsynchronous { return items[0].andOr }
    return AndOrList(Pipeline([.compound(.group(List(items)), [], position)], position: position))
  }
}
