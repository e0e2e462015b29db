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
    while number < Self.smallNumbers {
      if self[number] == nil { return number }
      number += 1
    }
    for entry in large where entry.number >= number {
      if entry.number > number { break }
      number += 1
    }
    return number
  }

  /// A closed number that the shell chooses for a file of its own: the largest one below 64 that scripts do not choose
  /// themselves, as in bash, or else the smallest one from there on.
  ///
  /// - Parameter other: One that is chosen already.
  func highFreeNumber(besides other: Int? = nil) -> Int {
    if let number = (10..<64).last(where: { self[$0] == nil && $0 != other }) { return number }
    let number = smallestFreeNumber(from: 64)
    return number == other ? smallestFreeNumber(from: number + 1) : number
  }

  /// The numbers that are open, in order.
  package var openNumbers: [Int] { small.indices.filter { small[$0] != nil } + large.map(\.number) }
}
