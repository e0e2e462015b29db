import Platform
import SystemPackage

/// The file descriptors of an environment, by number. A value, which subshells copy: copies share the open files. A
/// file is closed when the last table that refers to it drops it.
package struct DescriptorTable: Sendable {
  private var files: [OpenFile?]

  /// The table that a process starts with: what it has inherited. The process keeps 0, 1 and 2 for itself; any other
  /// one is closed when the last table that refers to it drops it (`exec 3>&-`).
  package init(inherited: [Int]) {
    files = []
    for number in inherited {
      let descriptor = FileDescriptor(rawValue: Int32(number))
      // Like all descriptors of this process: a program gets what is in the table of its environment.
      if number > 2 { try? descriptor.setCloseOnExec(true) }
      self[number] = OpenFile(descriptor, isOwned: number > 2)
    }
  }

  /// The file of a number, `nil` where the descriptor is closed.
  package subscript(number: Int) -> OpenFile? {
    get { number < files.count ? files[number] : nil }
    set {
      while files.count <= number { files.append(nil) }
      files[number] = newValue
    }
  }

  /// The numbers that are open, in order.
  package var openNumbers: [Int] { files.indices.filter { files[$0] != nil } }
}
