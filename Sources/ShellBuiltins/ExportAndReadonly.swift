import ByteStrings
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let export = Builtin(
    "export", .special, synopsis: "[-fnp] [NAME[=VALUE]...]",
    help: """
      Gives the variables to the environment of programs, and assigns VALUE.

        -f  functions, for shells that read them there
        -n  takes them away from there
        -p  lists the exported variables as commands; so does `export` alone
      """
  ) { context, arguments throws(BuiltinError) in try MarkRequest(arguments, .exported).perform(&context) }

  static let readonly = Builtin(
    "readonly", .special, synopsis: "[-aAfp] [NAME[=VALUE]...]",
    help: """
      Assigns VALUE, and makes the variables ones that cannot be assigned or unset any more.

        -a  indexed arrays               -A  associative arrays
        -f  functions
        -p  lists the read-only variables as commands; so does `readonly` alone
      """
  ) { context, arguments throws(BuiltinError) in try MarkRequest(arguments, .readOnly).perform(&context) }
}

enum FunctionError: WordedError {
  case notAFunction(ByteString)
  case notByDeclaration(ByteString)
}

extension BuiltinError {
  static func function(_ error: FunctionError) -> Self { Self(error) }
}

/// What a call of `export` or `readonly` asks for.
private struct MarkRequest {
  private let arguments: Arguments
  private let attribute: Variable.Attributes
  private var lists = false
  private var isOfFunctions = false
  private var isTakenAway = false
  /// Whether they become arrays, and of which kind.
  private var isAssociative: Bool?
  private let operands: [ByteString]

  init(_ arguments: Arguments, _ attribute: Variable.Attributes) throws(BuiltinError) {
    self.arguments = arguments
    self.attribute = attribute
    var options = OptionReader(arguments, attribute == .readOnly ? "aAfp" : "fnp")
    while let option = try options.next() {
      switch option.letter {
      case "f": isOfFunctions = true
      case "n": isTakenAway = true
      case "a": isAssociative = isAssociative ?? false
      case "A": isAssociative = true
      default: lists = true
      }
    }
    operands = Array(options.operands)
  }

  func perform(_ context: inout BuiltinContext) throws(BuiltinError) -> BuiltinResult {
    if lists || operands.isEmpty {
      if isOfFunctions { listFunctions(&context) } else { list(&context) }
      return .status(.success)
    }
    if isOfFunctions { return markFunctions(&context) }
    for operand in operands { try mark(operand, &context) }
    return .status(.success)
  }

  private func mark(_ operand: ByteString, _ context: inout BuiltinContext) throws(BuiltinError) {
    let operand = DeclarationOperand(operand)
    let name = operand.name
    guard name.isName else { throw .variable(.invalidName(name)) }
    if let isAssociative {
      do throws(VariableError) {
        try context.environment.declareArray(context.environment.number(of: name), isAssociative: isAssociative)
      } catch { throw .variable(error) }
    }
    if let value = operand.value {
      let variable = context.environment.referencedVariable(name)
      try context.assign(operand.isAppending ? variable.appending(value) : value, to: name)
    }
    if isTakenAway {
      context.environment.change(name, adding: [], removing: attribute)
    } else {
      context.environment.mark(name, attribute)
    }
  }

  private func markFunctions(_ context: inout BuiltinContext) -> BuiltinResult {
    var status = ExitStatus.success
    for name in operands {
      let isKnown =
        attribute == .readOnly
        ? context.environment.mark(function: name, isReadOnly: true)
        : context.environment.mark(function: name, isExported: !isTakenAway)
      if isKnown { continue }
      context.report(arguments, .function(.notAFunction(name)))
      status = .failure
    }
    return .status(status)
  }

  /// `export x='a b'`: what the shell reads again.
  private func list(_ context: inout BuiltinContext) {
    for (name, variable) in context.environment.sortedVariables where variable.attributes.contains(attribute) {
      var line = arguments.name + " " + name
      if variable.isSet { line += "=" + context.environment.listed(variable.value) }
      context.write(line + "\n")
    }
  }

  private func listFunctions(_ context: inout BuiltinContext) {
    for (name, function) in context.environment.sortedFunctions {
      guard attribute == .readOnly ? function.isReadOnly : function.isExported else { continue }
      context.write(SyntaxPrinter.text(of: function.definition) + "\n" + function.declaration(of: name))
    }
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
