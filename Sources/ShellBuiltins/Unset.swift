import ByteStrings
import ShellRuntime

extension Builtin {
  static let unset = Builtin(
    "unset", .special, synopsis: "[-fnv] NAME...",
    help: """
      Unsets variables or functions. Without an option: the variable, or where there is none the function.

        -f  functions
        -n  name references, and not what they name
        -v  variables
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "fnv")
    var kind: Unicode.Scalar?
    var status = ExitStatus.success
    var ofCallers: [NameNumber] = []
    while let option = try options.next() { kind = option.letter }
    for name in options.operands {
      if kind != "f", let element = name.elementName, element.array.isName {
        do throws(VariableError) {
          try context.unset(element: element.subscript, of: element.array)
        } catch {
          throw .variable(error)
        }
        continue
      }
      if kind == "n" {
        do throws(VariableError) { try context.environment.unset(reference: name) } catch { throw .variable(error) }
        continue
      }
      guard name.isName || kind == "f" else { throw .variable(.invalidName(name)) }
      let environment = context.environment
      let isFunction =
        kind == "f" || kind == nil && !environment.isVariable(name) && environment.function(name) != nil
      if !isFunction {
        let number = context.environment.variableOfCaller(name)
        try context.unset(name)
        if let number, !context.environment.isVariable(number) { ofCallers.append(number) }
      } else if !context.environment.removeFunction(name) {
        context.report(arguments, .variable(.readOnlyFunction(name)))
        status = .failure
      }
    }
    return ofCallers.isEmpty ? .status(status) : .uncover(ofCallers, status)
  }
}
