import ByteStrings

/// `/dev/stdin`, `/dev/fd/3` and their like: paths that mean descriptors of whoever uses them.
///
/// The kernel would take them for descriptors of this process. A subshell has its own, which may be no descriptor of
/// the process at all, so they are looked up in its environment.
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
