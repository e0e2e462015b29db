import Testing

@testable import ByteStrings

struct NameIndexTests {
  @Test func numbersNamesInTheOrderInWhichTheyCome() {
    var index = NameIndex()
    #expect(index.insert("IFS") == 0)
    #expect(index.insert("PATH") == 1)
    #expect(index.insert("IFS") == 0)
    #expect(index.names == ["IFS", "PATH"])
    #expect(index.position(of: "PATH") == 1)
    #expect(index.position(of: "HOME") == nil)
    #expect(index.position(of: "") == nil)
  }

  @Test func findsEachOfManyNamesOfAllLengths() {
    var index = NameIndex()
    let names = (0..<2_000).map { ByteString(repeating: UInt8(ascii: "x"), count: $0 % 40) + ByteString(decimal: $0) }
    for name in names { _ = index.insert(name) }
    #expect(index.names == names)
    #expect(names.allSatisfy { index.names[index.position(of: $0)!] == $0 })
    #expect(index.position(of: "x2000") == nil)
  }

  @Test func copiesGoTheirOwnWays() {
    var index = NameIndex()
    _ = index.insert("a")
    var copy = index
    #expect(copy.insert("b") == 1)
    #expect(index.insert("c") == 1)
    #expect(copy.position(of: "c") == nil)
  }

  /// Names that differ in one byte do not meet in one slot, wherever that byte stands.
  @Test(arguments: [1, 4, 8, 12, 14, 15, 16, 24, 31])
  func everyByteReachesTheLowestBitsOfTheHash(_ length: Int) {
    for place in 0..<length {
      let slots = Set(
        (UInt8(ascii: "a")...UInt8(ascii: "z")).map { letter in
          var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: length)
          bytes[place] = letter
          return ByteString(bytes).quickHash & 255
        })
      #expect(slots.count > 15, "byte \(place) of \(length)")
    }
  }
}
