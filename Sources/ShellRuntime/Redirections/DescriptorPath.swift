import ByteStrings

/// `/dev/stdin`, `/dev/fd/3` and similar paths, which name descriptors of the process that opens them.
///
/// For the kernel that is this process. A subshell has descriptors of its own, which need not be descriptors of the
/// process, so these paths are looked up in its environment.
package enum DescriptorPath {
  /// The descriptor's number; `nil` for any other path.
  package static func number(of path: ByteString) -> Int? {
    switch path {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
      for prefix: ByteString in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
        let digits = path.dropping(first: prefix.count)
        return digits.first == UInt8(ascii: "+") ? nil : digits.decimalValue.flatMap { $0 >= 0 ? $0 : nil }
      }
      return nil
    }
  }
}
