import Platform
import SystemPackage

/// The file descriptors of an environment, by number. A value, which subshells copy: copies share the open files. A
/// file is closed when the last table that refers to it drops it.
package struct DescriptorTable: Sendable {
  private var files: [OpenFile?]

  /// The table that a process starts with: 0, 1 and 2 as they were inherited, where they are open.
  package init(inherited: [Int]) {
    files = []
    for number in inherited {
      self[number] = OpenFile(FileDescriptor(rawValue: Int32(number)), isOwned: false)
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
