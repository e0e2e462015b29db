import ByteStrings

/// The elements of an array variable, but for the one with the subscript 0, which is the variable's own value. So `$a`,
/// `a=x` and `export a` need not know of arrays.
package struct ArrayElements: Sendable {
  private enum Storage: Sendable {
    case indexed(IndexedElements)
    case associative(AssociativeElements)
  }

  private var storage: Storage

  static let indexed = ArrayElements(storage: .indexed(IndexedElements()))
  static let associative = ArrayElements(storage: .associative(AssociativeElements()))

  /// Whether subscripts are texts, and no numbers.
  package var isAssociative: Bool { if case .associative = storage { true } else { false } }

  var count: Int {
    switch storage {
    case .indexed(let elements): elements.values.count
    case .associative(let elements): elements.count
    }
  }

  /// The largest subscript; 0 where there is none above it.
  var last: Int { if case .indexed(let elements) = storage { elements.indices.last ?? 0 } else { 0 } }

  subscript(index: Int) -> ByteString? {
    get { if case .indexed(let elements) = storage { elements[index] } else { nil } }
    set {
      // Taken out and put back, so that it is changed in place.
      guard case .indexed(var elements) = storage else { return }
      storage = .indexed(IndexedElements())
      elements[index] = newValue
      storage = .indexed(elements)
    }
  }

  subscript(key: ByteString) -> ByteString? {
    get { if case .associative(let elements) = storage { elements[key] } else { nil } }
    set {
      guard case .associative(var elements) = storage else { return }
      storage = .indexed(IndexedElements())
      elements[key] = newValue
      storage = .associative(elements)
    }
  }

  /// All subscripts and values, by number or in the order in which they were first assigned.
  var all: [(key: ByteString, value: ByteString)] {
    switch storage {
    case .indexed(let elements): zip(elements.indices, elements.values).map { (ByteString(decimal: $0), $1) }
    case .associative(let elements): elements.all
    }
  }

  var values: [ByteString] {
    if case .indexed(let elements) = storage { elements.values } else { all.map(\.value) }
  }
}

/// Elements by number, in ascending order: found at once while they have no gaps, and by bisection with gaps.
private struct IndexedElements: Sendable {
  private(set) var indices: [Int] = []
  private(set) var values: [ByteString] = []

  subscript(index: Int) -> ByteString? {
    get {
      let place = place(of: index)
      return place < indices.count && indices[place] == index ? values[place] : nil
    }
    set {
      let place = place(of: index)
      let isThere = place < indices.count && indices[place] == index
      switch (newValue, isThere) {
      case (let value?, true): values[place] = value
      case (let value?, false) where place == indices.count:
        // Faster than to insert at the end.
        indices.append(index)
        values.append(value)
      case (let value?, false):
        indices.insert(index, at: place)
        values.insert(value, at: place)
      case (nil, true):
        indices.remove(at: place)
        values.remove(at: place)
      case (nil, false): break
      }
    }
  }

  /// Where the index stands, or would stand.
  private func place(of index: Int) -> Int {
    // Without gaps, element 1 is the first.
    let guess = index - 1
    if guess >= 0, guess < indices.count, indices[guess] == index { return guess }
    guard let last = indices.last, index <= last else { return indices.count }
    var low = 0
    var high = indices.count
    while low < high {
      let middle = (low + high) / 2
      if indices[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Elements by text, in the order in which they were first assigned, so that a script's output is the same each time.
private struct AssociativeElements: Sendable {
  private var places: [ByteString: Int] = [:]
  /// `nil` where one was removed.
  private var entries: [(key: ByteString, value: ByteString)?] = []

  var count: Int { places.count }

  var all: [(key: ByteString, value: ByteString)] { entries.compactMap { $0 } }

  subscript(key: ByteString) -> ByteString? {
    get { places[key].flatMap { entries[$0]?.value } }
    set {
      if let place = places[key] {
        if let newValue {
          entries[place] = (key, newValue)
        } else {
          entries[place] = nil
          places[key] = nil
          if entries.count > 16, entries.count > 2 * places.count { compact() }
        }
      } else if let newValue {
        places[key] = entries.count
        entries.append((key, newValue))
      }
    }
  }

  private mutating func compact() {
    entries = all
    for (place, entry) in entries.enumerated() { if let entry { places[entry.key] = place } }
  }
}
