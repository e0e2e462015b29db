enum PatternInstruction: Sendable {
  /// Reads a character that the element matches.
  case element(PatternElement)
  /// Reads any character and stays, or goes on at the next instruction.
  case anyString
  /// Goes on at the next instruction, and at that one.
  case fork(Int)
  case jump(Int)
  /// Goes on behind the negation wherever its program does not accept.
  case negation(Int)
  case accept
}

/// A pattern with groups as instructions that are run over a string, all that may match at once.
///
/// A program has as many instructions as its pattern has characters, more or less, however its groups are nested, and
/// neither building nor running it recurses. Where the program stands after some characters is a set of
/// instructions (`PatternPlaces`); to read one more character looks at each instruction at most once. So a pattern
/// without `!(…)` takes time proportional to its length times the string's.
///
/// `!(…)` is a program within the program. Each place of the string where it may begin begins a run of it, whose set is
/// kept beside the others, and what follows the `!(…)` may begin wherever that run does not accept. Runs
/// with the same set have the same future and are one run: nearly always there are two or three of them, and never more
/// than there are characters.
struct PatternProgram: Sendable {
  /// `!(…)`: where its program begins, and what follows it.
  struct Negation: Sendable {
    let entry: Int
    let end: Int
  }

  private(set) var instructions: [PatternInstruction] = []
  /// The innermost ones first.
  private(set) var negations: [Negation] = []
  /// Where each negation stands before it has read a character.
  private(set) var firstPlaces: [PatternPlaces] = []

  /// A group whose end has not been met.
  private struct OpenGroup {
    let group: PatternGroup
    /// Its first instruction.
    let start: Int
    /// The first instruction of the pattern that is being read, which leads to the next one if there is one.
    var alternative: Int
    /// The last instructions of the patterns before.
    var ends: [Int] = []
  }

  init(_ tokens: some Sequence<PatternToken>) {
    var open: [OpenGroup] = []
    for token in tokens {
      switch token {
      case .element(let element): instructions.append(.element(element))
      case .anyString: instructions.append(.anyString)
      case .open(let group): open.append(begin(group))
      case .bar: beginAlternative(in: &open[open.count - 1])
      case .close: end(open.removeLast())
      }
    }
    instructions.append(.accept)
    var marks = PatternMarks(for: self)
    for (index, negation) in negations.enumerated() {
      marks.beginSet()
      var places = PatternPlaces(negation: index)
      reach(negation.entry, &places, firstPlaces, &marks)
      places.finish()
      firstPlaces.append(places)
    }
  }

  /// The program that reads strings from their end.
  static func backwards(_ tokens: [PatternToken]) -> PatternProgram {
    PatternProgram(
      tokens.reversed().lazy.map { token in
        switch token {
        case .open(let group): .close(group)
        case .close(let group): .open(group)
        case .element, .anyString, .bar: token
        }
      })
  }

  private var nextInstruction: Int { instructions.count }

  private mutating func begin(_ group: PatternGroup) -> OpenGroup {
    let start = nextInstruction
    switch group {
    // The targets are known at the end of the group.
    case .zeroOrOne, .zeroOrMore: instructions.append(.fork(start))
    case .none: instructions.append(.negation(0))
    case .one, .oneOrMore: break
    }
    instructions.append(.jump(nextInstruction + 1))
    return OpenGroup(group: group, start: start, alternative: nextInstruction - 1)
  }

  private mutating func beginAlternative(in group: inout OpenGroup) {
    group.ends.append(nextInstruction)
    instructions.append(.jump(0))
    instructions[group.alternative] = .fork(nextInstruction)
    group.alternative = nextInstruction
    instructions.append(.jump(nextInstruction + 1))
  }

  private mutating func end(_ group: OpenGroup) {
    let end = group.group == .zeroOrMore ? group.start : nextInstruction
    for index in group.ends { instructions[index] = .jump(end) }
    switch group.group {
    case .one: break
    case .zeroOrOne: instructions[group.start] = .fork(nextInstruction)
    case .zeroOrMore:
      instructions.append(.jump(group.start))
      instructions[group.start] = .fork(nextInstruction)
    case .oneOrMore: instructions.append(.fork(group.start))
    case .none:
      instructions.append(.accept)
      instructions[group.start] = .negation(negations.count)
      negations.append(Negation(entry: group.start + 1, end: nextInstruction))
    }
  }
}

// MARK: - Places

/// Where a program, or that of a negation in it, stands after some characters.
struct PatternPlaces: Hashable, Sendable {
  /// The negation that it belongs to; `nil` for the whole program.
  var negation: Int?
  /// The instructions that read the next character.
  var instructions: [Int] = []
  /// The negations under way, as indices of their places.
  var negations: [Int] = []
  /// Whether what was read so far matches.
  var isAccepting = false

  /// Makes equal places compare as equal.
  mutating func finish() {
    instructions.sort()
    finishNegations()
  }

  mutating func finishNegations() {
    if negations.count < 2 { return }
    negations.sort()
    var last = -1
    negations.removeAll { index in
      defer { last = index }
      return index == last
    }
  }
}

/// Which instructions have been looked at for one set of places.
struct PatternMarks {
  private var marks: [Int]
  private var current = 1
  /// How many instructions have been looked at for all sets.
  private(set) var steps = 0

  init(for program: PatternProgram) { marks = [Int](repeating: 0, count: program.instructions.count) }

  mutating func beginSet() { current += 1 }

  /// Marks an instruction; `false` if it was marked.
  mutating func insert(_ instruction: Int) -> Bool {
    steps += 1
    if marks[instruction] == current { return false }
    marks[instruction] = current
    return true
  }
}

extension PatternProgram {
  /// Adds to `places` all that is reached from an instruction before another character is read. `negations` are the
  /// places of those under way, which begin with `firstPlaces`.
  func reach(
    _ start: Int, _ places: inout PatternPlaces, _ negations: [PatternPlaces], _ marks: inout PatternMarks
  ) {
    var pending = [start]
    while let index = pending.popLast() {
      if !marks.insert(index) { continue }
      switch instructions[index] {
      case .element: places.instructions.append(index)
      case .anyString:
        places.instructions.append(index)
        pending.append(index + 1)
      case .fork(let other):
        pending.append(other)
        pending.append(index + 1)
      case .jump(let other): pending.append(other)
      case .negation(let number):
        places.negations.append(number)
        if !negations[number].isAccepting { pending.append(self.negations[number].end) }
      case .accept: places.isAccepting = true
      }
    }
  }
}
