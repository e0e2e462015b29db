import ByteStrings
import ShellRuntime

extension Builtin {
  static let type = Builtin(
    "type", .intrinsic, synopsis: "[-afptP] NAME...",
    help: """
      Says for each NAME what the shell would run: alias, reserved word, function, builtin or program.

        -a  everything of that name, the first of which would be run
        -f  as if there were no functions
        -p  the path only, and nothing of what is no program
        -P  as -p, of the program in $PATH though something else would be run
        -t  a word: alias, keyword, function, builtin, file
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "afptP")
    var answer = Answer()
    while let option = try options.next() {
      switch option.letter {
      case "a": answer.isForAll = true
      case "t": answer.form = .word
      case "f": answer.hasFunctions = false
      default:
        answer.form = .path
        if option.letter == "P" { answer.isForPrograms = true }
      }
    }
    if options.operands.isEmpty { throw .usage(.missingOperand("a name")) }
    var status = ExitStatus.success
    for name in options.operands {
      let found = answer.descriptions(of: name, &context)
      for description in found { context.write(answer.line(description, name)) }
      if !found.isEmpty { continue }
      if answer.form == .sentence { context.report(arguments, .lookup(.notFound(name))) }
      status = .failure
    }
    return .status(status)
  }
}

/// The options of `type`: what is printed about a name.
private struct Answer {
  enum Form { case sentence, word, path }

  var form = Form.sentence
  var isForAll = false
  var isForPrograms = false
  var hasFunctions = true

  func descriptions(of name: ByteString, _ context: inout BuiltinContext) -> [CommandDescription] {
    if isForAll {
      return CommandDescription.all(name, in: context).filter {
        (!isForPrograms || $0.path != nil) && (hasFunctions || !$0.isFunction)
      }
    }
    if isForPrograms { return context.programPath(name).map { [.program($0)] } ?? [] }
    return CommandDescription(name, in: &context, hasFunctions: hasFunctions).map { [$0] } ?? []
  }

  func line(_ description: CommandDescription, _ name: ByteString) -> ByteString {
    switch form {
    case .sentence: description.sentence(name) + "\n"
    case .word: description.word + "\n"
    case .path: description.path.map { $0 + "\n" } ?? ByteString()
    }
  }
}
