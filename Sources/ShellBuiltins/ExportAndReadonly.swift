import ByteStrings
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let export = Builtin(
    "export", .special, synopsis: "[-p] [NAME[=VALUE]...]",
    help: """
      Gives the variables to the environment of programs, and assigns VALUE.

        -p  lists the exported variables as commands; so does `export` alone
      """
  ) { context, arguments throws(BuiltinError) in try mark(&context, arguments, .exported) }

  static let readonly = Builtin(
    "readonly", .special, synopsis: "[-p] [NAME[=VALUE]...]",
    help: """
      Assigns VALUE, and makes the variables ones that cannot be assigned or unset any more.

        -p  lists the read-only variables as commands; so does `readonly` alone
      """
  ) { context, arguments throws(BuiltinError) in try mark(&context, arguments, .readOnly) }
}

private func mark(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ attribute: Variable.Attributes
) throws(BuiltinError) -> BuiltinResult {
  // Whether it is an array need not be said.
  var options = OptionReader(arguments, attribute == .readOnly ? "aAp" : "p")
  var lists = false
  while let option = try options.next() { if option.letter == "p" { lists = true } }
  if lists || options.index >= arguments.count {
    list(&context, arguments.name, attribute)
    return .status(.success)
  }
  for operand in options.operands {
    let name = operand.subrange(0..<(operand.firstIndex(of: UInt8(ascii: "=")) ?? operand.count))
    guard name.isName else { throw .variable(.invalidName(name)) }
    if name.count < operand.count { try context.assign(operand.dropping(first: name.count + 1), to: name) }
    context.environment.mark(name, attribute)
  }
  return .status(.success)
}

/// `export x='a b'`: what the shell reads again.
private func list(_ context: inout BuiltinContext, _ command: ByteString, _ attribute: Variable.Attributes) {
  for (name, variable) in context.environment.sortedVariables where variable.attributes.contains(attribute) {
    var line = command + " " + name
    if variable.isSet { line += "=" + variable.value.shellQuoted }
    context.write(line + "\n")
  }
}

extension BuiltinContext {
  /// Assigns to a variable or an element; a read-only variable is the builtin's error.
  mutating func assign(_ value: ByteString, to name: ByteString) throws(BuiltinError) {
    do throws(VariableError) {
      if let element = name.elementName {
        try assign(value, toElement: element.subscript, of: environment.number(of: element.array))
      } else {
        try environment.assign(value, to: name)
      }
    } catch {
      throw .variable(error)
    }
  }

  /// Unsets; a read-only variable is the builtin's error.
  mutating func unset(_ name: ByteString) throws(BuiltinError) {
    do throws(VariableError) { try environment.unset(name) } catch { throw .variable(error) }
  }
}
