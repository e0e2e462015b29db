import ByteStrings
import Testing

struct NameTests {
  /// Every byte there is, beside a list that is written out.
  @Test func bytesOfNamesAreLettersDigitsAndUnderscores() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8.map { $0 }
    let digits = "0123456789".utf8.map { $0 }
    let all = UInt8.min...UInt8.max
    #expect(all.filter(\.isNameStart) == letters)
    #expect(all.filter(\.isDigit) == digits)
    #expect(all.filter(\.isNameByte) == digits + letters)
  }

  @Test(arguments: ["a", "_", "Z", "_1", "PATH", "a2b", "a_name_that_is_longer_than_15_bytes"] as [ByteString])
  func isAName(_ text: ByteString) { #expect(text.isName) }

  @Test(
    arguments: ["", "1", "1a", "a-b", "a b", "a=", "é", "a\n", "a_name_that_is_longer_than_15-bytes"] as [ByteString])
  func isNoName(_ text: ByteString) { #expect(!text.isName) }

  @Test func partsOfAStringAreNamesToo() {
    let word: ByteString = "name=value"
    #expect(word.dropLast(6).isName)
    #expect(!word.dropLast(5).isName)
  }
}
