import ByteStrings
import ShellSyntax

/// Texts that are expanded outside of commands: prompts, the value of `ENV`.
extension Machine {
  /// Prepares the machine to expand `text` as within double quotes; run it, then take `expandedText`.
  ///
  /// - Returns: `false` if the text cannot be parsed, and stays as it is.
  package mutating func beginExpanding(_ text: ByteString) -> Bool {
    // The body of a here-document is such a text, quotes included.
    let delimiter: ByteString = "end-of-text"
    var parser = Parser(": <<" + delimiter + "\n" + text + "\n" + delimiter + "\n")
    guard case .command(let command) = parser.parseCompleteCommand(),
      case .simple(let simple) = command.list.items[0].andOr.first.elements[0],
      case .hereDocument(let document)? = simple.redirections.first?.operator
    else { return false }
    begin(Compiler.text(document.body, in: &environment))
    return true
  }

  /// What `beginExpanding` and the run after it have made; `nil` if that failed.
  package mutating func takeExpandedText() -> ByteString? {
    guard let text = texts.popLast() else { return nil }
    return text.hasSuffix("\n") ? text.subrange(0..<text.count - 1) : text
  }
}
