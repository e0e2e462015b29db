import ByteStrings
import Meanwhile
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let mapfile = Builtin(
    "mapfile", synopsis: LineRequest.synopsis,
    help: """
      Makes each line of standard input an element of the array NAME, or MAPFILE.

        -t  without the newlines
        -d  lines end with the first byte of DELIMITER; an empty one means NUL
        -n  COUNT lines at most, all for 0
        -O  from this index on, and keeps the other elements
        -s  without the first COUNT lines
        -u  reads descriptor FD
        -C  before every 5000th line becomes an element, or as -c says, runs COMMAND with its index and the line
      """
  ) { context, arguments throws(BuiltinError) in try LineRequest.begin(&context, arguments) }

  static let readarray = Builtin("readarray", synopsis: LineRequest.synopsis, help: "As `mapfile`.") {
    context, arguments throws(BuiltinError) in try LineRequest.begin(&context, arguments)
  }
}

enum MapfileError: WordedError {
  case notIndexed(ByteString)
}

extension BuiltinError {
  static func mapfile(_ error: MapfileError) -> Self { Self(error) }
}

/// What `mapfile` wants, and how far it is.
private struct LineRequest: Sendable {
  static let synopsis =
    "[-t] [-d DELIMITER] [-n COUNT] [-O INDEX] [-s COUNT] [-u FD] [-C COMMAND [-c COUNT]] [NAME]"

  private let arguments: Arguments
  private var name: ByteString = "MAPFILE"
  private var descriptor = 0
  private var delimiter = UInt8(ascii: "\n")
  private var isWithoutDelimiters = false
  private var limit = Int.max
  private var skipped = 0
  private var keepsElements = false
  private var callback: ByteString?
  private var callbackPeriod = 5_000
  /// The array's number, and the index of the next element.
  private let number: NameNumber
  private var index = 0
  private var lineCount = 0
  /// What has been read of the next line.
  private var line = ByteString()

  static func begin(_ context: inout BuiltinContext, _ arguments: Arguments) throws(BuiltinError) -> BuiltinResult {
    var request = try LineRequest(arguments, &context)
    guard context.file(request.descriptor) != nil else {
      throw .system(ByteString(decimal: request.descriptor), .badFileDescriptor)
    }
    if context.environment.isAssociative(request.number) {
      throw .mapfile(.notIndexed(request.name))
    }
    do throws(VariableError) { try request.prepareArray(&context) } catch { throw .variable(error) }
    return request.goOn(&context)
  }

  private init(_ arguments: Arguments, _ context: inout BuiltinContext) throws(BuiltinError) {
    self.arguments = arguments
    var options = OptionReader(arguments, "td:n:O:s:u:C:c:")
    while let option = try options.next() {
      switch option.letter {
      case "t": isWithoutDelimiters = true
      case "d": delimiter = option.argument.first ?? 0
      case "n":
        let count = try option.argument.number(atLeast: 0)
        limit = count == 0 ? .max : count
      case "O":
        index = try option.argument.number(atLeast: 0)
        keepsElements = true
      case "u": descriptor = try option.argument.number(atLeast: 0)
      case "C": callback = option.argument
      case "c": callbackPeriod = try option.argument.number(atLeast: 1)
      default: skipped = try option.argument.number(atLeast: 0)
      }
    }
    if let operand = try arguments.optionalOperand(from: options.index) { name = operand }
    guard name.isName else { throw .variable(.invalidName(name)) }
    number = context.environment.number(of: name)
  }

  private func prepareArray(_ context: inout BuiltinContext) throws(VariableError) {
    if keepsElements {
      try context.environment.declareArray(number, isAssociative: false)
    } else {
      try context.environment.clearArray(number, isAssociative: false)
    }
  }

  /// Reads lines and assigns them, waiting whenever there is nothing to read.
  private mutating func goOn(_ context: inout BuiltinContext) -> BuiltinResult {
    guard let file = context.file(descriptor) else {
      return context.fail(arguments, .system(ByteString(decimal: descriptor), .badFileDescriptor), status: .failure)
    }
    while lineCount < limit {
      switch context.read(ReadLimit(delimiter: delimiter), from: file) {
      case .bytes(let bytes):
        if line.isEmpty { line = bytes } else { line.append(bytes) }
        if bytes.last == delimiter, let result = endLine(&context) { return result }
        if context.mustGiveWay() { return wait(WaitRequest(.step)) }
      case .endOfFile:
        if line.isEmpty { return .status(.success) }
        if let result = endLine(&context) { return result }
      case .failed(let error): return context.fail(arguments, .system("standard input", error), status: .failure)
      case .wouldBlock: return wait(context.readability(of: file))
      }
    }
    return .status(.success)
  }

  private func wait(_ request: WaitRequest) -> BuiltinResult {
    .wait(request) { context, _ in
      var rest = self
      return rest.goOn(&context)
    }
  }

  /// Makes the line an element; what is to be done first, if there is a callback for it or it fails.
  private mutating func endLine(_ context: inout BuiltinContext) -> BuiltinResult? {
    let whole = line
    line = ByteString()
    if skipped > 0 {
      skipped -= 1
      return nil
    }
    // A variable cannot hold NUL.
    let losesEnd = whole.last == delimiter && (isWithoutDelimiters || delimiter == 0)
    let value = losesEnd ? whole.subrange(0..<whole.count - 1) : whole
    lineCount += 1
    guard let callback, lineCount % callbackPeriod == 0 else { return assign(value, &context) }
    let command = callback + " " + ByteString(decimal: index) + " " + value.shellQuoted
    var evaluation = Evaluation(command, .eval)
    evaluation.continuation = { [self] context in
      var rest = self
      return .result(rest.assign(value, &context) ?? rest.goOn(&context))
    }
    return .evaluate(evaluation)
  }

  /// Assigns the next element; the result if that fails.
  private mutating func assign(_ value: ByteString, _ context: inout BuiltinContext) -> BuiltinResult? {
    do throws(VariableError) {
      try context.environment.assign(value, to: .index(index), of: number)
      index += 1
      return nil
    } catch {
      return context.fail(arguments, .variable(error), status: .failure)
    }
  }
}
