import ByteStrings

/// The variables of one environment by name number, in a tree of three levels with 16 entries a node.
///
/// A copy costs one retain. The first change after a copy copies three nodes, however many variables there are. With a
/// flat array, a subshell that assigns to one of 5,000 variables would cost forty times as much.
struct VariableStore: Sendable {
  private typealias Leaf = [Variable]
  private static let bits = 4
  private static let width = 1 << bits

  private var root: [[Leaf]] = []

  /// The elements of array variables, but for those with the subscript 0, by name number.
  private var arrays: [ArrayElements?] = []

  /// How many variables there is room for.
  private(set) var capacity = 0

  /// The variable `number`; unset and without attributes if it was never assigned.
  subscript(number: NameNumber) -> Variable {
    @inline(__always) get {
      let index = Int(number.index)
      if index >= capacity { return Variable() }
      return root[index >> (2 * Self.bits)][(index >> Self.bits) & (Self.width - 1)][index & (Self.width - 1)]
    }
    @inline(__always) _modify {
      let index = Int(number.index)
      if index >= capacity { grow(toHold: index) }
      yield &root[index >> (2 * Self.bits)][(index >> Self.bits) & (Self.width - 1)][index & (Self.width - 1)]
    }
  }

  /// The elements of an array besides its value; `nil` for a variable that is no array.
  subscript(elementsOf number: NameNumber) -> ArrayElements? {
    @inline(__always) get {
      let index = Int(number.index)
      return index < arrays.count ? arrays[index] : nil
    }
    _modify {
      let index = Int(number.index)
      while arrays.count <= index { arrays.append(nil) }
      yield &arrays[index]
    }
  }

  /// Whether there is a variable, which may be without value but then has an attribute or is an array.
  func contains(_ number: NameNumber) -> Bool {
    !self[number].attributes.isEmpty || self[elementsOf: number] != nil
  }

  /// The variable with its elements, to be restored.
  @inline(__always)
  func saved(_ number: NameNumber) -> SavedVariable {
    SavedVariable(number: number, variable: self[number], elements: self[elementsOf: number])
  }

  /// Makes a variable and its elements what they were when they were saved.
  @inline(__always)
  mutating func restore(_ saved: SavedVariable) {
    self[saved.number] = saved.variable
    if Int(saved.number.index) < arrays.count || saved.elements != nil {
      self[elementsOf: saved.number] = saved.elements
    }
  }

  @inline(never)
  private mutating func grow(toHold index: Int) {
    let leaf = Leaf(repeating: Variable(), count: Self.width)
    while capacity <= index {
      if capacity & (Self.width * Self.width - 1) == 0 { root.append([]) }
      root[root.count - 1].append(leaf)
      capacity += Self.width
    }
  }

  /// Calls `body` with each variable that there is, in the order of the name numbers.
  func visit(_ body: (NameNumber, Variable) -> Void) {
    var index: Int32 = 0
    for node in root {
      for leaf in node {
        for variable in leaf {
          if contains(NameNumber(index)) { body(NameNumber(index), variable) }
          index += 1
        }
      }
    }
  }
}

/// A variable as it was, to be restored.
struct SavedVariable: Sendable {
  let number: NameNumber
  let variable: Variable
  let elements: ArrayElements?
}

/// What `local` declared, as it was, to be restored when the function ends. No name occurs twice in one function.
enum SavedLocal: Sendable {
  case variable(SavedVariable)
  /// Those of `ShellOptions.ofFunctions` that were on: `local -`.
  case options(ShellOptions)
  /// The traps on commands that the function has not.
  case commandTraps([HiddenTrap])

  /// The number of the variable's name.
  var number: NameNumber? { if case .variable(let saved) = self { saved.number } else { nil } }
  var isOptions: Bool { if case .options = self { true } else { false } }
}
