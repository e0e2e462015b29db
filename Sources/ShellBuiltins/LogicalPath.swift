import ByteStrings
import SystemPackage

/// An absolute path as `cd -L` forms it, POSIX.1-2024 `cd`, steps 7 and 8: `..` removes the component before it.
struct LogicalPath {
  private let leading: ByteString
  private var parts: [ByteString] = []

  /// `path` relative to `base`, which must be absolute. `error` is called for each component that `..` removes, and
  /// returns why that is no directory.
  init(_ path: ByteString, from base: ByteString, error: (ByteString) -> Errno?) throws(BuiltinError) {
    let separator: ByteString = base.last == UInt8(ascii: "/") ? ByteString() : "/"
    let whole = path.first == UInt8(ascii: "/") ? path : base + separator + path
    // Two slashes at the beginning, and no more, may mean something to the system; Linux gives them no meaning,
    // but POSIX has them kept.
    let slashes = whole.prefix { $0 == UInt8(ascii: "/") }.count
    leading = slashes == 2 ? "//" : "/"
    for part in whole.split(separator: UInt8(ascii: "/")) {
      let name = ByteString(part)
      if name == "." { continue }
      guard name == ".." else {
        parts.append(name)
        continue
      }
      if parts.isEmpty { continue }
      if let error = error(text) { throw .system(path, error) }
      parts.removeLast()
    }
  }

  var text: ByteString {
    var result = leading
    for (index, part) in parts.enumerated() {
      if index > 0 { result.append(UInt8(ascii: "/")) }
      result.append(part)
    }
    return result
  }
}
