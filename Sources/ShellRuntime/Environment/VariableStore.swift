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

  private mutating func grow(toHold index: Int) {
    let leaf = Leaf(repeating: Variable(), count: Self.width)
    while capacity <= index {
      if capacity & (Self.width * Self.width - 1) == 0 { root.append([]) }
      root[root.count - 1].append(leaf)
      capacity += Self.width
    }
  }

  /// Calls `body` with each variable that has a value or an attribute, or is an array.
  func visit(_ body: (NameNumber, Variable) -> Void) {
    var index: Int32 = 0
    for node in root {
      for leaf in node {
        for variable in leaf {
          if !variable.attributes.isEmpty || variable.elements != nil { body(NameNumber(index), variable) }
          index += 1
        }
      }
    }
  }
}
