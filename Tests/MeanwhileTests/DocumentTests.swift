import Foundation
import Testing

/// What the documents promise of the tests.
@Suite struct DocumentTests {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL

  @Test func eachRowOfTheAsyncioTableNamesItsTests() throws {
    let page = try String(contentsOf: root.appendingPathComponent("Docs/Asyncio.md"), encoding: .utf8)
    let folder = root.appendingPathComponent("Tests/MeanwhileTests")
    let tests = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let rows = page.components(separatedBy: "## ")[0].split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    #expect(rows.count >= 20)
    for row in rows {
      let names = row.split(separator: "|").last?.split(separator: "`").filter { $0.contains { $0.isLetter } } ?? []
      #expect(!names.isEmpty, "\(row)")
      for name in names { #expect(tests.contains("func \(name)("), "\(name)") }
    }
  }
}
