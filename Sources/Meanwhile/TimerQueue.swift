/// The deadlines, ordered by (deadline, registration number): a heap with four children a node.
///
/// Each turn knows its place, so taking one out is logarithmic and leaves nothing behind. The queue holds a reference
/// to each turn in it, by hand, so that moving entries costs no reference counting.
final class TimerQueue {
  private struct Entry {
    var deadline: Int64
    var number: UInt64
    var turn: Unmanaged<Turn>

    @inline(__always)
    func precedes(_ other: Entry) -> Bool {
      deadline < other.deadline || (deadline == other.deadline && number < other.number)
    }
  }

  private var storage: UnsafeMutablePointer<Entry>
  private var capacity: Int
  private(set) var count = 0
  private var registrations: UInt64 = 0

  init() {
    capacity = 0
    storage = UnsafeMutablePointer(bitPattern: MemoryLayout<Entry>.alignment)!
  }

  deinit {
    for index in 0..<count {
      storage[index].turn.release()
    }
    if capacity > 0 { storage.deallocate() }
  }

  /// The earliest deadline, `Int64.max` if there is none.
  var nextDeadline: Int64 { count == 0 ? .max : storage[0].deadline }

  /// The deadline of a turn that is in the queue.
  func deadline(of turn: Turn) -> Int64 {
    storage[Int(turn.timerIndex)].deadline
  }

  func insert(_ turn: Turn, at deadline: Int64) {
    precondition(turn.timerIndex < 0, "a turn has one deadline")
    if count == capacity { grow() }
    let entry = Entry(deadline: deadline, number: registrations, turn: .passRetained(turn))
    registrations += 1
    count += 1
    siftUp(entry, from: count - 1)
  }

  func popFirst() -> Turn {
    let turn = storage[0].turn
    removeEntry(at: 0)
    return turn.takeRetainedValue()
  }

  func remove(_ turn: Turn) {
    let index = Int(turn.timerIndex)
    let held = storage[index].turn
    removeEntry(at: index)
    held.release()
  }

  private func removeEntry(at index: Int) {
    storage[index].turn._withUnsafeGuaranteedRef { $0.timerIndex = -1 }
    count -= 1
    guard index < count else { return }
    let moved = storage[count]
    if index > 0, moved.precedes(storage[(index - 1) / 4]) {
      siftUp(moved, from: index)
    } else {
      siftDown(moved, from: index)
    }
  }

  private func siftUp(_ entry: Entry, from start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 4
      guard entry.precedes(storage[parent]) else { break }
      place(storage[parent], at: index)
      index = parent
    }
    place(entry, at: index)
  }

  private func siftDown(_ entry: Entry, from start: Int) {
    var index = start
    while true {
      let firstChild = 4 * index + 1
      guard firstChild < count else { break }
      var least = firstChild
      for child in (firstChild + 1)..<max(firstChild + 1, min(firstChild + 4, count))
      where storage[child].precedes(storage[least]) {
        least = child
      }
      guard storage[least].precedes(entry) else { break }
      place(storage[least], at: index)
      index = least
    }
    place(entry, at: index)
  }

  @inline(__always)
  private func place(_ entry: Entry, at index: Int) {
    storage[index] = entry
    entry.turn._withUnsafeGuaranteedRef { $0.timerIndex = Int32(truncatingIfNeeded: index) }
  }

  private func grow() {
    let larger = max(16, capacity * 2)
    let fresh = UnsafeMutablePointer<Entry>.allocate(capacity: larger)
    fresh.moveInitialize(from: storage, count: count)
    if capacity > 0 { storage.deallocate() }
    storage = fresh
    capacity = larger
  }
}
