import ByteStrings
import Testing

@testable import ShellRuntime

@Suite struct TildePrefixTests {
  @Test(
    arguments: [
      ("~", "", 0..<1), ("~/x", "", 0..<1), ("~ann", "ann", 0..<4), ("~ann/x:y", "ann", 0..<4), ("~a:b", "a:b", 0..<4),
    ] as [(ByteString, ByteString, Range<Int>)])
  func beginsAWord(_ text: ByteString, _ name: ByteString, _ range: Range<Int>) {
    #expect(TildePrefix.find(in: text, followedBy: .endOfWord) == TildePrefix(userName: name, range: range))
  }

  @Test func elsewhereATildeIsATilde() {
    for text: ByteString in ["", "a~", " ~", "/~"] {
      #expect(TildePrefix.find(in: text, followedBy: .endOfWord) == nil)
    }
  }

  @Test func aLoginNameEndsBeforeQuotesAndExpansions() {
    #expect(TildePrefix.find(in: "~", followedBy: .morePieces) == nil)
    #expect(TildePrefix.find(in: "~ann", followedBy: .morePieces) == nil)
    #expect(TildePrefix.find(in: "~/", followedBy: .morePieces)?.range == 0..<1)
  }

  @Test func assignmentsHaveOneBehindEachColon() {
    let found = TildePrefix.findAll(inAssignment: "~:~ann/bin:a~:/x:~", beginsValue: true, followedBy: .endOfWord)
    #expect(found.map(\.userName) == ["", "ann", ""])
    #expect(found.map(\.range) == [0..<1, 2..<6, 17..<18])
    #expect(TildePrefix.findAll(inAssignment: "~:~", beginsValue: false, followedBy: .morePieces) == [])
    #expect(
      TildePrefix.findAll(inAssignment: "~:~", beginsValue: false, followedBy: .endOfWord).map(\.range) == [2..<3])
  }

  @Test func homesAreLookedUpByName() {
    let homes: [ByteString: ByteString] = ["": "/home/me", "root": "/", "empty": ""]
    func expanded(_ name: ByteString, isFollowedBySlash: Bool = false) -> ByteString? {
      TildePrefix(userName: name, range: 0..<1).expanded(isFollowedBySlash: isFollowedBySlash) { homes[$0] }
    }
    #expect(expanded("") == "/home/me")
    #expect(expanded("", isFollowedBySlash: true) == "/home/me")
    #expect(expanded("root") == "/")
    #expect(expanded("root", isFollowedBySlash: true) == "")
    #expect(expanded("empty") == "")
    #expect(expanded("nobody") == nil)
  }
}
