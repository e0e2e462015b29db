/// Finding the command that begins at a place. The commands of substitutions and of functions are not looked at.
extension List {
  package func command(at position: SourcePosition) -> Command? {
    for item in items { if let found = item.andOr.command(at: position) { return found } }
    return nil
  }
}

extension AndOrList {
  package func command(at position: SourcePosition) -> Command? {
    if let found = first.command(at: position) { return found }
    for element in rest { if let found = element.pipeline.command(at: position) { return found } }
    return nil
  }
}

extension Pipeline {
  fileprivate func command(at position: SourcePosition) -> Command? {
    for element in elements { if let found = element.command(at: position) { return found } }
    return nil
  }
}

extension Command {
  /// The command itself, or the one inside of it, that begins at `position`. Of a compound command, the innermost.
  package func command(at position: SourcePosition) -> Command? {
    switch self {
    case .simple, .function: self.position.isSamePlace(as: position) ? self : nil
    case .compound(let compound, _, let own):
      compound.command(at: position) ?? (own.isSamePlace(as: position) ? self : nil)
    }
  }
}

extension CompoundCommand {
  fileprivate func command(at position: SourcePosition) -> Command? {
    if case .coprocess(let coprocess) = self { return coprocess.command.command(at: position) }
    for list in lists { if let found = list.command(at: position) { return found } }
    return nil
  }

  private var lists: [List] {
    switch self {
    case .group(let list), .subshell(let list): [list]
    case .conditional(let clause):
      clause.branches.flatMap { [$0.condition, $0.body] } + (clause.alternative.map { [$0] } ?? [])
    case .loop(let loop): [loop.condition, loop.body]
    case .forLoop(let loop): [loop.body]
    case .arithmeticFor(let loop): [loop.body]
    case .caseClause(let clause): clause.items.compactMap(\.body)
    case .arithmetic, .test, .coprocess: []
    }
  }
}
