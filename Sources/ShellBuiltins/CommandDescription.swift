import ByteStrings
import ShellRuntime
import ShellSyntax

/// What the shell would run under a name: the answer of `command -v`, `command -V` and `type`.
enum CommandDescription {
  case reservedWord
  case alias(ByteString)
  case function
  case builtin(Builtin.Kind)
  /// The program's path.
  case program(ByteString)

  /// Looks in the order in which the shell does.
  init?(_ name: ByteString, in machine: inout Machine, lookup: CommandLookup = .all) {
    if let text = machine.environment.aliases[name] {
      self = .alias(text)
    } else if Keyword(name) != nil {
      self = .reservedWord
    } else if let builtin = machine.shell.builtins[name], builtin.kind == .special {
      self = .builtin(builtin.kind)
    } else if machine.environment.function(name) != nil {
      self = .function
    } else if let builtin = machine.shell.builtins[name] {
      self = .builtin(builtin.kind)
    } else if let path = machine.programPath(name, lookup) {
      self = .program(path)
    } else {
      return nil
    }
  }

  /// `command -v`: what stands for the command, on one line.
  func brief(_ name: ByteString) -> ByteString {
    switch self {
    case .reservedWord, .function, .builtin: name
    case .alias(let text): "alias " + aliasDefinition(name, text)
    case .program(let path): path
    }
  }

  /// `type`, `command -V`.
  func sentence(_ name: ByteString) -> ByteString {
    switch self {
    case .reservedWord: name + " is a reserved word"
    case .alias(let text): name + " is an alias for " + text.shellQuoted
    case .function: name + " is a function"
    case .builtin(.special): name + " is a special builtin"
    case .builtin: name + " is a builtin"
    case .program(let path): name + " is " + path
    }
  }
}

extension Machine {
  /// The absolute path of the program that the shell would run, or what was named with a slash; `nil` if there is none.
  mutating func programPath(_ name: ByteString, _ lookup: CommandLookup = .all) -> ByteString? {
    guard case .found(let path) = findProgram(name, lookup) else { return nil }
    if name.contains(UInt8(ascii: "/")) {
      return fileStatus(path)?.kind == .regular && allows(.executing, of: path) ? path : nil
    }
    return path.first == UInt8(ascii: "/") ? path : environment.workingDirectory.path + "/" + path
  }
}
