/// Names in the order in which they came, found by their bytes: a hash table of positions.
///
/// A `Dictionary` would do, but for its first use the Swift runtime searches all conformances of the program, which
/// costs a shell that only starts a quarter of its time, and it hashes with a seed, which costs every lookup more.
public struct NameIndex: Sendable {
  public private(set) var names: [ByteString] = []
  /// Positions plus one, in a table whose size is a power of two and at least twice their number; 0 is free.
  private var slots: [Int]

  public init() {
    slots = [Int](repeating: 0, count: 256)
    names.reserveCapacity(slots.count / 2)
  }

  /// Where `name` stands, if it is there.
  public func position(of name: ByteString) -> Int? {
    let found = slots[slot(of: name)]
    return found == 0 ? nil : found - 1
  }

  /// Where `name` stands; at the end, if it was not there.
  public mutating func insert(_ name: ByteString) -> Int {
    let slot = slot(of: name)
    if slots[slot] != 0 { return slots[slot] - 1 }
    names.append(name)
    slots[slot] = names.count
    if names.count * 2 > slots.count { grow() }
    return names.count - 1
  }

  /// The slot that has `name`, or the free one where it belongs.
  private func slot(of name: ByteString) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: name.quickHash) & mask
    while slots[slot] != 0, names[slots[slot] - 1] != name { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = [Int](repeating: 0, count: slots.count * 2)
    for (position, name) in names.enumerated() { slots[slot(of: name)] = position + 1 }
  }
}

extension ByteString {
  /// A hash without a seed, for tables of names.
  var quickHash: UInt64 {
    if storage == nil { return mixed(mixed(0, low), high) }
    return withUnsafeBytes { bytes in
      // Equal strings hash alike, also where few bytes are stored as many are.
      if bytes.count <= Self.inlineCapacity { return ByteString(bytes).quickHash }
      var hash = UInt64(bytes.count)
      for start in stride(from: 0, through: bytes.count - 8, by: 8) {
        hash = mixed(hash, bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
      }
      return mixed(hash, bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
    }
  }
}

private func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  // Both halves of the product: the lower one alone takes nothing from the last bytes of a word into the lowest bits.
  let product = (hash ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
  return product.high ^ product.low
}
