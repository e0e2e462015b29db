import DequeModule

extension Deque {
  /// Removes one element that matches; false if there is none.
  ///
  /// Looks at the ends first: tasks that wait for the same thing mostly leave in the order in which they came, or in
  /// the opposite one, and very many of them would otherwise cost quadratic time.
  @discardableResult
  mutating func removeOne(where matches: (Element) -> Bool) -> Bool {
    guard let first, let last else { return false }
    if matches(first) {
      removeFirst()
    } else if matches(last) {
      removeLast()
    } else if let index = firstIndex(where: matches) {
      remove(at: index)
    } else {
      return false
    }
    return true
  }
}
