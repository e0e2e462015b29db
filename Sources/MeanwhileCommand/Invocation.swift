import ByteStrings
import ShellRuntime
import ShellSyntax

/// The command line of the shell: POSIX.1-2024 `sh`, and the options that only this shell has.
struct Invocation {
  enum Input: Equatable {
    case standardInput
    case file(ByteString)
    case commands(ByteString)
    case help
    case version
  }

  var input = Input.standardInput
  // `[]` would make the Swift runtime search all conformances of the program, which slows the start.
  var options = ShellOptions(rawValue: 0)
  /// Options that were cleared last with `+`. A terminal or `-i` must not set them.
  var cleared = ShellOptions(rawValue: 0)
  /// `$0`.
  var name: ByteString
  /// `$1`, `$2`, …
  var parameters: [ByteString] = []
  var usesVirtualTime = false
  var isLogin = false

  init(_ words: [ByteString]) throws(InvocationError) {
    name = words.first ?? "meanwhile"
    isLogin = name.first == UInt8(ascii: "-")
    if Self.baseName(name) == "sh" { options.insert(.posix) }
    var reader = Reader(words: words)
    var wantsCommands = false
    var wantsStandardInput = false
    while let word = reader.nextOption() {
      switch word {
      case "--help": input = .help
      case "--version": input = .version
      case "--virtual-time": usesVirtualTime = true
      case "--login": isLogin = true
      case "--posix": options.insert(.posix)
      default: try set(word, &reader, &wantsCommands, &wantsStandardInput)
      }
    }
    try readOperands(reader.operands, wantsCommands, wantsStandardInput)
  }

  private static func baseName(_ path: ByteString) -> ByteString {
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let name = path.dropping(first: start)
    return name.first == UInt8(ascii: "-") ? name.dropping(first: 1) : name
  }

  private mutating func set(
    _ word: ByteString, _ reader: inout Reader, _ wantsCommands: inout Bool, _ wantsStandardInput: inout Bool
  ) throws(InvocationError) {
    if word.hasPrefix("--") { throw .unknownOption(word) }
    let isSet = word[0] == UInt8(ascii: "-")
    for index in 1..<word.count {
      let letter = word[index]
      switch letter {
      // `+c` has no meaning of its own; it is treated as `-c`, as in dash and bash.
      case UInt8(ascii: "c"): wantsCommands = true
      case UInt8(ascii: "s"): wantsStandardInput = isSet
      case UInt8(ascii: "i"): change(.interactive, isSet)
      case UInt8(ascii: "l"): isLogin = isSet
      case UInt8(ascii: "O"):
        guard let name = reader.nextWord() else { throw .missingArgument(word) }
        try changeShopt(name, isSet)
      case UInt8(ascii: "o"):
        guard let name = reader.nextWord() else { throw .missingArgument(word) }
        guard let entry = ShellOptions.table.first(where: { $0.name == name }) else { throw .unknownOption(name) }
        change(entry.option, isSet)
      default:
        guard let entry = ShellOptions.table.first(where: { $0.letter == letter }) else {
          throw .unknownOption(ByteString([word[0], letter]))
        }
        change(entry.option, isSet)
      }
    }
  }

  /// Sets or clears an option of `shopt`.
  private mutating func changeShopt(_ name: ByteString, _ isSet: Bool) throws(InvocationError) {
    guard let entry = ShellOptions.shoptTable.first(where: { $0.name == name }) else { throw .unknownOption(name) }
    switch entry.state {
    case .option(let option, let isOpposite): options.change(option, to: isSet != isOpposite)
    case .fixed(isOn: isSet): break
    case .fixed, .loginShell: throw .fixedOption(name)
    }
  }

  /// Sets or clears an option; the last occurrence on the command line counts.
  private mutating func change(_ option: ShellOptions, _ isSet: Bool) {
    options.change(option, to: isSet)
    if isSet { cleared.remove(option) } else { cleared.insert(option) }
  }

  private mutating func readOperands(
    _ operands: [ByteString], _ wantsCommands: Bool, _ wantsStandardInput: Bool
  ) throws(InvocationError) {
    if input != .standardInput { return }
    var rest = operands[...]
    if wantsCommands {
      guard let text = rest.popFirst() else { throw .missingArgument("-c") }
      input = .commands(text)
      options.insert(.commandString)
      if let first = rest.popFirst() { name = first }
    } else if !wantsStandardInput, let file = rest.popFirst() {
      input = .file(file)
      name = file
    } else {
      options.insert(.standardInput)
    }
    parameters = Array(rest)
  }

  /// The words of the command line, options first.
  private struct Reader {
    let words: [ByteString]
    var index = 1

    /// The next word if it is an option; `--` and `-` end them, a lone `+` is an option without letters.
    mutating func nextOption() -> ByteString? {
      guard index < words.count, let first = words[index].first else { return nil }
      guard first == UInt8(ascii: "-") && words[index].count > 1 || first == UInt8(ascii: "+") else {
        if words[index] == "-" { index += 1 }
        return nil
      }
      index += 1
      return words[index - 1] == "--" ? nil : words[index - 1]
    }

    mutating func nextWord() -> ByteString? {
      guard index < words.count else { return nil }
      index += 1
      return words[index - 1]
    }

    var operands: [ByteString] { Array(words[min(index, words.count)...]) }
  }

  static let help = """
    usage: meanwhile [OPTION]... [FILE [ARGUMENT]...]
           meanwhile [OPTION]... -c COMMANDS [NAME [ARGUMENT]...]
           meanwhile [OPTION]... -s [ARGUMENT]...

    A shell whose background jobs are coroutines: they advance exactly while something
    runs in the foreground. Without FILE and -c, commands come from standard input.

      -c               take the commands from the first operand
      -i               interactive: prompt and report jobs, also without a terminal
      -l, --login      read the profile files first
      -s               take the commands from standard input
      -abCeEfhmnTuvx, -o NAME
                       set options as `set` does
      +abCeEfhilmnsTuvx, +o NAME
                       clear options; with +i also a terminal makes no interactive shell
      -O NAME, +O NAME set and clear options as `shopt` does
      --posix          do what POSIX says where this shell differs
      --virtual-time   a clock that jumps: when nothing is ready, the next deadline is now
      --help           print this and exit
      --version        print the version and exit

    Inside, `help` lists the builtins and `help NAME` explains one.

    """
}

/// Why the command line could not be understood.
enum InvocationError: Error, Equatable {
  case unknownOption(ByteString)
  case missingArgument(ByteString)
  /// An option of `shopt` that cannot be changed.
  case fixedOption(ByteString)

  var message: ByteString {
    switch self {
    case .unknownOption(let option): option.visible + ": no such option; try --help"
    case .fixedOption(let option): option.visible + ": cannot be changed; see `help shopt`"
    case .missingArgument(let option): option.visible + ": an argument is expected; try --help"
    }
  }
}
