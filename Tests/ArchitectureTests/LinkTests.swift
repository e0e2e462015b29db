import Foundation
import Testing

/// What a link in a document leads to is there.
@Suite struct LinkTests {
  private static let documents = ["README.md"] + documents(in: "Docs") + documents(in: "Sources")

  private static func documents(in folder: String) -> [String] {
    let found = FileManager.default.enumerator(atPath: SourceTree.root.appendingPathComponent(folder).path)
    let paths = found?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".md") }.map { folder + "/" + $0 }.sorted()
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: SourceTree.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func thereAreDocuments() {
    #expect(Self.documents.count > 20)
    #expect(Self.documents.contains("Docs/Manual.md"))
  }

  @Test(arguments: documents) func linksLeadToWhatIsThere(_ document: String) throws {
    let folder = SourceTree.root.appendingPathComponent(document).deletingLastPathComponent()
    for link in Self.links(in: try Self.text(document)) {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let target = parts[0].isEmpty ? document : parts[0]
      let file = (parts[0].isEmpty ? SourceTree.root : folder).appendingPathComponent(target).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: file.path), "\(document): \(link)")
      guard parts.count == 2, let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      #expect(Self.anchors(in: text).contains(parts[1]), "\(document): no section for \(link)")
    }
  }

  @Test func aLinkAndAnAnchorAreRecognized() {
    let text = "# One: *two* `three`\nsee [there](a.md#b) or [on the web](https://example.org), not `[x](y)`.\n"
    #expect(Self.links(in: text) == ["a.md#b"])
    #expect(Self.anchors(in: text) == ["one-two-three"])
  }

  /// The targets of links within the repository, without code.
  private static func links(in text: String) -> [String] {
    text.replacing(#/(?s)```.*?```|`[^`\n]*`/#, with: "").matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.1) }
      .filter { !$0.contains("://") }
  }

  /// The names of the sections, as web pages make them of headings.
  private static func anchors(in text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
      let words = heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
      return String(words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }).replacing(" ", with: "-")
    }
  }
}
