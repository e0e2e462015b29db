import ByteStrings
import ShellSyntax

/// Texts that are expanded outside of commands: prompts, the value of `ENV`.
extension Machine {
  /// Prepares the machine to expand `text` as within double quotes; run it, then take `expandedText`.
  ///
  /// - Returns: `false` if the text cannot be parsed, and stays as it is.
  package mutating func beginExpanding(_ text: ByteString) -> Bool {
    guard let word = try? Parser.parseText(text) else { return false }
    begin(Compiler.text(word, in: &context.environment))
    return true
  }

  /// What `beginExpanding` and the run after it have made; `nil` if that failed.
  package mutating func takeExpandedText() -> ByteString? {
    operands.texts.popLast()
  }
}
