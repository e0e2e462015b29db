import ByteStrings
import ShellRuntime

/// `pushd`, `popd` and `dirs`: the stack of directories, whose top is the working directory.
///
/// `ExecutionEnvironment.directoryStack` has those below the top, the upper ones first.
extension Builtin {
  static let pushd = Builtin(
    "pushd", synopsis: "[-n] [+N | -N | DIRECTORY]",
    help: """
      Puts DIRECTORY on the stack of directories, changes to it, and writes the stack. Without DIRECTORY, exchanges the
      two at the top.

        +N  turns the stack, so that the Nth from the left, counted from 0, is its top
        -N  the same for the Nth from the right
        -n  changes the stack below the working directory, which stays
      """
  ) { context, arguments throws(BuiltinError) in
    let request = try StackRequest(arguments, mayNameDirectory: true)
    let stack = context.environment.directoryStack
    switch request.operand {
    case nil:
      if request.staysHere { return .status(.success) }
      guard let top = stack.first else { throw .directoryStack(.noOther) }
      let before = try context.topOfDirectoryStack()
      try context.changeDirectory(to: top)
      context.environment.directoryStack[0] = before
    case .place(let place):
      guard let index = place.index(in: stack.count + 1) else {
        throw stack.isEmpty ? .directoryStack(.empty) : .directoryStack(.outOfRange(place.written))
      }
      let whole = [try context.topOfDirectoryStack()] + stack
      let turned = whole[index...] + whole[..<index]
      if !request.staysHere { try context.changeDirectory(to: whole[index]) }
      context.environment.directoryStack = Array(turned.dropFirst())
      if request.staysHere { return .status(.success) }
    case .directory(let directory):
      let before = try context.topOfDirectoryStack()
      if !request.staysHere { try context.changeDirectory(to: directory) }
      context.environment.directoryStack.insert(request.staysHere ? directory : before, at: 0)
    }
    context.writeDirectoryStack()
    return .status(.success)
  }

  static let popd = Builtin(
    "popd", synopsis: "[-n] [+N | -N]",
    help: """
      Takes the top from the stack of directories, changes to the next one, and writes the stack.

        +N  takes the Nth from the left, counted from 0, and changes the directory only for the top
        -N  the same for the Nth from the right
        -n  takes the one below the working directory, which stays
      """
  ) { context, arguments throws(BuiltinError) in
    let request = try StackRequest(arguments, mayNameDirectory: false)
    let stack = context.environment.directoryStack
    guard let next = stack.first else { throw .directoryStack(.empty) }
    var index: Int? = 0
    if case .place(let place) = request.operand {
      index = place.index(in: stack.count + 1)
      if index == nil { throw .directoryStack(.outOfRange(place.written)) }
    }
    if index == 0, !request.staysHere { try context.changeDirectory(to: next) }
    context.environment.directoryStack.remove(at: max(0, (index ?? 0) - 1))
    context.writeDirectoryStack()
    return .status(.success)
  }

  static let dirs = Builtin(
    "dirs", synopsis: "[-clpv] [+N | -N]",
    help: """
      Writes the stack of directories that `pushd` makes, the working directory first; ~ is the home directory.

        -c  empties it
        -l  writes ~ as a path
        -p  one on a line   -v  with its number too
        +N  the Nth from the left, counted from 0   -N  the Nth from the right
      """
  ) { context, arguments throws(BuiltinError) in
    var format = StackFormat()
    var place: StackPlace?
    for argument in arguments.dropFirst() {
      switch argument {
      case "-c":
        context.environment.directoryStack = []
        return .status(.success)
      case "-l": format.isLong = true
      case "-p": format.hasLines = true
      case "-v": format.hasNumbers = true
      case "--": break
      default: place = try StackPlace(argument)
      }
    }
    let stack = context.environment.directoryStack
    guard let place else {
      context.writeDirectoryStack(format)
      return .status(.success)
    }
    guard let index = place.index(in: stack.count + 1) else {
      throw stack.isEmpty ? .directoryStack(.empty) : .directoryStack(.outOfRange(place.written))
    }
    context.writeStackEntry(index, format)
    context.write("\n")
    return .status(.success)
  }
}

/// `+N` or `-N`: a place in the stack, counted from the left or from the right.
private struct StackPlace {
  let written: ByteString
  private let number: Int
  private let isFromLeft: Bool

  init(_ argument: ByteString) throws(BuiltinError) {
    guard let sign = argument.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      throw .usage(.unexpectedOperand(argument))
    }
    let digits = argument.dropping(first: 1)
    guard let number = digits.decimalValue, number >= 0 else { throw .operand(.notANumber(argument)) }
    written = argument
    self.number = number
    isFromLeft = sign == UInt8(ascii: "+")
  }

  /// The index of the entry among `count`; `nil` if there is none.
  func index(in count: Int) -> Int? { number < count ? (isFromLeft ? number : count - 1 - number) : nil }
}

/// What a call of `pushd` or `popd` asks for.
private struct StackRequest {
  enum Operand {
    case place(StackPlace)
    case directory(ByteString)
  }

  /// `-n`.
  private(set) var staysHere = false
  private(set) var operand: Operand?

  init(_ arguments: Arguments, mayNameDirectory: Bool) throws(BuiltinError) {
    var index = 1
    var mayBeOption = true
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      if mayBeOption, argument == "-n" {
        staysHere = true
      } else if mayBeOption, argument == "--" {
        mayBeOption = false
      } else if mayBeOption, argument != "-", argument.first == UInt8(ascii: "+") || argument.first == UInt8(ascii: "-")
      {
        operand = .place(try StackPlace(argument))
        // What follows it has no meaning.
        return
      } else if mayNameDirectory {
        operand = .directory(argument)
        if index < arguments.count { throw .usage(.unexpectedOperand(arguments[index])) }
      } else {
        throw .usage(.unexpectedOperand(argument))
      }
    }
  }
}

/// How entries of the stack are written.
private struct StackFormat {
  var isLong = false
  var hasLines = false
  var hasNumbers = false
}

extension BuiltinContext {
  /// The working directory, as an entry of the stack.
  fileprivate func topOfDirectoryStack() throws(BuiltinError) -> ByteString {
    guard let path = environment.workingDirectory.path else { throw .directory(.unknownWorkingDirectory) }
    return path
  }

  fileprivate mutating func writeDirectoryStack(_ format: StackFormat = StackFormat()) {
    for index in 0...environment.directoryStack.count {
      if index > 0 { write(format.hasLines || format.hasNumbers ? "\n" : " ") }
      writeStackEntry(index, format)
    }
    write("\n")
  }

  fileprivate mutating func writeStackEntry(_ index: Int, _ format: StackFormat) {
    if format.hasNumbers {
      let number = ByteString(decimal: index)
      write((number.count < 2 ? " " : "") + number + "  ")
    }
    let entry =
      index == 0 ? environment.workingDirectory.path ?? "<no working directory>" : environment.directoryStack[index - 1]
    write(format.isLong ? entry : abbreviated(entry))
  }

  /// The path with `~` for the home directory.
  private func abbreviated(_ path: ByteString) -> ByteString {
    guard let home = environment.value(of: "HOME"), home.count > 1, path.hasPrefix(home) else { return path }
    let rest = path.dropping(first: home.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/") ? "~" + rest : path
  }
}

enum DirectoryStackError: WordedError {
  case empty
  case noOther
  case outOfRange(ByteString)
}

extension BuiltinError {
  static func directoryStack(_ error: DirectoryStackError) -> Self { Self(error) }
}
