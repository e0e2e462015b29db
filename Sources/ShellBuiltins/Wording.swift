import ByteStrings
import Platform
import SystemPackage

extension UsageError {
  var message: String {
    switch self {
    case .noSuchOption(let letter): "\(option(letter)): no such option"
    case .optionWithoutArgument(let letter): "\(option(letter)): an argument is missing"
    case .missingOperand(let what): "expected \(what)"
    case .unexpectedOperand(let operand): "\(operand.visible): one operand too many"
    case .jobAsCommand(let id): "\(id.shown): a job, not a command"
    }
  }
}

extension OperandError {
  var message: String {
    switch self {
    case .notANumber(let text): "\(text.shown): not a number"
    case .incompleteNumber(let text): "\(text.shown): not a number to its end"
    case .outOfRange(let text): "\(text.visible): out of range"
    case .notATime(let text): "\(text.shown): not a time"
    case .notAStatus(let text): "\(text.shown): expected a status from 0 to 255"
    case .invalidMode(let text): "\(text.shown): not a file mode"
    }
  }
}

extension LookupError {
  var message: String {
    switch self {
    case .notFound(let name): "\(name.shown): not found"
    case .noSuchBuiltin(let name): "\(name.shown): no such builtin"
    case .noSuchSignal(let name): "\(name.shown): no such signal"
    }
  }
}

extension EnvironmentError {
  var message: String {
    switch self {
    case .notMain: "not in the background or in a subshell"
    case .realTime: "the clock is real; --virtual-time makes one that can be advanced"
    }
  }
}

extension SystemError {
  var message: String { "\(object.shown): \(error.text)" }
}

extension JobError {
  var message: String {
    switch self {
    case .noSuchJob(let id), .notOwn(let id): "\(id.shown): no such job"
    case .ambiguous(let id): "\(id.shown): ambiguous, several jobs fit"
    case .notAProcessOrJob(let text): "\(text.shown): expected a process or job ID"
    case .noCurrentJob: "no current job"
    case .hasEnded(let id): "\(id.shown): already done"
    case .isStopped(let id): "\(id.shown): is stopped"
    case .noJobControl(let id): "\(id.shown): no job control"
    case .circle(let id, let ids):
      "\(id.shown): would wait for itself: \((ids + ids.prefix(1)).map { "\($0)" }.joined(separator: " -> "))"
    }
  }
}

extension FutureError {
  var message: String {
    switch self {
    case .notAFuture(let id): "\(id.shown): not a future"
    case .alreadyResolved(let id): "\(id.shown): resolved already"
    }
  }
}

extension ShoptError {
  var message: String {
    switch self {
    case .setAndCleared: "-s and -u exclude each other"
    case .noSuchOption(let name): "\(name.shown): no such option"
    case .meansNothing(let name): "\(name): an option of bash that has no meaning here"
    case .fixed(let name, let isOn): "\(name): always \(isOn ? "on" : "off") here"
    }
  }
}

extension SuspendError {
  var message: String {
    switch self {
    case .loginShell: "a login shell is only suspended with -f"
    case .noJobControl: "no job control"
    }
  }
}

extension TestError {
  var message: String {
    switch self {
    case .expectedUnaryOperator(let text): "\(text.shown): expected a unary operator such as -n or -f"
    case .expectedBinaryOperator(let text): "\(text.shown): expected a binary operator such as = or -eq"
    case .notAnInteger(let text): "\(text.shown): not an integer"
    case .missingBracket: "the closing ] is missing"
    case .missingParenthesis: "the closing ) is missing"
    case .nestedTooDeep: "parentheses are nested too deep"
    }
  }
}

extension PrintfError {
  var message: String {
    switch self {
    case .incompleteConversion(let text): "\(text.visible): the conversion is not complete"
    case .noSuchConversion(let text): "\(text.visible): no such conversion"
    }
  }
}

extension AliasError {
  var message: String {
    switch self {
    case .invalidName(let name): "\(name.shown): not a valid alias name"
    case .noSuchAlias(let name): "\(name.shown): no such alias"
    }
  }
}

extension SetError {
  var message: String {
    switch self {
    case .noSuchShellOption(let name): "\(name.shown): no such shell option"
    case .fixed(let name, nil): "\(name): cannot be changed here"
    case .fixed(let name, let isOn?): "\(name): always \(isOn ? "on" : "off") here"
    }
  }
}

extension ShiftError {
  var message: String {
    switch self {
    case .tooFar(let count, let available): "\(count): only \(available) positional parameters"
    }
  }
}

extension LocalError {
  var message: String {
    switch self {
    case .notInFunction: "only in a function"
    }
  }
}

extension DeclareError {
  var message: String {
    switch self {
    case .notFound(let name): "\(name.visible): not found"
    }
  }
}

extension EnableError {
  var message: String {
    switch self {
    case .cannotLoad(let letter): "\(option(letter)): builtins cannot be loaded from files, nor taken away again"
    }
  }
}

extension FunctionError {
  var message: String {
    switch self {
    case .notAFunction(let name): "\(name.shown): not a function"
    case .notByDeclaration(let name): "\(name.shown): -f declares no values; write `name() { …; }`"
    }
  }
}

extension MapfileError {
  var message: String {
    switch self {
    case .notIndexed(let name): "\(name.visible): not an indexed array"
    }
  }
}

extension ReadError {
  var message: String {
    switch self {
    case .notWithEditing(let letter): "-e: not with \(option(letter)), which the line editor cannot do"
    }
  }
}

extension MaskError {
  var message: String {
    switch self {
    case .unknown: "the mask cannot be found out"
    }
  }
}

extension DirectoryError {
  var message: String {
    switch self {
    case .notSet(let name): "\(name.visible): not set"
    case .emptyPath: "'': the path is empty"
    case .unknownWorkingDirectory: "the working directory's path cannot be found out"
    }
  }
}

extension DirectoryStackError {
  var message: String {
    switch self {
    case .empty: "the directory stack is empty"
    case .noOther: "there is no other directory"
    case .outOfRange(let place): "\(place.visible): beyond the directory stack"
    }
  }
}

extension LimitError {
  var message: String {
    switch self {
    case .fixed(let letter): "\(option(UInt8(ascii: letter))): cannot be changed"
    case .notHere(let letter): "\(option(letter)): this kernel has no such limit"
    case .aboveHard(let text): "\(text.visible): above the hard limit"
    case .belowSoft(let text): "\(text.visible): below the soft limit"
    }
  }
}

extension LineEditingError {
  var message: String {
    switch self {
    case .notInteractive: "only in an interactive shell"
    case .noHistoryExpansion(let word): "\(word.visible): history expansion is not part of this shell"
    case .history(let problem): problem
    case .isInUse: "the line editor is reading another line"
    case .badBinding: "the line editor does not accept this"
    case .noSuchHistoryEntry(let number): "\(number.visible): no such history entry"
    }
  }
}

private func option(_ letter: UInt8) -> String { "-\(ByteString(repeating: letter, count: 1).visible)" }
