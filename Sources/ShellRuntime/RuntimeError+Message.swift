import ByteStrings
import ShellSyntax
import SystemPackage

extension RuntimeError {
  /// One line without the shell's name: object first, then the reason.
  package var message: String {
    switch self {
    case .unset(let name): "\(name.visible): parameter not set"
    case .parameter(let name, let message, let isNull):
      if message.isEmpty {
        "\(name.visible): parameter \(isNull ? "null or not set" : "not set")"
      } else {
        "\(name.visible): \(message.visible)"
      }
    case .cannotAssign(let name): "$\(name.visible): cannot assign in this way"
    case .noIndirection(let name): "\(name.visible): not set, so that it names no parameter"
    case .badSubstitution(let text): "\(text.visible): bad substitution"
    case .badSubscript(let text): "\(text.shown): no subscript of an array"
    case .tooManyWords(let text): "\(text.visible): braces stand for more than \(BraceExpansion.limit) words"
    case .noMatch(let pattern): "\(pattern.visible): no file matches"
    case .negativeLength(let text): "\(text.visible): the length is less than nothing"
    case .regularExpression(let text, let problem): "\(text.visible): \(problem.text)"
    case .variable(let error): error.message
    case .arithmetic(let error, let expression): error.message(in: expression)
    case .recursion(let name): "\(name.visible): calls are nested too deeply"
    case .tooManyCoroutines(let limit): "more than \(limit) jobs and elements of pipelines at once"
    case .commandNotFound(let name): "\(name.shown): not found"
    case .notInLanguage(let command): command.message
    case .specialBuiltin(let name): "\(name.visible): a special builtin; no function can have its name"
    case .cannotExecute(let name, let error): "\(name.visible): \(error.text)"
    case .interpreter(let name, let interpreter, let error):
      "\(name.visible): its interpreter\(interpreter.isEmpty ? "" : " " + interpreter.visible): \(error.text)"
    case .file(let path, let error): "\(path.visible): \(error.text)"
    case .notADescriptor(let text): "\(text.visible): not a file descriptor"
    case .badDescriptorVariable(let name): "\(name): the number of an open descriptor is expected in it"
    case .badDescriptor(let number): "\(number): \(Errno.badFileDescriptor.text)"
    case .notForWriting(let number): "\(number): the descriptor is open for reading only"
    case .hereDocument(let error): "here-document: \(error.text)"
    case .write(let name, let error): "\(name.visible): write error: \(error.text)"
    case .coprocessRuns(let name, let id):
      "coproc: warning: \(name): an earlier one still runs as process \(id.rawValue)"
    case .noStandIn(let text, let id, let error):
      "\(text.visible): no process can stand for it: \(error.text); only this shell knows the number \(id.rawValue)"
    case .noSuccessor(let count, let error):
      "\(count) coroutine\(count == 1 ? "" : "s") cannot go on: no process for that: \(error.text)"
    case .thread(let text, let error): "call: \(text.visible): cannot start a thread: \(error.text)"
    }
  }
}

extension JobControlProblem {
  /// One line without the shell's name.
  package var message: String {
    switch self {
    case .notControllingTerminal: "no job control: this is not the shell's controlling terminal"
    case .inBackground: "no job control: the shell is in the background"
    case .noOwnGroup(let error): "no job control: a process group for the shell: \(error.text)"
    case .noTerminal(let error): "no job control: the terminal for the shell's process group: \(error.text)"
    case .notHandedOver(let error):
      "the terminal cannot be handed over: \(error.text); the program stays in the shell's process group"
    case .notGivenBack(let error): "the terminal cannot be given back: \(error.text)"
    case .cameFromOtherNamespace:
      "the terminal cannot be given back: the process group that had it is in another PID namespace"
    }
  }
}

extension UnsupportedCommand {
  fileprivate var message: String {
    switch self {
    case .appendingAssignment(let text): "\(text.visible): `+=` is not part of this language"
    case .element(let text): "\(text.visible): array variables are not part of this language"
    case .utility(let name): "\(name.visible): not part of this language"
    }
  }
}

extension VariableError {
  /// Why the variable could not be changed.
  package var message: String {
    switch self {
    case .readOnly(let name): "\(name.visible): is read only"
    case .readOnlyFunction(let name): "\(name.visible): a function that is read only"
    case .invalidName(let name): "\(name.shown): not a valid name"
    case .invalidReference(let text): "\(text.shown): nothing that a name reference can name"
    case .circularReference(let name): "\(name.visible): a name reference to itself"
    case .referenceIsArray(let name): "\(name.visible): an array cannot be a name reference"
    case .notANumber(let name, let value): "\(name.visible): \(value.visible): not a number"
    case .badSubscript(let text): "\(text.shown): not a subscript"
    }
  }
}

extension ArithmeticError {
  func message(in expression: ByteString) -> String {
    let part = range.isEmpty ? expression : expression.subrange(range.clamped(to: 0..<expression.count))
    let text = part.visible
    return switch reason {
    case .expectedOperand: "arithmetic: \(text): an operand is expected"
    case .expectedOperator: "arithmetic: \(text): an operator is expected"
    case .expectedClosingParenthesis: "arithmetic: \(text): `)` is expected"
    case .expectedColon: "arithmetic: \(text): `:` is expected after `?`"
    case .notAssignable: "arithmetic: \(text): only a variable can be assigned to"
    case .invalidConstant: "arithmetic: \(text): not a valid number"
    case .nestedTooDeep: "arithmetic: the expression is nested too deeply"
    case .badSubscript: "arithmetic: \(text): no subscript of an array"
    case .divisionByZero: "arithmetic: division by zero"
    case .negativeExponent: "arithmetic: an exponent is less than 0"
    case .notANumber: "arithmetic: \(text): its value is not a number"
    case .unsetVariable: "\(text): parameter not set"
    case .readOnlyVariable: "\(text): is read only"
    }
  }
}

extension Errno {
  /// The system's words for the error, in lower case as all messages are.
  package var text: String {
    let words = description
    guard let first = words.first, words.dropFirst().first?.isUppercase != true else { return words }
    return first.lowercased() + words.dropFirst()
  }
}

extension ByteString {
  /// Text of the user for a message; an empty one is shown as quotes.
  package var shown: String { isEmpty ? "''" : visible.description }
}
