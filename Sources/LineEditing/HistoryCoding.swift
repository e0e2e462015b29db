import ByteStrings

/// The history file's format: text, one entry a line, the oldest first. A newline within an entry is written as `\n`, a
/// carriage return as `\r`, a backslash as `\\`; everything else stands as it is. A backslash before anything else
/// stands for itself, so a file that another shell wrote, or a person, is read too.
enum HistoryCoding {
  /// An entry that is longer is not kept.
  static let longestEntry = 1 << 20

  /// The line for `entry`, with its newline.
  static func line(for entry: ByteString) -> ByteString {
    var result: [UInt8] = []
    result.reserveCapacity(entry.count + 1)
    for byte in entry {
      switch byte {
      case UInt8(ascii: "\n"): result += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case UInt8(ascii: "\r"): result += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
      case UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
      default: result.append(byte)
      }
    }
    result.append(UInt8(ascii: "\n"))
    return ByteString(result)
  }

  /// The entries of a file, and how many of its lines could not be entries: with a NUL byte, or far too long. A last
  /// line without its newline is taken as it is.
  static func entries(of file: ByteString) -> (entries: [ByteString], damagedLines: Int) {
    var entries: [ByteString] = []
    var damagedLines = 0
    file.withUnsafeBytes { bytes in
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        if line.count > longestEntry || line.contains(0) {
          damagedLines += 1
        } else {
          entries.append(decoded(line))
        }
      }
    }
    return (entries, damagedLines)
  }

  private static func decoded(_ line: Slice<UnsafeRawBufferPointer>) -> ByteString {
    let backslash = UInt8(ascii: "\\")
    guard line.contains(backslash) else { return ByteString(UnsafeRawBufferPointer(rebasing: line)) }
    var result: [UInt8] = []
    var position = line.startIndex
    while position < line.endIndex {
      let byte = line[position]
      let next = position + 1 < line.endIndex ? line[position + 1] : 0
      position += 1
      guard byte == backslash else {
        result.append(byte)
        continue
      }
      switch next {
      case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
      case backslash: result.append(backslash)
      default:
        result.append(backslash)
        continue
      }
      position += 1
    }
    return ByteString(result)
  }
}
