/// First in, first out; allocates nothing, because every entry carries its own link, and counts no references.
///
/// What stands in it is alive: a task is on its loop's list until it is done, a child's waiter belongs to the child that
/// is suspended, and the other entries hold themselves (`SelfOwnedEntry`).
final class ReadyQueue {
  private(set) var count = 0
  private var first: Unmanaged<QueueEntry>?
  private var last: Unmanaged<QueueEntry>?

  var isEmpty: Bool { count == 0 }

  /// Whether all that stands in it is tasks that compute (`Wait.Kind.pass`).
  var hasOnlyComputing: Bool {
    var next = first
    while let entry = next {
      let (isComputing, after) = entry._withUnsafeGuaranteedRef { entry in
        ((entry as? Waiter)?.waitTag == .pass, entry.nextInQueue)
      }
      if !isComputing { return false }
      next = after
    }
    return true
  }

  func append(_ entry: QueueEntry) {
    let reference = Unmanaged.passUnretained(entry)
    entry.nextInQueue = nil
    if let last {
      last._withUnsafeGuaranteedRef { $0.nextInQueue = reference }
    } else {
      first = reference
    }
    last = reference
    count += 1
  }

  func popFirst() -> Unmanaged<QueueEntry>? {
    guard let entry = first else { return nil }
    first = entry._withUnsafeGuaranteedRef { $0.nextInQueue }
    if first == nil { last = nil }
    count -= 1
    return entry
  }

  /// Removes `entry` from wherever it stands; linear in the length of the queue.
  func remove(_ entry: QueueEntry) {
    for _ in 0..<count {
      popFirst()?._withUnsafeGuaranteedRef { if $0 !== entry { append($0) } }
    }
  }

  /// Removes all that match, and returns them in their order; linear in the length of the queue.
  func removeAll(where matches: (QueueEntry) -> Bool) -> [Unmanaged<QueueEntry>] {
    var removed: [Unmanaged<QueueEntry>] = []
    for _ in 0..<count {
      guard let entry = popFirst() else { break }
      entry._withUnsafeGuaranteedRef { if matches($0) { removed.append(entry) } else { append($0) } }
    }
    return removed
  }
}
