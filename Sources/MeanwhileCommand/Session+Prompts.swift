import ByteStrings
import LineEditing
import Platform
import ShellRuntime

/// The prompts, and what runs before one of them.
extension Session {
  /// Which prompt: that of a command, that of its further lines, or what is written before the command runs.
  enum PromptKind { case ps0, ps1, ps2 }

  /// The prompt's text, expanded.
  func prompt(_ kind: PromptKind) -> ByteString {
    let template: ByteString? =
      switch kind {
      case .ps0: environment.value(of: "PS0")
      case .ps1: environment.value(of: "PS1")
      case .ps2: environment.value(of: "PS2")
      }
    guard let template, !template.isEmpty else { return ByteString() }
    let context = environment.promptContext(historyNumber: lineEditor?.history.numberOfNextEntry ?? 0)
    let replaced = PromptEscapes.replaced(in: template, by: context, before: .asWithinDoubleQuotes)
    return expand(replaced)
  }

  /// Expands parameters, command substitutions and arithmetic in a text, as within double quotes.
  func expand(_ text: ByteString) -> ByteString {
    guard text.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") || $0 == UInt8(ascii: "\\") })
    else { return text }
    // Programs in a substitution of the second prompt need the usual modes, as at the first.
    lineEditor?.restoreModes()
    let results = environment.lastResults
    defer { environment.lastResults = results }
    guard shell.main.machine.beginExpanding(text) else { return text }
    guard case .finished(.completed) = shell.runInForeground({ "prompt" }) else { return text }
    return shell.main.machine.takeExpandedText() ?? text
  }

  /// Writes `PS0`, before a command that was typed runs.
  func writePS0() {
    if isPosix { return }
    // What takes no column is marked for the line editor only.
    let text = ByteString(prompt(.ps0).filter { $0 != 1 && $0 != 2 })
    if !text.isEmpty { writeToStandardError(text) }
  }

  // MARK: PROMPT_COMMAND

  /// Runs `PROMPT_COMMAND`, each of its elements, before the primary prompt. `$?`, `PIPESTATUS` and `$_` are those of the
  /// last command for each, and afterwards. An error ends the element; Ctrl-C and Ctrl-Z end all, so that there is a prompt.
  ///
  /// - Returns: `false` if one ends the shell. `prepareForNextCommand` then returns how.
  func runPromptCommands() -> Bool {
    if isPosix { return true }
    let commands = environment.values(of: environment.number(of: "PROMPT_COMMAND"))
    if commands.isEmpty { return true }
    let results = environment.lastResults
    for command in commands {
      let goesOn = runPromptCommand(command)
      environment.lastResults = results
      if !goesOn { break }
    }
    if endAtPrompt == nil { endAtPrompt = prepareForNextCommand() }
    return endAtPrompt == nil
  }

  /// Runs one of them; `false` if no other is to follow.
  private func runPromptCommand(_ command: ByteString) -> Bool {
    shell.main.machine.begin(source: command, name: "PROMPT_COMMAND")
    switch shell.runInForeground({ command }) {
    case .finished(.completed): return true
    case .finished(.abandoned(let status)):
      if status == .signal(.interrupt) { endInterruptedLine() }
      return status != .signal(.interrupt)
    case .finished(.exited(let status)):
      if mayExit(after: commandCount) { endAtPrompt = .exited(status) }
      return false
    case .finished(let end):
      endAtPrompt = end
      return false
    case .stopped(let job):
      reportStop(of: job)
      return false
    }
  }
}
