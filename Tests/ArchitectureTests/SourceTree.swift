import Foundation

/// The package's own files, found from the place of this one.
enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct File {
    /// Relative to the root, with slashes.
    var path: String
    var lines: [Substring]

    /// The directory below `Sources` or `Tests`.
    var target: String { String(path.split(separator: "/")[1]) }
    var isSwift: Bool { path.hasSuffix(".swift") }
  }

  /// All files in `folder` with one of these endings, sorted by path.
  static func files(in folder: String, endings: [String] = ["swift"]) throws -> [File] {
    let base = root.appendingPathComponent(folder)
    let walker = try FileManager.default.subpathsOfDirectory(atPath: base.path)
    return try walker.filter { endings.contains(($0 as NSString).pathExtension) }.sorted().map { path in
      let text = try String(contentsOf: base.appendingPathComponent(path), encoding: .utf8)
      return File(path: folder + "/" + path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }
}

extension Substring {
  /// The line without what follows `//`; good enough for formatted sources, where no URL stands in code.
  var withoutComment: Substring {
    guard let start = firstRange(of: "//") else { return self }
    return self[..<start.lowerBound]
  }
}
