import ByteStrings
import ShellSyntax

extension ExecutionEnvironment {
  package func function(_ name: ByteString) -> Function? {
    guard let number = names.existingNumber(of: name) else { return nil }
    return function(number)
  }

  @inline(__always) func function(_ number: NameNumber) -> Function? {
    Int(number.index) < functions.count ? functions[Int(number.index)] : nil
  }

  /// Defines a function. One that is defined anew keeps its attributes; `false` if it is read-only.
  mutating func define(_ function: Function, as number: NameNumber) -> Bool {
    while functions.count <= Int(number.index) { functions.append(nil) }
    guard let before = functions[Int(number.index)], before.isReadOnly || before.isExported else {
      functions[Int(number.index)] = function
      return true
    }
    if before.isReadOnly { return false }
    functions[Int(number.index)] = function.with(isReadOnly: false, isExported: true)
    return true
  }

  /// Changes a function's attributes, where they are not `nil`; `false` if there is none of this name.
  package mutating func mark(function name: ByteString, isReadOnly: Bool? = nil, isExported: Bool? = nil) -> Bool {
    guard let number = names.existingNumber(of: name), let function = function(number) else { return false }
    functions[Int(number.index)] = function.with(
      isReadOnly: function.isReadOnly || isReadOnly == true, isExported: isExported ?? function.isExported)
    return true
  }

  /// Removes a function, if there is one; `false` if it is read-only.
  package mutating func removeFunction(_ name: ByteString) -> Bool {
    guard let number = names.existingNumber(of: name), let function = function(number) else { return true }
    if function.isReadOnly { return false }
    functions[Int(number.index)] = nil
    return true
  }

  /// Every function, sorted by name.
  package var sortedFunctions: [(name: ByteString, function: Function)] {
    var result: [(name: ByteString, function: Function)] = []
    for (index, function) in functions.enumerated() {
      if let function { result.append((names.name(of: NameNumber(Int32(index))), function)) }
    }
    return result.sorted { $0.name < $1.name }
  }
}

// MARK: - In the environment of programs

extension ExecutionEnvironment {
  /// The names of exported functions as programs see them, `BASH_FUNC_name%%`, and their texts.
  var exportedFunctions: [(name: ByteString, value: ByteString)] {
    var result: [(name: ByteString, value: ByteString)] = []
    for (index, function) in functions.enumerated() {
      guard let text = function?.exportedText else { continue }
      result.append((Self.functionPrefix + names.name(of: NameNumber(Int32(index))) + Self.functionSuffix, text))
    }
    return result
  }

  /// The function that a variable of the process stands for by its name.
  static func functionName(of variable: ByteString) -> ByteString? {
    guard variable.hasPrefix(functionPrefix), variable.hasSuffix(functionSuffix) else { return nil }
    return variable.subrange(functionPrefix.count..<variable.count - functionSuffix.count)
  }

  private static let functionPrefix: ByteString = "BASH_FUNC_"
  private static let functionSuffix: ByteString = "%%"

  /// Defines a function by the value of such a variable. The value must be the body of one function and nothing else,
  /// so that nothing runs. What does not begin as the body of a function is passed over, as in bash.
  ///
  /// - Returns: `false` if it is no function.
  mutating func importFunction(_ name: ByteString, _ value: ByteString) -> Bool {
    guard value.hasPrefix("() {") else { return true }
    guard !name.contains(UInt8(ascii: "/")), let definition = Self.definition(name + " " + value),
      definition.name == name, enabledBuiltin(name)?.kind != .special
    else { return false }
    let item = ListItem(AndOrList(Pipeline([.function(definition)])))
    let routine = Compiler.compile(List([item]), in: &self, source: "environment")
    let function = routine.functions[0].with(isReadOnly: false, isExported: true)
    return define(function, as: names.number(of: name))
  }

  /// The function that a text defines, if it does nothing else.
  private static func definition(_ text: ByteString) -> FunctionDefinition? {
    var parser = Parser(text)
    guard case .command(let command) = parser.parseCompleteCommand(), command.list.items.count == 1,
      let item = command.list.items.first, !item.isAsynchronous, item.andOr.rest.isEmpty
    else { return nil }
    let pipeline = item.andOr.first
    guard pipeline.elements.count == 1, !pipeline.isNegated, pipeline.timing == nil,
      case .function(let definition) = pipeline.elements[0], case .endOfInput = parser.parseCompleteCommand()
    else { return nil }
    return definition
  }
}
