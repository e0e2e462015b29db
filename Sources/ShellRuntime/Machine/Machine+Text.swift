import ByteStrings
import ShellSyntax

/// Texts that are expanded or run outside of commands: prompts, the values of `ENV` and `PROMPT_COMMAND`.
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

  /// Begins to run a text as `.` runs a file, with that name in messages. An error in it ends it, and so does `return`.
  package mutating func begin(source: ByteString, name: ByteString) {
    begin(.empty)
    var reader = SourceReader(source, name: name)
    reader.endsScriptOnError = false
    // At the end of the empty routine the first command of the text is read.
    frames.append(
      .source(
        Frame.SourceText(
          savedState: savedState, caller: caller, reader: reader, isFile: true, positionalParameters: nil,
          hiddenTraps: [])))
  }
}
