/// The deadlines, ordered by (deadline, registration number): a heap with four children a node.
///
/// Each entry knows its place, so removing one is logarithmic and leaves nothing behind. The queue holds a reference to
/// each entry in it, by hand, so that moving nodes costs no reference counting.
final class TimerQueue {
  private struct Node {
    var deadline: Int64
    var number: UInt64
    var entry: Unmanaged<QueueEntry>

    @inline(__always)
    func precedes(_ other: Node) -> Bool {
      deadline < other.deadline || (deadline == other.deadline && number < other.number)
    }
  }

  private var storage: UnsafeMutablePointer<Node>
  private var capacity: Int
  private(set) var count = 0
  private var registrations: UInt64 = 0

  init() {
    capacity = 0
    storage = UnsafeMutablePointer(bitPattern: MemoryLayout<Node>.alignment)!
  }

  deinit {
    for index in 0..<count {
      storage[index].entry.release()
    }
    if capacity > 0 { storage.deallocate() }
  }

  /// The earliest deadline, `Int64.max` if there is none.
  var nextDeadline: Int64 { count == 0 ? .max : storage[0].deadline }

  /// The deadline of an entry that is in the queue.
  func deadline(of entry: QueueEntry) -> Int64 {
    storage[Int(entry.timerIndex)].deadline
  }

  func insert(_ entry: QueueEntry, at deadline: Int64) {
    precondition(entry.timerIndex < 0, "an entry has one deadline")
    if count == capacity { grow() }
    let node = Node(deadline: deadline, number: registrations, entry: .passRetained(entry))
    registrations += 1
    count += 1
    siftUp(node, from: count - 1)
  }

  func popFirst() -> QueueEntry {
    let entry = storage[0].entry
    removeEntry(at: 0)
    return entry.takeRetainedValue()
  }

  func remove(_ entry: QueueEntry) {
    let index = Int(entry.timerIndex)
    let held = storage[index].entry
    removeEntry(at: index)
    held.release()
  }

  private func removeEntry(at index: Int) {
    storage[index].entry._withUnsafeGuaranteedRef { $0.timerIndex = -1 }
    count -= 1
    guard index < count else { return }
    let moved = storage[count]
    if index > 0, moved.precedes(storage[(index - 1) / 4]) {
      siftUp(moved, from: index)
    } else {
      siftDown(moved, from: index)
    }
  }

  private func siftUp(_ node: Node, from start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 4
      guard node.precedes(storage[parent]) else { break }
      place(storage[parent], at: index)
      index = parent
    }
    place(node, at: index)
  }

  private func siftDown(_ node: Node, from start: Int) {
    var index = start
    while true {
      let firstChild = 4 * index + 1
      guard firstChild < count else { break }
      var least = firstChild
      for child in (firstChild + 1)..<max(firstChild + 1, min(firstChild + 4, count))
      where storage[child].precedes(storage[least]) {
        least = child
      }
      guard storage[least].precedes(node) else { break }
      place(storage[least], at: index)
      index = least
    }
    place(node, at: index)
  }

  @inline(__always)
  private func place(_ node: Node, at index: Int) {
    storage[index] = node
    node.entry._withUnsafeGuaranteedRef { $0.timerIndex = Int32(truncatingIfNeeded: index) }
  }

  private func grow() {
    let larger = max(16, capacity * 2)
    let fresh = UnsafeMutablePointer<Node>.allocate(capacity: larger)
    fresh.moveInitialize(from: storage, count: count)
    if capacity > 0 { storage.deallocate() }
    storage = fresh
    capacity = larger
  }
}
