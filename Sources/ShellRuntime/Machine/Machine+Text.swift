import ByteStrings
import ShellSyntax

/// Texts that are expanded outside of commands: prompts, the value of `ENV`.
extension Machine {
  /// Begins to expand `text` as within double quotes. Run the machine, then call `takeExpandedText`.
  ///
  /// - Returns: `false` if the text cannot be parsed.
  package mutating func beginExpanding(_ text: ByteString) -> Bool {
    guard let word = try? Parser.parseText(text) else { return false }
    begin(Compiler.text(word, in: &context.environment), for: .text)
    return true
  }

  /// The text that `beginExpanding` and the run after it have produced; `nil` if an expansion failed.
  package mutating func takeExpandedText() -> ByteString? {
    operands.texts.popLast()
  }
}
