import ByteStrings
import ShellSyntax

/// What an element of an array variable is named by.
package enum ArraySubscript: Sendable, Equatable {
  case index(Int)
  /// Of an associative array.
  case key(ByteString)
}

/// Array variables: the element with the subscript 0 is the variable's value, `VariableStore.arrays` has the others.
extension ExecutionEnvironment {
  /// Why a subscript names no element.
  package enum SubscriptError: Error, Equatable {
    case arithmetic(ArithmeticError, expression: ByteString)
    /// It counts from the end, and there are fewer elements.
    case bad(ByteString)
  }

  /// The element that a subscript names: of an associative array by its text, else by the value of the expression.
  ///
  /// - Parameter count: How many elements there are of an array that only the machine knows.
  package mutating func element(
    _ text: ByteString, of number: NameNumber, count: Int? = nil
  ) throws(SubscriptError) -> ArraySubscript {
    let number = referencedArray(number)
    if isAssociative(number) {
      if text.isEmpty { throw .bad(text) }
      return .key(text)
    }
    var index: Int
    if let literal = text.decimalValue, text.first != UInt8(ascii: "0") || text.count == 1 {
      index = literal
    } else {
      do throws(ArithmeticError) {
        index = try arithmeticValue(of: text)
      } catch {
        throw .arithmetic(error, expression: text)
      }
    }
    if index < 0 { index += count ?? nextIndex(of: number) }
    if index < 0 || index > Self.largestIndex { throw .bad(text) }
    return .index(index)
  }

  /// The largest subscript of an element; `nil` where there is none.
  func lastIndex(of number: NameNumber) -> Int? {
    let number = referencedArray(number)
    if let computed = computedElements(of: number) { return computed.count - 1 }
    if let last = variables[elementsOf: number]?.last, last > 0 { return last }
    return variables[number].isSet ? 0 : nil
  }

  /// The next free index of an indexed array: one behind the last element.
  func nextIndex(of number: NameNumber) -> Int { lastIndex(of: number).map { $0 + 1 } ?? 0 }

  /// Beyond it, an index that counts on could overflow.
  private static let largestIndex = Int.max / 2

  /// The element's value; `nil` where it is unset.
  package func value(of subscript: ArraySubscript, in number: NameNumber) -> ByteString? {
    let number = referencedArray(number)
    if let computed = computedElements(of: number), case .index(let index) = `subscript` {
      return computed.indices.contains(index) ? computed[index] : nil
    }
    switch `subscript` {
    case .index(0), .key("0"): return value(of: number)
    case .index(let index): return variables[elementsOf: number]?[index]
    case .key(let key): return variables[elementsOf: number]?[key]
    }
  }

  /// All elements' values; of a variable that is no array, its own.
  package func values(of number: NameNumber) -> [ByteString] {
    let number = referencedArray(number)
    if let computed = computedElements(of: number) { return computed }
    let variable = variables[number]
    let first = variable.isSet ? [variable.value] : []
    guard let elements = variables[elementsOf: number] else { return first }
    return first + elements.values
  }

  /// How many elements there are; of a variable that is no array, 1 if it is set.
  package func elementCount(of number: NameNumber) -> Int {
    let number = referencedArray(number)
    if let computed = computedElements(of: number) { return computed.count }
    return (variables[number].isSet ? 1 : 0) + (variables[elementsOf: number]?.count ?? 0)
  }

  /// All elements with their subscripts.
  package func elements(of number: NameNumber) -> [(key: ByteString, value: ByteString)] {
    let number = referencedArray(number)
    if let computed = computedElements(of: number) {
      return computed.enumerated().map { (ByteString(decimal: $0), $1) }
    }
    let first = value(of: number).map { [(key: "0" as ByteString, value: $0)] } ?? []
    return first + (variables[elementsOf: number]?.all ?? [])
  }

  /// Assigns an element; a variable that is no array becomes one.
  package mutating func assign(
    _ value: ByteString, to subscript: ArraySubscript, of number: NameNumber, isAppending: Bool = false
  ) throws(VariableError) {
    let number = hasNameReferences ? try assignableArray(number) : number
    let before = isAppending ? self.value(of: `subscript`, in: number) ?? ByteString() : ByteString()
    let value = isAppending ? variables[number].appending(value, to: before) : value
    if case .index(let index) = `subscript`, index > Self.largestIndex {
      throw .badSubscript(ByteString(decimal: index))
    }
    if case .key("") = `subscript` { throw .badSubscript("") }
    if number == .directoryStack, computedElements(of: number) != nil, case .index(let index) = `subscript` {
      // The working directory changes by `cd` only, and no entry is added.
      if index > 0, index <= directoryStack.count { directoryStack[index - 1] = value }
      return
    }
    if variables[elementsOf: number] == nil { variables[elementsOf: number] = .indexed }
    switch `subscript` {
    case .index(0), .key("0"): try assign(value, to: number)
    case .index(let index):
      let value = try converted(value, for: number)
      variables[elementsOf: number]?[index] = value
    case .key(let key):
      let value = try converted(value, for: number)
      variables[elementsOf: number]?[key] = value
    }
  }

  /// The value as the variable's attributes make it; an error if it is read-only.
  mutating func converted(_ value: ByteString, for number: NameNumber) throws(VariableError) -> ByteString {
    let attributes = variables[number].attributes
    if attributes.contains(.readOnly) { throw .readOnly(names.name(of: number)) }
    if attributes.contains(.integer) {
      guard let result = try? arithmeticValue(of: value) else { throw .notANumber(names.name(of: number), value) }
      return ByteString(decimal: result)
    }
    if attributes.isDisjoint(with: [.lowerCase, .upperCase]) { return value }
    let kind: CaseChange.Kind = attributes.contains(.lowerCase) ? .lower : .upper
    return value.changingCase(CaseChange(kind, isOfAll: true), of: nil, decoder: decoder)
  }

  /// Whether there is a variable of the name, set or not.
  package func isVariable(_ name: ByteString) -> Bool {
    names.existingNumber(of: name).map(variables.contains) ?? false
  }

  package func isVariable(_ number: NameNumber) -> Bool { variables.contains(number) }

  package func isAssociative(_ number: NameNumber) -> Bool {
    variables[elementsOf: referencedArray(number)]?.isAssociative == true
  }

  /// Whether it is an array itself: a name reference is none.
  package func isArray(_ number: NameNumber) -> Bool { variables[elementsOf: number] != nil }

  /// Whether it is set and no array, so that it has no last element.
  func isScalar(_ number: NameNumber) -> Bool {
    let number = referencedArray(number)
    return variables[number].isSet && !isArray(number) && computedElements(of: number) == nil
  }

  /// Gives a variable attributes, and takes others from it.
  package mutating func change(
    _ name: ByteString, adding added: Variable.Attributes, removing removed: Variable.Attributes
  ) {
    let number = attributeBearer(name)
    if added.contains(.lowerCase) { variables[number].attributes.remove(.upperCase) }
    if added.contains(.upperCase) { variables[number].attributes.remove(.lowerCase) }
    variables[number].attributes.formUnion(added)
    variables[number].attributes.subtract(removed.subtracting([.readOnly, .set]))
  }

  /// Unsets an element.
  package mutating func unset(_ subscript: ArraySubscript, of number: NameNumber) throws(VariableError) {
    let number = referencedArray(number)
    if variables[number].isReadOnly { throw .readOnly(names.name(of: number)) }
    variables[number].attributes.remove(.declared)
    switch `subscript` {
    case .index(0), .key("0"):
      variables[number].attributes.remove(.set)
      variables[number].value = ByteString()
    case .index(let index): variables[elementsOf: number]?[index] = nil
    case .key(let key): variables[elementsOf: number]?[key] = nil
    }
  }

  /// Makes the variable an array without elements: `a=()`. Its attributes stay.
  package mutating func clearArray(_ number: NameNumber, isAssociative: Bool? = nil) throws(VariableError) {
    let number = referencedArray(number)
    if variables[number].isReadOnly { throw .readOnly(names.name(of: number)) }
    let keepsTexts = isAssociative ?? self.isAssociative(number)
    variables[elementsOf: number] = keepsTexts ? .associative : .indexed
    variables[number].value = ByteString()
    variables[number].attributes.subtract([.set, .declared])
  }

  /// Makes a variable an array, if it is none; its value becomes the first element.
  package mutating func declareArray(_ number: NameNumber, isAssociative: Bool) throws(VariableError) {
    let number = referencedArray(number)
    if let elements = variables[elementsOf: number], elements.isAssociative == isAssociative { return }
    if variables[number].isReadOnly { throw .readOnly(names.name(of: number)) }
    variables[elementsOf: number] = isAssociative ? .associative : .indexed
  }
}

extension ByteString {
  /// The array and the subscript of `name[subscript]`.
  package var elementName: (array: ByteString, subscript: ByteString)? {
    guard last == UInt8(ascii: "]"), let bracket = firstIndex(of: UInt8(ascii: "[")), bracket > 0 else { return nil }
    return (subrange(0..<bracket), subrange(bracket + 1..<count - 1))
  }
}
