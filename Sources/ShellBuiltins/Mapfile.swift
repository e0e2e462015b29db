import ByteStrings
import ShellRuntime

extension Builtin {
  static let mapfile = Builtin(
    "mapfile", synopsis: "[-t] [-d DELIMITER] [-n COUNT] [-O INDEX] [-s COUNT] [NAME]",
    help: """
      Makes each line of standard input an element of the array NAME, or MAPFILE.

        -t  without the newlines
        -d  lines end with the first byte of DELIMITER; an empty one means NUL
        -n  COUNT lines at most, all for 0
        -O  from this index on, and keeps the other elements
        -s  without the first COUNT lines
      """
  ) { context, arguments throws(BuiltinError) in
    var request = try LineRequest(arguments)
    return request.goOn(&context)
  }

  static let readarray = Builtin(
    "readarray", synopsis: "[-t] [-d DELIMITER] [-n COUNT] [-O INDEX] [-s COUNT] [NAME]", help: "As `mapfile`."
  ) { context, arguments throws(BuiltinError) in
    var request = try LineRequest(arguments)
    return request.goOn(&context)
  }
}

/// The lines that `mapfile` has read, and what it wants.
private struct LineRequest: Sendable {
  private let arguments: Arguments
  private var name: ByteString = "MAPFILE"
  private var delimiter = UInt8(ascii: "\n")
  private var isWithoutDelimiters = false
  private var limit = Int.max
  private var skipped = 0
  /// The first index, where other elements are kept.
  private var first: Int?
  private var lines: [ByteString] = []
  private var line = ByteString()

  init(_ arguments: Arguments) throws(BuiltinError) {
    self.arguments = arguments
    var options = OptionReader(arguments, "td:n:O:s:")
    while let option = try options.next() {
      switch option.letter {
      case "t": isWithoutDelimiters = true
      case "d": delimiter = option.argument.first ?? 0
      case "n":
        let count = try option.argument.number(atLeast: 0)
        limit = count == 0 ? .max : count
      case "O": first = try option.argument.number(atLeast: 0)
      default: skipped = try option.argument.number(atLeast: 0)
      }
    }
    if let operand = try arguments.optionalOperand(from: options.index) { name = operand }
    guard name.isName else { throw .variable(.invalidName(name)) }
  }

  /// Reads lines, waiting whenever there is nothing to read, and assigns them at the end.
  mutating func goOn(_ context: inout BuiltinContext) -> BuiltinResult {
    guard let file = context.file(0) else {
      return context.fail(arguments, .system("0", .badFileDescriptor), status: .failure)
    }
    while lines.count < limit {
      switch context.read(ReadLimit(delimiter: delimiter), from: file) {
      case .bytes(let bytes):
        line.append(bytes)
        if bytes.last == delimiter { endLine() }
        if context.mustGiveWay() { return wait(WaitRequest(.step)) }
      case .endOfFile:
        if !line.isEmpty { endLine() }
        return assign(&context)
      case .failed(let error): return context.fail(arguments, .system("standard input", error), status: .failure)
      case .wouldBlock: return wait(context.readability(of: file))
      }
    }
    return assign(&context)
  }

  private func wait(_ request: WaitRequest) -> BuiltinResult {
    .wait(request) { context, _ in
      var rest = self
      return rest.goOn(&context)
    }
  }

  private mutating func endLine() {
    if skipped > 0 {
      skipped -= 1
    } else {
      // A variable cannot hold NUL.
      let hasDelimiter = line.last == delimiter && (isWithoutDelimiters || delimiter == 0)
      lines.append(hasDelimiter ? line.subrange(0..<line.count - 1) : line)
    }
    line = ByteString()
  }

  private func assign(_ context: inout BuiltinContext) -> BuiltinResult {
    do throws(VariableError) {
      if let first {
        let number = context.environment.number(of: name)
        for (index, line) in lines.enumerated() {
          try context.environment.assign(line, to: .index(first &+ index), of: number)
        }
      } else {
        try context.assign(lines, toArray: name)
      }
      return .status(.success)
    } catch {
      return context.fail(arguments, .variable(error), status: .failure)
    }
  }
}
