/// What an instruction does. `a` and `b` are its operands.
enum Operation: UInt8, Sendable {
  // Words
  /// A field that is constant `a`.
  case literalField
  /// A field that is the value of variable `a`: `"$x"`.
  case variableField
  case beginWord
  /// Ends the word: its fields are split, expanded to path names and put on the stack.
  case endWord
  /// Adds constant `a`.
  case literal
  /// `''` or `""`: the word is a field even if it is empty.
  case quotedEmpty
  /// Adds the home directory of user `a` (a constant, empty for one's own).
  case tilde
  /// Adds the value of variable `a`.
  case variable
  /// Adds the value of parameter `a`.
  case parameter
  /// Adds `$@` or `$*` (`a` is the byte).
  case allParameters
  /// Adds what the value of parameter `a` names.
  case indirect
  /// Ends the command unless the value of parameter `a` names a parameter.
  case checkIndirection
  /// Adds all elements that parameter `a` stands for.
  case allElements
  /// Adds the subscripts of variable `a`, joined if `b` is 1.
  case subscripts
  /// Makes the text on top of the stack, an expression or a key, the subscript of an element of variable `a`; if `b` is
  /// 1, one whose value is asked for.
  case subscriptText
  /// Adds the length of parameter `a`.
  case length
  /// Adds parameter `a` without what pattern `b` matches; see `Routine.Trim`.
  case trim
  /// The same with the pattern that is the text on top of the stack.
  case trimText
  /// Goes to `b` if parameter `a` is unset (with `.colon`: or empty).
  case jumpIfUnset
  /// Goes to `b` unless parameter `a` is unset (with `.colon`: or empty).
  case jumpIfSet
  /// Assigns the text on top of the stack to parameter `a`: `${x:=word}`.
  case assignParameter
  /// Ends the command with the text on top of the stack as message about parameter `a`: `${x:?word}`.
  case parameterError
  /// Ends the command: constant `a` is a word whose braces stand for too many words.
  case tooManyWords
  /// Ends the command: constant `a` is an expansion that this language does not have.
  case invalidExpansion
  /// Adds the value of arithmetic expression `a`.
  case arithmetic
  /// Adds the value of the expression that is the text on top of the stack.
  case arithmeticText
  /// Runs routine `a` with its output captured, and adds that.
  case substitution
  /// Starts list `a` with a pipe as its standard output or, if `b` is 1, its standard input, and adds the pipe's path.
  case processSubstitution
  /// Puts an empty text on the stack.
  case beginText
  /// Puts a copy of the text on top of the stack on it.
  case copyText
  /// Begins the words of an array's value, within a command.
  case beginFields
  /// Makes the text on top of the stack a field.
  case textField
  /// Adds what transformation `b` makes of parameter `a`; its operands are texts on the stack.
  case transform
  /// Adds the names of the variables that begin with constant `a`, as fields if `b` is 1.
  case variableNames

  // Commands
  /// Begins a simple command's fields.
  case beginCommand
  /// Assigns the text on top of the stack to variable `a`.
  case assign
  /// Begins assignments without a command.
  case beginAssignments
  /// Assigns the text on top of the stack to the element of variable `a` whose subscript is below it, or adds it if `b`
  /// is 1.
  case assignElement
  /// Makes the fields of the innermost open command elements without subscripts of the array around it.
  case arrayWords
  /// Assigns an array to variable `a`, or adds to it if `b` is 1: the fields of the open command are subscripts, empty
  /// ones for the next element, each with its value.
  case assignArray
  /// Assigns constant `b` to variable `a`.
  case assignLiteral
  /// Adds the text on top of the stack to variable `a`: `x=$x…` or, if `b` is 1, `x+=…`.
  case appendToVariable
  /// Assigns the value of arithmetic expression `b` to variable `a`.
  case assignArithmetic
  /// Assigns the text on top of the stack to variable `a` while the command runs.
  case assignTemporarily
  /// Restores the variable that was assigned last before a command.
  case endTemporaryAssignment
  /// Begins a command in whose words process substitutions stand: pushes the frame that closes their pipes.
  case beginProcessSubstitutions
  /// Closes the pipes, and waits for the coroutines that read from them.
  case endProcessSubstitutions
  /// Begins redirections: pushes the frame that restores the descriptors.
  case beginRedirections
  /// Performs redirection `a` with the text on top of the stack; goes to `b` if it fails.
  case redirect
  /// Ends redirections: restores the descriptors.
  case endRedirections
  /// Runs the fields since `beginCommand` as a command.
  case execute
  /// The same for the name that is name number `a` and, where there is one, builtin `b`.
  case executeNamed
  /// The same for builtin `a`.
  case executeBuiltin
  /// Writes what standard input has: `$(<file)`.
  case copyInput
  /// Writes the text on top of the stack to standard output, as all that a substitution does.
  case writeText
  /// `((…))`: the status says whether the value of expression `a` is not 0.
  case arithmeticCommand
  /// The same of the expression that is the text on top of the stack.
  case arithmeticCommandText
  /// Matches the text on top of the stack with pattern `a`: `[[ x == y ]]`.
  case matchPattern
  /// The same with the pattern on top of the stack, and the text below it.
  case matchPatternText
  /// The same with the regular expression on top of the stack.
  case matchRegularExpression
  /// Ends assignments without a command: the status is that of the last command substitution and, without any, 0 or, if
  /// `a` is 1, what it was.
  case endAssignments
  /// Makes function `a` of the routine the one named by name number `b`.
  case defineFunction

  // Control
  case jump
  case jumpIfFailure
  case jumpIfSuccess
  case setStatus
  /// Makes the status that of a negated command; if `a` is 1, of a pipeline, whose own status `PIPESTATUS` keeps.
  case negate
  /// Begins and ends a part whose failures `set -e` ignores.
  case beginTested
  case endTested
  /// After a compound command: `set -e` looks at its status.
  case checkErrExit
  /// Begins a loop: `break` goes to `a`, `continue` to `b`.
  case enterLoop
  /// Ends an iteration: keeps the status of the body, counts a turn, goes to `a`.
  case loopBack
  /// Ends a loop whose condition failed, with the status of its body.
  case finishLoop
  /// Ends a loop after `break`.
  case leaveLoop
  /// Drops the fields of a `for`, whose loop has ended.
  case endFor
  /// Begins a `for` over the fields since `beginCommand`.
  case enterFor
  /// Assigns the next field to variable `a`; goes to `b` when there is none.
  case nextFor
  /// Writes the menu of the innermost loop, a `select`, and reads an answer; goes to `a` if there is nothing to choose.
  case readSelection
  /// Assigns what was chosen to variable `a`, goes to `b` if nothing was read, or reads again after an empty answer.
  case takeSelection
  /// Goes to `b` if pattern `a` matches the text on top of the stack, and drops it.
  case matchCase
  /// The same with the pattern on top of the stack, and the text below it.
  case matchCaseText
  /// Drops the text on top of the stack: no pattern matched, or the subscript is not needed any more.
  case dropText
  /// Goes on in a copy of the environment until `leaveSubshell`; `a` is where that stands.
  case enterSubshell
  case leaveSubshell
  /// Notes the time; `endTiming` writes what has passed since, in seconds if `a` is 1.
  case beginTiming
  case endTiming
  /// Runs pipeline `a`.
  case pipeline
  /// Starts job `a` in the background.
  case startJob
  /// Starts list `a` as a coprocess, whose name is the text on top of the stack.
  case startCoprocess
  /// The end of the routine.
  case end
}
