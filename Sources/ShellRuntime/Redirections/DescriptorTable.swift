import Platform
import SystemPackage

/// The file descriptors of an environment, by number. A value, which subshells copy: copies share the open files. A
/// file is closed when the last table that refers to it drops it.
package struct DescriptorTable: Sendable {
  /// The files of the numbers below `smallNumbers`, at their numbers.
  private var small: [OpenFile?] = []
  /// The open files of larger numbers, in order. Apart, so that a number such as 251 does not make each copy large.
  private var large: [(number: Int, file: OpenFile)] = []

  private static let smallNumbers = 16

  /// The table that a process starts with: what it has inherited. The process keeps 0, 1 and 2 for itself; any other
  /// one is closed when the last table that refers to it drops it (`exec 3>&-`).
  package init(inherited: [Int]) {
    for number in inherited {
      let descriptor = FileDescriptor(rawValue: Int32(number))
      // Like all descriptors of this process: a program gets what is in the table of its environment.
      if number > 2 { try? descriptor.setCloseOnExec(true) }
      self[number] = OpenFile(descriptor, isOwned: number > 2, isShared: true)
    }
  }

  /// The file of a number, `nil` where the descriptor is closed.
  package subscript(number: Int) -> OpenFile? {
    get {
      if number < small.count { return small[number] }
      return number < Self.smallNumbers ? nil : large.first { $0.number == number }?.file
    }
    set {
      if number >= Self.smallNumbers { return setLarge(number, newValue) }
      while small.count <= number { small.append(nil) }
      small[number] = newValue
    }
  }

  private mutating func setLarge(_ number: Int, _ file: OpenFile?) {
    let place = large.firstIndex { $0.number >= number } ?? large.count
    if place < large.count, large[place].number == number { large.remove(at: place) }
    if let file { large.insert((number, file), at: place) }
  }

  /// The smallest number from `start` on that is closed.
  func smallestFreeNumber(from start: Int) -> Int {
    var number = start
    while self[number] != nil { number += 1 }
    return number
  }

  /// Closed numbers that the shell chooses for files of its own: the largest ones below 64 that scripts do not choose
  /// themselves, as in bash, or else the smallest ones from there on.
  func highFreeNumbers(_ count: Int) -> [Int] {
    var free = (10..<64).reversed().filter { self[$0] == nil }
    while free.count < count { free.append(smallestFreeNumber(from: max(64, (free.max() ?? 0) + 1))) }
    return Array(free.prefix(count))
  }

  /// The numbers that are open, in order.
  package var openNumbers: [Int] { small.indices.filter { small[$0] != nil } + large.map(\.number) }
}
