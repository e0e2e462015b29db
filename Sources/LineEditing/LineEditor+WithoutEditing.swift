import ByteStrings

extension LineEditor {
  /// Reads a line as the kernel edits it, on a terminal that is too narrow for libedit.
  func readLineWithoutEditing() -> LineResult {
    port.write(prompt.upperRows + prompt.plainLastRow)
    return (try? PlainLineReader(descriptor: port.input).readLine()) ?? .endOfFile
  }
}
