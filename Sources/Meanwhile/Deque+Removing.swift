import DequeModule

extension Deque {
  /// Removes one element that matches, if there is one.
  ///
  /// Looks at the ends first: those who wait for the same thing mostly leave in the order in which they came, or in the
  /// opposite one, and very many of them would otherwise take quadratic time.
  mutating func removeOne(where matches: (Element) -> Bool) {
    guard let first, let last else { return }
    if matches(first) {
      removeFirst()
    } else if matches(last) {
      removeLast()
    } else if let index = firstIndex(where: matches) {
      remove(at: index)
    }
  }
}
