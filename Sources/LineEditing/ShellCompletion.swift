import ByteStrings
import Platform

/// Completes words of shell commands. The closures give it the shell's names; the word's role decides which are used.
package struct ShellCompletion {
  /// Builtins, functions, aliases, reserved words.
  package var commandNames: () -> [ByteString] = { [] }
  /// The value of `PATH`.
  package var path: () -> ByteString = { "" }
  package var variableNames: () -> [ByteString] = { [] }
  /// The jobs: their job IDs, as `%1`, and their texts.
  package var jobs: () -> [(id: ByteString, text: ByteString)] = { [] }
  package var files: () -> FileCompletion = { FileCompletion() }

  package init() {}

  /// Commands whose operands are jobs and nothing else, so that they are offered without a `%` too.
  private static let jobCommands: Set<ByteString> = ["fg", "bg", "disown"]
  private static let commandsWithJobs: Set<ByteString> = jobCommands.union([
    "jobs", "kill", "wait", "resolve", "timeout",
  ])
  private static let directoryCommands: Set<ByteString> = ["cd", "rmdir", "pushd"]
  private static let commandCommands: Set<ByteString> = ["type", "which", "help", "man"]
  private static let variableCommands: Set<ByteString> = ["unset", "export", "readonly", "read"]

  /// The completions for a word, sorted and each once.
  package func completions(for context: CompletionContext) -> [CompletionCandidate] {
    let word = context.word
    switch context.role {
    case .variable(let isBraced):
      let display: (ByteString) -> ByteString = { isBraced ? $0 : "$" + $0 }
      return unique(
        variableNames().map { CompletionCandidate(text: $0, display: display($0), suffix: isBraced ? .space : .none) }
      )
      .filter { $0.text.hasPrefix(word) }
    case .file:
      return files().completions(of: context)
    case .command:
      if word.contains(UInt8(ascii: "/")) || context.beginsWithTilde {
        return files().completions(of: context, .executable)
      }
      if word.first == UInt8(ascii: "%") { return jobCompletions(for: word) }
      return unique((commandNames() + programs(beginningWith: word)).map { CompletionCandidate(text: $0) })
        .filter { $0.text.hasPrefix(word) }
    case .argument(let command):
      return argumentCompletions(of: command, context)
    }
  }

  private func argumentCompletions(of command: ByteString, _ context: CompletionContext) -> [CompletionCandidate] {
    let word = context.word
    let beginsWithPercent = word.first == UInt8(ascii: "%")
    if Self.commandsWithJobs.contains(command), beginsWithPercent { return jobCompletions(for: word) }
    if Self.jobCommands.contains(command) { return word.isEmpty ? jobCompletions(for: "%") : [] }
    if Self.directoryCommands.contains(command) { return files().completions(of: context, .directoriesOnly) }
    if Self.commandCommands.contains(command), !word.contains(UInt8(ascii: "/")) {
      let names = unique((commandNames() + programs(beginningWith: word)).map { CompletionCandidate(text: $0) })
      return names.filter { $0.text.hasPrefix(word) }
    }
    if Self.variableCommands.contains(command) {
      return unique(variableNames().map { CompletionCandidate(text: $0) }).filter { $0.text.hasPrefix(word) }
    }
    let found = files().completions(of: context)
    return found.isEmpty ? valueCompletions(context) : found
  }

  /// The file that an operand such as `if=disk` or `--file=name` names.
  private func valueCompletions(_ context: CompletionContext) -> [CompletionCandidate] {
    guard let start = context.valueStart else { return [] }
    var value = context
    value.word = context.word.dropping(first: start)
    value.parameters = context.parameters.compactMap { parameter in
      guard parameter.range.lowerBound >= start else { return nil }
      return .init(name: parameter.name, range: parameter.range.lowerBound - start..<parameter.range.upperBound - start)
    }
    let name = context.word.subrange(0..<start)
    return files().completions(of: value).map { file in
      CompletionCandidate(text: name + file.text, display: file.display, suffix: file.suffix)
    }
  }

  /// By number, and by what the job's text begins with.
  private func jobCompletions(for word: ByteString) -> [CompletionCandidate] {
    jobs().compactMap { job in
      let display = job.id + "   " + job.text
      if job.id.hasPrefix(word) { return CompletionCandidate(text: job.id, display: display) }
      let byName = "%" + job.text
      return word.count > 1 && byName.hasPrefix(word) ? CompletionCandidate(text: byName, display: display) : nil
    }
  }

  private func programs(beginningWith word: ByteString) -> [ByteString] {
    var found: [ByteString] = []
    for part in path().split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let directory = part.isEmpty ? "." : ByteString(part)
      for entry in (try? Files.entries(of: directory)) ?? [] where entry.name.hasPrefix(word) {
        if entry.kind != .directory, Files.allows(.executing, of: directory + "/" + entry.name) {
          found.append(entry.name)
        }
      }
    }
    return found
  }

  private func unique(_ completions: [CompletionCandidate]) -> [CompletionCandidate] {
    var seen: Set<ByteString> = []
    return completions.filter { seen.insert($0.text).inserted }.sorted { LocaleSettings.precedes($0.text, $1.text) }
  }
}
