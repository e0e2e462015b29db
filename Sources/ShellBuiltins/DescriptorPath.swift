import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

/// `/dev/stdin`, `/dev/fd/3` and their like: paths that mean descriptors of whoever uses them.
///
/// The kernel would take them for descriptors of this process. A subshell has its own, which may be no descriptor of
/// the process at all, so they are looked up in its environment.
enum DescriptorPath {
  /// The descriptor's number; `nil` for any other path.
  static func number(of path: ByteString) -> Int? {
    switch path {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
      for prefix: ByteString in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
        let digits = path.dropping(first: prefix.count)
        return digits.isUnsignedDecimal ? digits.decimalValue : nil
      }
      return nil
    }
  }
}

extension Machine {
  /// What `test -LETTER` says of a descriptor's file.
  func descriptorTest(_ letter: Unicode.Scalar, _ number: Int) -> Bool {
    guard let file = file(number) else { return false }
    guard let descriptor = file.descriptor else {
      // A pipe between two coroutines.
      return letter == "e" || letter == "p" || letter == "r" && number == 0 || letter == "w" && number != 0
    }
    switch letter {
    case "r": return (try? descriptor.openFlags().allowsReading) ?? false
    case "w": return (try? descriptor.openFlags().allowsWriting) ?? false
    case "x": return false
    default: return (try? FileStatus(of: descriptor)).map { $0.satisfies(letter) } ?? false
    }
  }
}
