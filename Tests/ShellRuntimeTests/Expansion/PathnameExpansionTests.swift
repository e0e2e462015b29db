import ByteStrings
import Testing

@testable import ShellRuntime

extension PathnameExpansion {
  /// The whole expansion at once.
  static func expand(
    _ text: PatternText, _ options: Options = [], in directories: some DirectoryReading,
    decoder: CharacterDecoder = .utf8
  ) -> [ByteString]? {
    var expansion = PathnameExpansion(text, options, decoder: decoder)
    while expansion.advance(in: directories) {}
    return expansion.paths
  }
}

/// A file system of names, which notes what is listed.
final class TestTree: DirectoryReading {
  /// For each directory its names, without a slash at the end; links lead to another path.
  private var directories: [ByteString: [ListedName]] = ["": []]
  private var links: [ByteString: ByteString] = [:]
  private var unreadable: Set<ByteString> = []
  private(set) var listed: [ByteString] = []

  /// Paths that end in `/` are directories; `a -> b` is a symbolic link.
  init(_ paths: [String], unreadable: Set<ByteString> = []) {
    self.unreadable = unreadable
    for path in paths {
      let parts = path.split(separator: " -> ").map(String.init)
      if parts.count == 2 { links[ByteString(parts[0])] = ByteString(parts[1]) }
      add(parts[0], isLink: parts.count == 2)
    }
  }

  private func add(_ path: String, isLink: Bool) {
    var directory = path.hasPrefix("/") ? "/" : ""
    let names = path.split(separator: "/").map(String.init)
    for (index, name) in names.enumerated() {
      let isDirectory = index < names.count - 1 || path.hasSuffix("/")
      let entry = ListedName(name: ByteString(name), isDirectory: isLink ? nil : isDirectory)
      if directories[ByteString(directory)]?.contains(where: { $0.name == entry.name }) != true {
        directories[ByteString(directory), default: []].append(entry)
      }
      directory += directory.isEmpty || directory == "/" ? name : "/" + name
      if isDirectory, directories[ByteString(directory)] == nil { directories[ByteString(directory)] = [] }
    }
  }

  /// The path without double and closing slashes, periods, and links.
  private func resolve(_ path: ByteString, followingLast: Bool = true) -> ByteString {
    var result: ByteString = path.hasPrefix("/") ? "/" : ""
    let names = path.split(separator: UInt8(ascii: "/"))
    for (index, name) in names.enumerated() where ByteString(name) != "." {
      if !result.isEmpty, result != "/" { result.append("/") }
      result.append(contentsOf: name)
      if index < names.count - 1 || followingLast, let target = links[result] { result = target }
    }
    return result
  }

  func names(in directory: ByteString) -> [ListedName]? {
    listed.append(directory)
    let path = resolve(directory)
    return unreadable.contains(path) ? nil : directories[path]
  }

  func exists(_ path: ByteString) -> Bool {
    if path.hasSuffix("/") { return isDirectory(path) }
    let path = resolve(path, followingLast: false)
    if directories[path] != nil { return true }
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    let parent = slash.map { path.subrange(0..<max($0, 1)) } ?? ""
    let name = path.dropping(first: slash.map { $0 + 1 } ?? 0)
    return directories[parent]?.contains { $0.name == name } == true
  }

  func isDirectory(_ path: ByteString) -> Bool { directories[resolve(path)] != nil }

  func isRealDirectory(_ path: ByteString) -> Bool {
    links[resolve(path, followingLast: false)] == nil && isDirectory(path)
  }
}

@Suite struct PathnameExpansionTests {
  private static let tree = [
    "a.c", "b.c", "b.h", ".hidden", "B.c", "é", "src/main.c", "src/.git/", "src/lib/x.c", "doc/main.txt", "doc/lib/y.c",
    "empty/", "link -> src", "dangling -> nowhere", "loop/self -> loop", "[x]", "star*", "/etc/passwd", "/etc/group",
    "/usr/lib/",
  ]

  private func expand(_ source: ByteString, decoder: CharacterDecoder = .utf8) -> [ByteString] {
    PathnameExpansion.expand(PatternText(unquoted: source), in: TestTree(Self.tree), decoder: decoder) ?? []
  }

  @Test(
    arguments: [
      ("*.c", ["B.c", "a.c", "b.c"]),
      ("?.h", ["b.h"]),
      ("[ab].c", ["a.c", "b.c"]),
      ("*.x", []),
      ("a.c", []),
      ("[", []),
      ("a.c/*", []),
      (".*", [".hidden"]),
      ("\\.h*", [".hidden"]),
      ("[.]h*", []),
      ("?hidden", []),
      ("*hidden", []),
      ("?", ["é"]),
      ("*/", ["doc/", "empty/", "link/", "loop/", "src/"]),
      ("*/main.*", ["doc/main.txt", "link/main.c", "src/main.c"]),
      ("*/main.c", ["link/main.c", "src/main.c"]),
      ("*/lib/*", ["doc/lib/y.c", "link/lib/x.c", "src/lib/x.c"]),
      ("*/lib/", ["doc/lib/", "link/lib/", "src/lib/"]),
      ("*/main.c/", []),
      ("s*//m*", ["src//main.c"]),
      ("s*/*//", ["src/lib//"]),
      ("s*/.*", ["src/.git"]),
      ("./b*", ["./b.c", "./b.h"]),
      ("/etc/*", ["/etc/group", "/etc/passwd"]),
      ("/*/lib", ["/usr/lib"]),
      ("//etc/p*", ["//etc/passwd"]),
      ("/*", ["/etc", "/usr"]),
      ("d*g", ["dangling"]),
      ("dangl*/", []),
      ("l*/d*", []),
      ("[[]x]", ["[x]"]),
      ("\\[*", ["[x]"]),
      ("star\\*", []),
      ("sta?\\*", ["star*"]),
      ("src\\/m*", ["src/main.c"]),
      ("sr[c/m]*", []),
      ("loop/*/*/*/self", ["loop/self/self/self/self"]),
    ] as [(ByteString, [ByteString])])
  func findsPathsInTheOrderOfTheirBytes(_ source: ByteString, _ expected: [ByteString]) {
    #expect(expand(source) == expected)
  }

  @Test func textWithoutAPatternIsNone() {
    for source: ByteString in ["a.c", "[", "star\\*", "@(a)"] {
      #expect(PathnameExpansion.expand(PatternText(unquoted: source), in: TestTree(Self.tree)) == nil)
    }
    #expect(PathnameExpansion.expand(PatternText(unquoted: "*.x"), in: TestTree(Self.tree)) == [])
  }

  @Test(
    arguments: [
      ("**", .globStar, ["a", "a/b", "a/b/x", "a/x", "link", "x"]),
      ("**/", .globStar, ["a/", "a/b/", "link/"]),
      ("**/x", .globStar, ["a/b/x", "a/x", "x"]),
      ("**/**/x", .globStar, ["a/b/x", "a/x", "x"]),
      ("a/**", .globStar, ["a/", "a/b", "a/b/x", "a/x"]),
      ("a/**/", .globStar, ["a/", "a/b/"]),
      ("[a]/**", .globStar, ["a", "a/b", "a/b/x", "a/x"]),
      ("link/**/x", .globStar, ["link/b/x", "link/x"]),
      ("x/**", .globStar, []),
      ("**", [], ["a", "link", "x"]),
      ("**a", .globStar, ["a"]),
      ("**/x", [.globStar, .hiddenNames], [".h/x", "a/b/x", "a/x", "x"]),
      ("*", .hiddenNames, [".h", "a", "link", "x"]),
      ("*", [.hiddenNames, .dots], [".h", "a", "link", "x"]),
      (".*", .dots, [".", "..", ".h"]),
      ("A*", .anyCase, ["a"]),
      ("A*/X", .anyCase, []),
      ("@(x|.h)", .groups, [".h", "x"]),
      ("!(x)", .groups, ["a", "link"]),
      ("@(a/x)", .groups, []),
      ("@(a)/@(b)/x", .groups, ["a/b/x"]),
    ] as [(ByteString, PathnameExpansion.Options, [ByteString])])
  func optionsChangeWhatIsFound(
    _ source: ByteString, _ options: PathnameExpansion.Options, _ expected: [ByteString]
  ) {
    let tree = TestTree(["x", "a/x", "a/b/x", ".h/x", "link -> a"])
    #expect(PathnameExpansion.expand(PatternText(unquoted: source), options, in: tree) == expected)
  }

  @Test func charactersAreTheLocales() {
    #expect(expand("??", decoder: .singleByte) == ["é"])
    #expect(expand("??") == [])
  }

  @Test func quotedBytesAreNoPattern() {
    var text = PatternText()
    text.appendQuoted("star*")
    text.appendUnquoted("*")
    #expect(PathnameExpansion.expand(text, in: TestTree(Self.tree)) == ["star*"])
  }

  @Test func directoriesThatCannotBeReadAreSkipped() {
    let tree = TestTree(["open/x", "closed/x"], unreadable: ["closed"])
    #expect(PathnameExpansion.expand(PatternText(unquoted: "*/x*"), in: tree) == ["open/x"])
    // Searching needs no reading.
    #expect(PathnameExpansion.expand(PatternText(unquoted: "*/x"), in: tree) == ["closed/x", "open/x"])
  }

  @Test func onlyDirectoriesWithAPatternInThemAreListed() {
    let tree = TestTree(Self.tree)
    _ = PathnameExpansion.expand(PatternText(unquoted: "src/lib/*"), in: tree)
    #expect(tree.listed == ["src/lib/"])
    _ = PathnameExpansion.expand(PatternText(unquoted: "s*/lib/x.c"), in: tree)
    #expect(tree.listed == ["src/lib/", ""])
    _ = PathnameExpansion.expand(PatternText(unquoted: "src/main.c"), in: tree)
    #expect(tree.listed == ["src/lib/", ""])
  }

  @Test func readsTheFileSystem() {
    let directories = FileSystemDirectories()
    #expect(PathnameExpansion.expand(PatternText(unquoted: "/dev/nul[k-m]"), in: directories) == ["/dev/null"])
    #expect(PathnameExpansion.expand(PatternText(unquoted: "/d?v/null"), in: directories) == ["/dev/null"])
    #expect(PathnameExpansion.expand(PatternText(unquoted: "/dev/nul[l]/"), in: directories) == [])
    #expect(PathnameExpansion.expand(PatternText(unquoted: "/de[v]/"), in: directories) == ["/dev/"])
  }
}
