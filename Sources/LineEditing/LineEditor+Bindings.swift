import ByteStrings
import CLibedit

/// Keys: emacs and vi, `~/.editrc`, the builtin `bind`.
extension LineEditor {
  /// The two sets of keys.
  package enum Mode: Sendable, Equatable {
    case emacs
    case vi
  }

  /// Setting it gives all keys their bindings in that mode.
  package var mode: Mode {
    get { clibedit_is_vi(editor) ? .vi : .emacs }
    set { _ = bind([newValue == .vi ? "-v" : "-e"]) }
  }

  /// What libedit's `bind` does with these arguments (editrc(5) describes it): its output and whether it succeeded.
  package func bind(_ arguments: [ByteString]) -> (output: ByteString, succeeded: Bool) {
    withUTF8 {
      let former = mode
      let result = parse(["bind"] + arguments)
      if mode != former || arguments == ["-e"] || arguments == ["-v"] { bindOwnKeys() }
      return result
    }
  }

  func setUpBindings() {
    // Signal characters arrive as characters: no signal can be lost or arrive at a bad moment.
    // Ctrl-S is a key like others while a line is edited, and does not stop the output.
    _ = parse(["setty", "-d", "-isig", "-ixon"])
    // The terminal must not echo between two lines of a command either.
    _ = parse(["setty", "-x", "-echo", "-icanon", "-isig"])
    // libedit's initial mode depends on how it was built.
    mode = .emacs
    clibedit_read_startup_file(editor)
    bindOwnKeys()
  }

  private func parse(_ words: [ByteString]) -> (output: ByteString, succeeded: Bool) {
    let outer = capturedOutput
    capturedOutput = ByteString()
    let status = Self.withCStrings(words) { clibedit_parse(editor, Int32(words.count), $0) }
    clibedit_flush(editor)
    let output = capturedOutput ?? ""
    capturedOutput = outer
    return (output, status == 0)
  }

  private static func withCStrings(
    _ words: [ByteString], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Int32
  ) -> Int32 {
    let copies = words.map { word in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: word.count + 1)
      for (position, byte) in word.enumerated() { copy[position] = CChar(bitPattern: byte) }
      copy[word.count] = 0
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    return body(copies.map { UnsafePointer($0) } + [nil])
  }

  // MARK: Our own keys

  private struct OwnKey {
    var key: ByteString
    var function: ByteString
  }

  /// The keys that `KeyInput` inserts.
  private static let inputKeys: [(key: ByteString, function: ByteString)] = [
    ("\\236", "insert-paste"), ("\\235", "nothing"),
  ]

  /// Bound in both modes, unless the user has bound them.
  private static let commonKeys = [
    OwnKey(key: "^I", function: "complete"),
    OwnKey(key: "^L", function: "clear-and-redraw"),
    OwnKey(key: "^R", function: "em-inc-search-prev"),
    OwnKey(key: "^S", function: "em-inc-search-next"),
  ]

  /// What libedit binds those keys to.
  private static let replaceableFunctions: [ByteString] = [
    "ed-insert", "ed-unassigned", "ed-redisplay", "ed-clear-screen", "ed-tty-stop-output", "ed-start-over",
    "ed-ignore", "complete", "clear-and-redraw",
  ]

  /// What follows `ESC` in the sequences of keys that libedit leaves out.
  private static let escapeKeys = [
    OwnKey(key: "[3~", function: "ed-delete-next-char"),
    OwnKey(key: "[1~", function: "ed-move-to-beg"),
    OwnKey(key: "[4~", function: "ed-move-to-end"),
    OwnKey(key: "[7~", function: "ed-move-to-beg"),
    OwnKey(key: "[8~", function: "ed-move-to-end"),
    OwnKey(key: "[5~", function: "ed-search-prev-history"),
    OwnKey(key: "[6~", function: "ed-search-next-history"),
    OwnKey(key: "[1;5C", function: "em-next-word"),
    OwnKey(key: "[1;5D", function: "ed-prev-word"),
  ]

  private func bindOwnKeys() {
    let isVi = mode == .vi
    for (key, function) in Self.inputKeys {
      _ = parse(["bind", key, function])
      if isVi { _ = parse(["bind", "-a", key, function]) }
    }
    for own in Self.commonKeys {
      guard Self.replaceableFunctions.contains(function(of: own.key)) else { continue }
      _ = parse(["bind", own.key, own.function])
    }
    for own in Self.escapeKeys {
      // In vi's insert mode ESC is a command by itself, and what follows is read in command mode. In command mode the
      // arrow keys' bindings begin with ESC, so that the whole sequence is read as one key.
      let forms: [[ByteString]] = isVi ? [["-a", own.key], ["-a", "\\e" + own.key]] : [["\\e" + own.key]]
      for words in forms { _ = parse(["bind"] + words + [own.function]) }
    }
    // vi's `v` would start an editor unknown to the shell. The other keys read libedit's own commands, and an empty
    // command would end the process.
    let unwanted: [[ByteString]] = isVi ? [["-a", "v"], ["-a", ":"]] : [["\\ex"], ["\\eX"]]
    for words in unwanted { _ = parse(["bind"] + words + ["ed-unassigned"]) }
  }

  /// The function that a key is bound to: the last word of what `bind` says.
  private func function(of key: ByteString) -> ByteString {
    let words = parse(["bind", key]).output.split { " \t\n".utf8.contains($0) }
    return words.last.map { ByteString($0) } ?? ""
  }
}
