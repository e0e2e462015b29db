import ByteStrings
import ShellRuntime
import ShellSyntax

/// What the shell would run for a command name, as `command -v`, `command -V` and `type` print it.
enum CommandDescription {
  case reservedWord
  case alias(ByteString)
  case function(FunctionDefinition)
  case builtin(Builtin.Kind)
  /// The program's path.
  case program(ByteString)

  /// Looks the name up in the shell's order.
  init?(
    _ name: ByteString, in context: inout BuiltinContext, lookup: CommandLookup = .all, hasFunctions: Bool = true
  ) {
    if let text = context.environment.aliases[name] {
      self = .alias(text)
    } else if Keyword(name) != nil {
      self = .reservedWord
    } else if let builtin = context.environment.enabledBuiltin(name), builtin.kind == .special {
      self = .builtin(builtin.kind)
    } else if hasFunctions, let function = context.environment.function(name) {
      self = .function(function.definition)
    } else if let builtin = context.environment.enabledBuiltin(name) {
      self = .builtin(builtin.kind)
    } else if let path = context.programPath(name, lookup) {
      self = .program(path)
    } else {
      return nil
    }
  }

  /// Everything with the name, in the shell's order of lookup; one program for each directory of `PATH`.
  static func all(_ name: ByteString, in context: BuiltinContext) -> [CommandDescription] {
    var found: [CommandDescription] = []
    let builtin = context.environment.enabledBuiltin(name)
    if let text = context.environment.aliases[name] { found.append(.alias(text)) }
    if Keyword(name) != nil { found.append(.reservedWord) }
    if let builtin, builtin.kind == .special { found.append(.builtin(.special)) }
    if let function = context.environment.function(name) { found.append(.function(function.definition)) }
    if let builtin, builtin.kind != .special { found.append(.builtin(builtin.kind)) }
    return found + context.programPaths(name).map { .program($0) }
  }

  var isFunction: Bool { if case .function = self { true } else { false } }

  /// The path, if it is a program.
  var path: ByteString? { if case .program(let path) = self { path } else { nil } }

  /// The word that `type -t` prints.
  var word: ByteString {
    switch self {
    case .alias: "alias"
    case .reservedWord: "keyword"
    case .function: "function"
    case .builtin: "builtin"
    case .program: "file"
    }
  }

  /// The line that `command -v` prints.
  func brief(_ name: ByteString, in environment: ExecutionEnvironment) -> ByteString {
    switch self {
    case .reservedWord, .function, .builtin: name
    case .alias(let text): "alias " + environment.aliasDefinition(name, text)
    case .program(let path): path
    }
  }

  /// The sentence that `type` and `command -V` print.
  func sentence(_ name: ByteString) -> ByteString {
    switch self {
    case .reservedWord: name + " is a shell keyword"
    case .alias(let text): name + " is an alias for " + text.shellQuoted
    case .function(let definition): name + " is a function\n" + SyntaxPrinter.text(of: definition)
    case .builtin(.special): name + " is a special shell builtin"
    case .builtin: name + " is a shell builtin"
    case .program(let path): name + " is " + path
    }
  }
}

extension BuiltinContext {
  /// The path of the program that the shell would run, absolute unless the name has a slash; `nil` if there is none.
  mutating func programPath(_ name: ByteString, _ lookup: CommandLookup = .all) -> ByteString? {
    guard case .found(let path) = findProgram(name, lookup) else { return nil }
    if name.contains(UInt8(ascii: "/")) { return isProgram(path) ? path : nil }
    return absolute(path)
  }

  /// The paths of all programs of this name.
  fileprivate func programPaths(_ name: ByteString) -> [ByteString] {
    if name.contains(UInt8(ascii: "/")) { return isProgram(name) ? [name] : [] }
    let directories = (environment.value(of: "PATH") ?? "").split(
      separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return directories.compactMap { directory in
      let place = environment.workingDirectory.descriptor
      guard case .found(let path) = ProgramSearch.find(name, in: ByteString(directory), from: place) else { return nil }
      return absolute(path)
    }
  }

  private func isProgram(_ path: ByteString) -> Bool {
    fileStatus(path)?.kind == .regular && allows(.executing, of: path)
  }

  private func absolute(_ path: ByteString) -> ByteString {
    if path.first == UInt8(ascii: "/") { return path }
    guard let directory = environment.workingDirectory.currentPath else {
      return path.hasPrefix("./") ? path : "./" + path
    }
    return directory + (directory == "/" ? "" : "/") + path
  }
}
