import ByteStrings
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let declare = Builtin(
    "declare", synopsis: "[-aAfFgilnprtux] [+ilnux] [NAME[=VALUE]...]", help: declareHelp
  ) { context, arguments throws(BuiltinError) in
    try Declaration(arguments, isLocal: context.environment.isInFunction).perform(&context)
  }

  static let typeset = Builtin(
    "typeset", synopsis: "[-aAfFgilnprtux] [+ilnux] [NAME[=VALUE]...]", help: "As `declare`."
  ) { context, arguments throws(BuiltinError) in
    try Declaration(arguments, isLocal: context.environment.isInFunction).perform(&context)
  }

  static let local = Builtin(
    "local", .regular, synopsis: "[-aAilnrtux] [-] NAME[=VALUE]...",
    help: """
      Makes the variables local to the function that runs and to what it calls, and assigns VALUE; without it they
      are unset. When the function ends they are what they were before. One that is local already keeps its value.
      Not in POSIX, but in most shells. The options are those of `declare`. A `-` in front of the names makes the
      options of `set` local, but for emacs, monitor, noexec, posix and vi.
      """
  ) { context, arguments throws(BuiltinError) in
    guard context.environment.isInFunction else { throw .local(.notInFunction) }
    if try declarePlainly(&context, arguments) { return .status(.success) }
    return try Declaration(arguments, isLocal: true).perform(&context)
  }

  private static let declareHelp = """
    Gives variables attributes, and assigns VALUE; in a function it makes them local. Without a NAME, lists what has the
    attributes.

      -a  indexed array                   -A  associative array
      -i  integer: values are arithmetic  -l  lower case        -u  upper case
      -r  read-only                       -x  exported
      -n  name reference: NAME stands for the variable, or the name[subscript], that VALUE names
      -g  not local in a function
      -p  lists the NAMEs as commands, with attributes
      -f  lists functions                 -F  lists their names
      A + takes an attribute away; -t is accepted.
    """
}

enum LocalError: WordedError {
  case notInFunction
}

extension BuiltinError {
  static func local(_ error: LocalError) -> Self { Self(error) }
}

enum DeclareError: WordedError {
  case notFound(ByteString)
}

extension BuiltinError {
  static func declare(_ error: DeclareError) -> Self { Self(error) }
}

/// Does what nearly every call of `local` asks for: names and values, no options and no elements. `false` where there is
/// more to it, and then nothing was done.
private func declarePlainly(_ context: inout BuiltinContext, _ arguments: Arguments) throws(BuiltinError) -> Bool {
  let operands = arguments.dropFirst(1)
  for operand in operands where !operand.isPlainDeclaration { return false }
  for operand in operands {
    let operand = DeclarationOperand(operand)
    do throws(VariableError) {
      try context.environment.declareLocal(operand.name, value: operand.value)
    } catch {
      throw .variable(error)
    }
  }
  return true
}

/// What a call of `declare`, `typeset` or `local` asks for.
private struct Declaration {
  private enum Listing { case none, variables, functions, functionNames }

  private let arguments: Arguments
  private var isLocal: Bool
  private var added: Variable.Attributes = []
  private var removed: Variable.Attributes = []
  private var isArray = false
  private var isAssociative = false
  private var listing = Listing.none
  private var isPrinted = false
  private var isTraced = false
  /// `local -`.
  private var isOfOptions = false
  private var operands: [ByteString] = []

  init(_ arguments: Arguments, isLocal: Bool) throws(BuiltinError) {
    self.arguments = arguments
    self.isLocal = isLocal
    var options = OptionReader(arguments, "aAfFgilnprtux")
    while true {
      if let letters = options.lettersToRemove {
        for letter in letters { removed.formUnion(Self.attribute(letter) ?? []) }
        options.skipField()
      } else if let option = try options.next() {
        add(option.letter)
      } else {
        break
      }
    }
    operands = Array(options.operands)
    if arguments.name == "local", options.index < arguments.count, operands.first == "-" { isOfOptions = true }
  }

  private mutating func add(_ letter: Unicode.Scalar) {
    switch letter {
    case "a": isArray = true
    case "A": isAssociative = true
    case "f": listing = .functions
    case "F": listing = .functionNames
    case "g": isLocal = false
    case "t": isTraced = true
    case "p":
      isPrinted = true
      if listing == .none { listing = .variables }
    default: added.formUnion(Self.attribute(UInt8(ascii: letter)) ?? [])
    }
  }

  private static func attribute(_ letter: UInt8) -> Variable.Attributes? {
    switch letter {
    case UInt8(ascii: "i"): .integer
    case UInt8(ascii: "l"): .lowerCase
    case UInt8(ascii: "u"): .upperCase
    case UInt8(ascii: "n"): .nameReference
    case UInt8(ascii: "r"): .readOnly
    case UInt8(ascii: "x"): .exported
    default: nil
    }
  }

  func perform(_ context: inout BuiltinContext) throws(BuiltinError) -> BuiltinResult {
    switch listing {
    case .functions, .functionNames:
      return attributesOfFunctions.isEmpty && !isTraced || operands.isEmpty || isPrinted
        ? listFunctions(&context) : try markFunctions(&context)
    case .variables: return listVariables(&context)
    case .none where operands.isEmpty: return listVariables(&context)
    case .none: break
    }
    if isOfOptions { context.environment.declareLocalOptions() }
    for operand in operands.dropFirst(isOfOptions ? 1 : 0) { try declare(operand, &context) }
    return .status(.success)
  }

  private func declare(_ operand: ByteString, _ context: inout BuiltinContext) throws(BuiltinError) {
    let operand = DeclarationOperand(operand)
    let (name, value) = (operand.name, operand.value)
    let element = name.elementName
    let variable = element?.array ?? name
    guard variable.isName else { throw .variable(.invalidName(name)) }
    do throws(VariableError) {
      if isLocal { try context.environment.declareLocal(variable, value: nil) }
      if added.union(removed).contains(.nameReference) {
        return try changeReference(
          name, value, isArray: isArray || isAssociative || element != nil, &context.environment)
      }
      let number = context.environment.number(of: variable)
      if value == nil, !context.environment.isVariable(variable) { context.environment.mark(variable, .declared) }
      if isArray || isAssociative || element != nil {
        try context.environment.declareArray(
          number, isAssociative: isAssociative || context.environment.isAssociative(number))
      }
      context.environment.change(variable, adding: added.subtracting(.readOnly), removing: removed)
      if let value {
        if let element {
          try context.assign(value, toElement: element.subscript, of: number, operand.isAppending)
        } else {
          let added = operand.isAppending ? context.environment.referencedVariable(variable).appending(value) : value
          try context.environment.assign(added, to: variable)
        }
      }
      if added.contains(.readOnly) { context.environment.mark(variable, .readOnly) }
    } catch {
      throw .variable(error)
    }
  }

  /// Makes the variable a name reference, or takes that away from it.
  private func changeReference(
    _ name: ByteString, _ value: ByteString?, isArray: Bool, _ environment: inout ExecutionEnvironment
  ) throws(VariableError) {
    if isArray { throw .referenceIsArray(name) }
    if added.contains(.nameReference) {
      try environment.makeReference(name, to: value)
    } else {
      environment.endReference(name)
      if let value { try environment.assign(value, to: name) }
    }
    if added.contains(.readOnly) { environment.mark(reference: name, .readOnly) }
  }

  // MARK: Listing

  private var attributesOfFunctions: Variable.Attributes {
    added.union(removed).intersection([.exported, .readOnly])
  }

  private func markFunctions(_ context: inout BuiltinContext) throws(BuiltinError) -> BuiltinResult {
    var status = ExitStatus.success
    for name in operands {
      if name.contains(UInt8(ascii: "=")) { throw .function(.notByDeclaration(name)) }
      let isExported = added.contains(.exported) ? true : removed.contains(.exported) ? false : nil
      let isReadOnly = added.contains(.readOnly) ? true : nil
      if !context.environment.mark(function: name, isReadOnly: isReadOnly, isExported: isExported) {
        status = .failure
      }
    }
    return .status(status)
  }

  private func listFunctions(_ context: inout BuiltinContext) -> BuiltinResult {
    var status = ExitStatus.success
    let names = operands.isEmpty ? context.environment.sortedFunctions.map(\.name) : operands
    for name in names {
      guard let function = context.environment.function(name) else {
        status = .failure
        continue
      }
      if operands.isEmpty, !attributesOfFunctions.isSubset(of: function.attributes) { continue }
      let isNamed = !operands.isEmpty && !isPrinted
      if listing == .functionNames {
        context.write(isNamed ? name + "\n" : function.declaration(of: name))
      } else {
        context.write(SyntaxPrinter.text(of: function.definition) + "\n")
        if !isNamed, !function.attributes.isEmpty { context.write(function.declaration(of: name)) }
      }
    }
    return .status(status)
  }

  private func listVariables(_ context: inout BuiltinContext) -> BuiltinResult {
    var status = ExitStatus.success
    if operands.isEmpty {
      for (name, variable) in context.environment.sortedVariables where isWanted(name, variable, &context) {
        context.write(context.environment.declaration(of: name))
      }
    }
    for name in operands {
      if context.environment.isVariable(name) {
        context.write(context.environment.declaration(of: name))
      } else {
        context.report(arguments, .declare(.notFound(name)))
        status = .failure
      }
    }
    return .status(status)
  }

  private func isWanted(_ name: ByteString, _ variable: Variable, _ context: inout BuiltinContext) -> Bool {
    let number = context.environment.number(of: name)
    if isAssociative || isArray {
      return context.environment.isArray(number) && context.environment.isAssociative(number) == isAssociative
    }
    return added.isSubset(of: variable.attributes)
  }
}

extension OptionReader {
  /// The letters of the field that is next, if it takes attributes away: `+ix`.
  fileprivate var lettersToRemove: ByteString? {
    guard let field = nextField, field.count > 1, field.first == UInt8(ascii: "+") else { return nil }
    return field.dropping(first: 1)
  }
}

extension ByteString {
  /// Whether it is a name, or begins with a name and `=`.
  fileprivate var isPlainDeclaration: Bool {
    guard let first, first.isNameStart else { return false }
    let end = firstIndex { !$0.isNameByte }
    return end.map { self[$0] == UInt8(ascii: "=") } ?? true
  }

  /// Whether it is a name or `name[subscript]`.
  var isVariableName: Bool { isName || elementName?.array.isName == true }
}

extension Function {
  fileprivate var attributes: Variable.Attributes {
    Variable.Attributes(isReadOnly ? [.readOnly] : []).union(isExported ? .exported : [])
  }

  /// A command that gives it its attributes: `declare -fx name`.
  func declaration(of name: ByteString) -> ByteString {
    "declare -f" + (isReadOnly ? "r" : "") + (isExported ? "x" : "") + " " + name + "\n"
  }
}
