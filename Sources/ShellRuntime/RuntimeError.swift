import ByteStrings
import Platform
import SystemPackage

/// Why a command could not do what it was to do. Data only; `RuntimeError+Message` has the words.
package enum RuntimeError: Error, Equatable {
  case unset(ByteString)
  /// `${name?message}`; the message may be empty.
  case parameter(ByteString, message: ByteString, isNull: Bool)
  case cannotAssign(ByteString)
  /// The variable of `${!name}` is unset, so that it names no other.
  case noIndirection(ByteString)
  case badSubstitution(ByteString)
  case badSubscript(ByteString)
  /// Braces in a word stand for more words than `BraceExpansion.limit`.
  case tooManyWords(ByteString)
  /// No file matches the pattern, under `failglob`.
  case noMatch(ByteString)
  /// `${x:1:length}` would end before it begins.
  case negativeLength(ByteString)
  case regularExpression(ByteString, RegularExpression.Problem)
  case variable(VariableError)
  case arithmetic(ArithmeticError, expression: ByteString)
  /// A function called itself too often.
  case recursion(ByteString)
  /// There are as many coroutines as there may be.
  case tooManyCoroutines(limit: Int)
  case commandNotFound(ByteString)
  /// What stands for a command is something that other shells have.
  case notInLanguage(UnsupportedCommand)
  /// A function was to get the name of a special builtin, which would be found first.
  case specialBuiltin(ByteString)
  case cannotExecute(ByteString, Errno)
  /// The file is there, and what its first line names as its interpreter cannot be executed; empty where it has no
  /// such line.
  case interpreter(ByteString, ByteString, Errno)
  case file(ByteString, Errno)
  case notADescriptor(ByteString)
  case badDescriptor(Int)
  /// The variable of `{name}>&-` has no number.
  case badDescriptorVariable(ByteString)
  case notForWriting(Int)
  case hereDocument(Errno)
  case write(ByteString, Errno)
  /// A coprocess of the same name, which runs as this process, has lost its variables to another one.
  case coprocessRuns(ByteString, ProcessID)
  /// There is no thread for what `call` was to start.
  case thread(ByteString, Errno)
  /// There is no process that could stand for the job, whose number is one that no process has.
  case noStandIn(ByteString, ProcessID, Errno)
  /// So many coroutines cannot go on when the shell ends.
  case noSuccessor(Int, Errno)
}
