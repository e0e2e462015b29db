import ByteStrings
import ShellSyntax

/// Array variables.
extension Machine {
  /// Makes the text on top of the stack a subscript: the number that the expression has, or the key. Where a value is
  /// asked for, one that counts back beyond the first element names none, which is reported.
  mutating func makeSubscript(of number: NameNumber, isOfValue: Bool) -> ControlFlow {
    let text = operands.popText()
    do throws(ExecutionEnvironment.SubscriptError) {
      if isOfValue, text.first == UInt8(ascii: "-"), environment.isScalar(number) { throw .bad(text) }
      switch try element(text, of: number) {
      case .index(let index): operands.texts.append(ByteString(decimal: index))
      case .key(let key): operands.texts.append(key)
      }
      return .next
    } catch {
      guard isOfValue, case .bad = error else { return subscriptError(error) }
      report(.badSubscript(text))
      operands.texts.append("-1")
      return .next
    }
  }

  private mutating func subscriptError(_ error: ExecutionEnvironment.SubscriptError) -> ControlFlow {
    switch error {
    case .arithmetic(let error, let expression): expansionError(.arithmetic(error, expression: expression))
    case .bad(let text): expansionError(.badSubscript(text))
    }
  }

  /// Takes from the stack what `makeSubscript` has put there.
  mutating func popSubscript(of number: NameNumber) -> ArraySubscript {
    let text = operands.popText()
    return environment.isAssociative(number) ? .key(text) : .index(text.decimalValue ?? 0)
  }

  /// The value of the element whose subscript is on top of the stack.
  mutating func elementValue(of number: NameNumber) -> ByteString? {
    let `subscript` = popSubscript(of: number)
    return value(of: `subscript`, in: number)
  }

  /// The values that a parameter stands for, if it stands for a list, and whether they are joined where they are quoted.
  @inline(__always)
  func list(of parameter: Routine.CompiledParameter) -> (values: [ByteString], isJoined: Bool)? {
    parameter.isList ? valuesOfList(parameter) : nil
  }

  @inline(never)
  private func valuesOfList(_ parameter: Routine.CompiledParameter) -> (values: [ByteString], isJoined: Bool)? {
    switch parameter {
    case .special(UInt8(ascii: "@")): (Array(environment.positionalParameters.all), false)
    case .special(UInt8(ascii: "*")): (Array(environment.positionalParameters.all), true)
    case .elements(let number, let isJoined): (values(of: number), isJoined)
    default: nil
    }
  }

  mutating func appendAllElements(_ parameter: Routine.CompiledParameter, _ flags: Instruction.Flags) -> ControlFlow {
    guard let list = list(of: parameter) else { return .next }
    appendList(list.values, isJoined: list.isJoined, flags)
    return .next
  }

  mutating func appendSubscripts(of number: NameNumber, isJoined: Bool, _ flags: Instruction.Flags) {
    appendList(subscripts(of: number), isJoined: isJoined, flags)
  }

  /// Adds a list's values: as fields or, where it is joined and quoted, as one text.
  mutating func appendList(_ values: [ByteString], isJoined: Bool, _ flags: Instruction.Flags) {
    if isJoined, flags.contains(.quoted) || flags.contains(.text) {
      if flags.contains(.quoted), !flags.contains(.text) { operands.word.markQuotedEmpty() }
      return append(joined(values), flags)
    }
    appendList(values, flags)
  }

  // MARK: Assigning

  mutating func assignElement(of number: NameNumber, isAppending: Bool) -> ControlFlow {
    let value = operands.popText()
    let `subscript` = popSubscript(of: number)
    do throws(VariableError) {
      try environment.assign(value, to: `subscript`, of: number, isAppending: isAppending)
      return .next
    } catch {
      return expansionError(.variable(error))
    }
  }

  /// Stands for a subscript in front of a word that has none; no word contains it.
  private static let noSubscript: ByteString = "\0"

  mutating func takeArrayWords() {
    for field in operands.takeCommand() {
      operands.fields.append(Self.noSubscript)
      operands.fields.append(field)
    }
  }

  mutating func assignArray(to number: NameNumber, isAppending: Bool) -> ControlFlow {
    let fields = operands.takeCommand()
    do throws(VariableError) {
      if !isAppending { try environment.clearArray(number) }
      return environment.isAssociative(number)
        ? try assignKeys(fields, to: number)
        : try assignIndices(fields, to: number)
    } catch {
      return expansionError(.variable(error))
    }
  }

  private mutating func assignIndices(_ fields: [ByteString], to number: NameNumber) throws(VariableError)
    -> ControlFlow
  {
    var next = environment.nextIndex(of: number)
    for place in stride(from: 0, to: fields.count, by: 2) {
      if fields[place] != Self.noSubscript {
        do throws(ExecutionEnvironment.SubscriptError) {
          guard case .index(let index) = try environment.element(fields[place], of: number) else { continue }
          next = index
        } catch {
          return subscriptError(error)
        }
      }
      try environment.assign(fields[place + 1], to: .index(next), of: number)
      next += 1
    }
    return .next
  }

  /// Words without subscripts are keys and values by turns.
  private mutating func assignKeys(_ fields: [ByteString], to number: NameNumber) throws(VariableError) -> ControlFlow {
    var key: ByteString?
    for place in stride(from: 0, to: fields.count, by: 2) {
      let known = fields[place] != Self.noSubscript ? fields[place] : key
      if let known {
        try environment.assign(fields[place + 1], to: .key(known), of: number)
        key = nil
      } else {
        key = fields[place + 1]
      }
    }
    if let key { try environment.assign("", to: .key(key), of: number) }
    return .next
  }
}
