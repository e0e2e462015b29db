import ByteStrings
import Foundation
import TestSupport
import Testing

@testable import LineEditing

@Suite struct HistoryCodingTests {
  @Test(
    arguments: [
      ("ls -l", "ls -l\n"), ("for x\ndo y", "for x\\ndo y\n"), ("a\\nb", "a\\\\nb\n"), ("a\rb\\", "a\\rb\\\\\n"),
      ("\té日", "\té日\n"), ("", "\n"),
    ] as [(ByteString, ByteString)])
  func entriesAreLines(_ entry: ByteString, _ line: ByteString) {
    #expect(HistoryCoding.line(for: entry) == line)
    #expect(HistoryCoding.entries(of: line).entries == (entry.isEmpty ? [] : [entry]))
  }

  @Test func anyBytesButNULSurvive() {
    for _ in 0..<200 {
      let choice: [UInt8] = [0x0A, 0x0D, 0x5C, 0x6E, 0x72, 0x61, 0xFF, 0x1B]
      let entry = ByteString((0..<12).map { _ in choice.randomElement()! })
      #expect(HistoryCoding.entries(of: HistoryCoding.line(for: entry)).entries == [entry])
    }
  }

  @Test func filesOfOthersAreRead() {
    let found = HistoryCoding.entries(of: "echo \\t \\x\n\ngrep '\\.c$'\nlast\\")
    #expect(found.entries == ["echo \\t \\x", "grep '\\.c$'", "last\\"])
    #expect(found.damagedLines == 0)
  }

  @Test func damagedLinesAreLeftOut() {
    let long = ByteString(repeating: 0x61, count: HistoryCoding.longestEntry + 1)
    let found = HistoryCoding.entries(of: "a\nb\u{0}c\n" + long + "\nd\n")
    #expect(found.entries == ["a", "d"])
    #expect(found.damagedLines == 2)
  }
}

@Suite struct HistoryTests {
  private let home: TemporaryDirectory
  private var path: ByteString { ByteString(home.path + "/history") }

  init() throws { home = try TemporaryDirectory() }

  private func history(limit: Int = 100) throws -> History {
    let history = History(file: path, limit: limit)
    try history.load()
    return history
  }

  @Test func aLimitMayBeTheLargestNumber() throws {
    try home.write("a\nb\n", to: "history")
    let history = History()
    try history.open(file: path, limit: .max)
    #expect(history.entries.map(\.text) == ["a", "b"])
  }

  private var file: String { (try? String(contentsOfFile: home.path + "/history", encoding: .utf8)) ?? "" }

  @Test func numbersStay() throws {
    let history = try history()
    for text in ["a", "b", "c"] as [ByteString] { try history.add(text) }
    #expect(try history.delete(2))
    #expect(try !history.delete(2))
    try history.add("d")
    #expect(history.entries.map(\.number) == [1, 3, 4])
    #expect(history.entries.map(\.text) == ["a", "c", "d"])
    #expect(history.numberOfNextEntry == 5)
    #expect(file == "a\nc\nd\n")
  }

  @Test func sameCommandMovesToTheEnd() throws {
    let history = try history()
    for text in ["a", "b", "b", "a", " \n", ""] as [ByteString] { try history.add(text) }
    #expect(history.entries.map(\.text) == ["b", "a"])
    #expect(file == "a\nb\na\n")
    #expect(try self.history().entries.map(\.text) == ["b", "a"])
  }

  @Test func limitKeepsTheNewest() throws {
    let history = try history(limit: 2)
    for text in ["a", "b", "c", "d", "e"] as [ByteString] { try history.add(text) }
    #expect(history.entries.map(\.text) == ["d", "e"])
    #expect(file == "a\nb\nc\nd\ne\n")
    #expect(try self.history(limit: 2).entries.map(\.text) == ["d", "e"])
    #expect(file == "d\ne\n")
    history.limit = 1
    #expect(history.entries.map(\.text) == ["e"])
  }

  @Test func searchFindsParts() throws {
    let history = try history()
    for text in ["make all", "ls", "make test"] as [ByteString] { try history.add(text) }
    #expect(history.search("make").map(\.number) == [1, 3])
    #expect(history.search("x") == [])
  }

  @Test func onlyTheOwnerMayReadIt() throws {
    try history().add("secret")
    let attributes = try FileManager.default.attributesOfItem(atPath: home.path + "/history")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let history = try history()
    _ = try history.delete(1)
    #expect(file == "")
    let after = try FileManager.default.attributesOfItem(atPath: home.path + "/history")
    #expect(after[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == ["history"])
  }

  @Test func clearEmptiesTheFile() throws {
    let history = try history()
    try history.add("a")
    try history.clear()
    #expect(history.entries == [])
    #expect(file == "")
  }

  @Test func linkStaysALink() throws {
    try home.write("a\nb\n", to: "real")
    try FileManager.default.createSymbolicLink(atPath: home.path + "/history", withDestinationPath: "real")
    let history = try history()
    _ = try history.delete(1)
    #expect(try String(contentsOfFile: home.path + "/real", encoding: .utf8) == "b\n")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: home.path + "/history") == "real")
  }

  /// Sessions add while others write the file anew; no line may be lost.
  @Test func sessionsLoseNothing() async throws {
    let path = path
    try history().add("to be deleted")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for session in 0..<4 {
        group.addTask {
          try await onOwnThread {
            let history = History(file: path, limit: 1000)
            try history.load()
            for number in 0..<50 {
              try history.add(ByteString("session \(session) command \(number)"))
              if number % 10 == 0 { try HistoryFile(path: path).rewrite { $0.filter { $0 != "to be deleted" } } }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let texts = try history(limit: 1000).entries.map(\.text)
    #expect(texts.count == 200)
    for session in 0..<4 {
      let own = texts.filter { $0.hasPrefix(ByteString("session \(session) ")) }
      #expect(own == (0..<50).map { ByteString("session \(session) command \($0)") })
    }
  }

  @Test func problemsAreReportedOnce() throws {
    try FileManager.default.createDirectory(atPath: home.path + "/history", withIntermediateDirectories: false)
    let history = History(file: path)
    #expect(throws: HistoryProblem.unreadable(path, .isDirectory)) { try history.load() }
    try history.add("a")
    #expect(history.entries.map(\.text) == ["a"])

    let missing = History(file: ByteString(home.path + "/no/history"))
    try missing.load()
    #expect(throws: HistoryProblem.unwritable(ByteString(home.path + "/no/history"), .noSuchFileOrDirectory)) {
      try missing.add("a")
    }
    try missing.add("b")
    #expect(missing.entries.map(\.text) == ["a", "b"])
  }

  @Test func damageIsReportedAndTheRestUsed() throws {
    try home.write("a\nb\u{0}\nc\n", to: "history")
    let history = History(file: path)
    #expect(throws: HistoryProblem.damaged(path, lines: 1)) { try history.load() }
    try history.add("d")
    #expect(history.entries.map(\.text) == ["a", "c", "d"])
    #expect(file.hasSuffix("c\nd\n"))
  }

  @Test func limitOfNothingLeavesTheFileAlone() throws {
    try home.write("a\nb\nc\n", to: "history")
    let history = try history(limit: 0)
    try history.add("d")
    #expect(history.entries == [])
    #expect(file == "a\nb\nc\n")
  }

  @Test(.timeLimit(.minutes(1))) func fifoIsNotWaitedFor() throws {
    mkfifo(home.path + "/history", 0o600)
    let history = try history()
    try history.add("a")
    try history.clear()
    #expect(history.entries == [])
  }

  @Test func nullDeviceKeepsNothing() throws {
    let history = History(file: "/dev/null")
    try history.load()
    try history.add("a")
    try history.clear()
    #expect(history.entries == [])
  }
}
