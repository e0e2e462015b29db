import ByteStrings

/// One run of a pattern's program over a string.
struct PatternRun {
  private let program: PatternProgram
  /// Where the whole program stands.
  private var whole = PatternPlaces()
  /// Where the negations under way stand: first each one as it begins, whether or not one begins here.
  private var negations: [PatternPlaces]
  private var marks: PatternMarks

  /// - Parameter periodIsExplicit: Whether the string begins with a period that only a period of the pattern matches.
  init(_ program: PatternProgram, periodIsExplicit: Bool = false) {
    self.program = program
    negations = program.firstPlaces
    marks = PatternMarks(for: program)
    if periodIsExplicit { reachPeriods() } else { program.reach(0, &whole, negations, &marks) }
    whole.finishNegations()
  }

  /// Whether what was read so far matches.
  var isAccepting: Bool { whole.isAccepting }

  /// Whether nothing that may follow can match.
  var isDead: Bool { whole.instructions.isEmpty && whole.negations.isEmpty }

  /// How many instructions have been looked at.
  var steps: Int { marks.steps }

  /// Reads a character.
  mutating func read(_ value: UInt32) {
    var moved: [Int] = []
    if !whole.negations.isEmpty { moved = moveNegations(value) }
    whole = next(whole, value, moved)
    whole.finishNegations()
  }

  /// The places after a character. `moved` has the new index of each negation under way.
  private mutating func next(_ places: PatternPlaces, _ value: UInt32, _ moved: [Int]) -> PatternPlaces {
    var next = PatternPlaces(negation: places.negation)
    marks.beginSet()
    for index in places.instructions {
      switch program.instructions[index] {
      case .anyString: program.reach(index, &next, negations, &marks)
      case .element(let element) where element.matches(value): program.reach(index + 1, &next, negations, &marks)
      default: break
      }
    }
    for index in places.negations {
      let places = negations[moved[index]]
      next.negations.append(moved[index])
      if let negation = places.negation, !places.isAccepting {
        program.reach(program.negations[negation].end, &next, negations, &marks)
      }
    }
    return next
  }

  /// Has all negations that the program is in read a character, the inner ones before those around them; returns the new
  /// index of each. Those whose places are the same become one.
  private mutating func moveNegations(_ value: UInt32) -> [Int] {
    let before = negations
    var moved = [Int](repeating: -1, count: before.count)
    var indices: [PatternPlaces: Int] = [:]
    negations = program.firstPlaces
    var pending = whole.negations
    while let index = pending.last {
      let inner = before[index].negations.filter { moved[$0] < 0 }
      if moved[index] < 0, !inner.isEmpty {
        pending.append(contentsOf: inner)
        continue
      }
      pending.removeLast()
      if moved[index] >= 0 { continue }
      var places = next(before[index], value, moved)
      places.finish()
      if let known = indices[places] {
        moved[index] = known
      } else {
        moved[index] = negations.count
        indices[places] = negations.count
        negations.append(places)
      }
    }
    return moved
  }

  /// Begins where a period of the pattern can match the first character.
  private mutating func reachPeriods() {
    var pending = [0]
    while let index = pending.popLast() {
      if !marks.insert(index) { continue }
      switch program.instructions[index] {
      case .element(.character(UInt32(UInt8(ascii: ".")))): whole.instructions.append(index)
      case .fork(let other): pending.append(contentsOf: [other, index + 1])
      case .jump(let other): pending.append(other)
      case .element, .anyString, .negation, .accept: break
      }
    }
  }
}

// MARK: - Strings

/// A pattern with groups.
struct GroupedPattern: Sendable {
  private let tokens: [PatternToken]
  private let program: PatternProgram
  private let decoder: CharacterDecoder

  init(_ tokens: [PatternToken], decoder: CharacterDecoder) {
    self.tokens = tokens
    program = PatternProgram(tokens)
    self.decoder = decoder
  }

  /// Whether a `*`, alone or in front of a group, is the first of it.
  var beginsWithStar: Bool {
    switch tokens.first {
    case .anyString, .open(.zeroOrMore): true
    default: false
    }
  }

  /// Whether the pattern matches all bytes.
  func matches(_ bytes: UnsafeRawBufferPointer, periodIsExplicit: Bool = false) -> Bool {
    var run = PatternRun(program, periodIsExplicit: periodIsExplicit)
    var place = 0
    while place < bytes.count {
      if run.isDead { return false }
      let character = decoder.character(at: place, in: bytes)
      run.read(character.value)
      place += character.count
    }
    return run.isAccepting
  }

  /// Where the smallest or largest prefix that matches ends.
  func endOfPrefix(_ size: MatchSize, in bytes: UnsafeRawBufferPointer) -> Int? {
    var run = PatternRun(program)
    var place = 0
    var best: Int?
    while true {
      if run.isAccepting {
        best = place
        if size == .smallest { return best }
      }
      if place >= bytes.count || run.isDead { return best }
      let character = decoder.character(at: place, in: bytes)
      run.read(character.value)
      place += character.count
    }
  }

  /// Where the smallest or largest suffix that matches starts.
  func startOfSuffix(_ size: MatchSize, in bytes: UnsafeRawBufferPointer) -> Int? {
    var run = PatternRun(.backwards(tokens))
    var place = bytes.count
    var best: Int?
    while true {
      if run.isAccepting {
        best = place
        if size == .smallest { return best }
      }
      if place <= 0 || run.isDead { return best }
      let character = decoder.character(before: place, in: bytes)
      run.read(character.value)
      place -= character.count
    }
  }
}
