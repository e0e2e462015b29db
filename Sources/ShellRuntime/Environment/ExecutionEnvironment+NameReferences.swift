import ByteStrings

/// Name references, `declare -n`: variables that stand for other variables.
///
/// A name reference is a variable that is unset and has the attribute. So reading a variable that is set, and assigning
/// one without attributes, costs what it cost; all else asks `hasNameReferences` first.
extension ExecutionEnvironment {
  /// What a name stands for: a variable, or an element of one. The subscript may be `@` or `*`.
  struct ReferencedVariable {
    var number: NameNumber
    var `subscript`: ByteString?
  }

  /// Follows name references from a variable to one that is none, or that names nothing yet.
  func referenced(by number: NameNumber) throws(VariableError) -> ReferencedVariable {
    var found = ReferencedVariable(number: number)
    // As many as any chain without a circle can have, since each number occurs in it once.
    for _ in 0...names.count {
      let variable = variables[found.number]
      guard variable.isNameReference, !variable.value.isEmpty, found.subscript == nil else { return found }
      let element = variable.value.elementName
      guard let next = names.existingNumber(of: element?.array ?? variable.value) else { return found }
      found = ReferencedVariable(number: next, subscript: element?.subscript)
    }
    throw .circularReference(names.name(of: number))
  }

  /// The variable that an array operation on `number` works on. An element, which has no elements, is the variable of
  /// its whole name, which is always unset.
  @inline(__always)
  func referencedArray(_ number: NameNumber) -> NameNumber { hasNameReferences ? followed(number) : number }

  @inline(never)
  private func followed(_ number: NameNumber) -> NameNumber {
    guard let found = try? referenced(by: number) else { return number }
    guard let `subscript` = found.subscript else { return found.number }
    return names.existingNumber(of: names.name(of: found.number) + "[" + `subscript` + "]") ?? number
  }

  /// The same for assigning an element.
  @inline(never)
  func assignableArray(_ number: NameNumber) throws(VariableError) -> NameNumber {
    let found = try referenced(by: number)
    if found.subscript != nil || variables[found.number].isNameReference {
      throw .invalidReference(names.name(of: found.number))
    }
    return found.number
  }

  /// The variable that a name reference names in the end, for attributes; the variable itself if it is none.
  mutating func attributeBearer(_ name: ByteString) -> NameNumber {
    let number = names.number(of: name)
    return hasNameReferences ? (try? referenced(by: number))?.number ?? number : number
  }

  /// The value of what a name reference names. Its subscript is evaluated in a copy, so it changes nothing.
  @inline(never)
  func valueThroughReference(_ number: NameNumber) -> ByteString? {
    guard let found = try? referenced(by: number), found.number != number else { return nil }
    guard let text = found.subscript else { return value(of: found.number) ?? computedValue(of: found.number) }
    if text == "@" || text == "*" { return values(of: found.number).first }
    var copy = self
    guard let element = try? copy.element(text, of: found.number) else { return nil }
    return value(of: element, in: found.number)
  }

  /// Assigns to what a name reference names; one that names nothing yet gets the value for its name.
  @inline(never)
  mutating func assignThroughReference(_ value: ByteString, _ number: NameNumber) throws(VariableError) {
    let found = try referenced(by: number)
    if let text = found.subscript {
      guard let element = try? element(text, of: found.number) else { throw .badSubscript(text) }
      return try assign(value, to: element, of: found.number)
    }
    if !variables[found.number].isNameReference { return try assign(value, to: found.number) }
    try setReference(value, of: found.number)
  }

  /// The value that a name reference's own text has with what it names: `${!name}`.
  func nameOfReferenced(_ number: NameNumber) -> ByteString? {
    guard variables[number].isNameReference, let found = try? referenced(by: number) else { return nil }
    let name = names.name(of: found.number)
    if let `subscript` = found.subscript { return name + "[" + `subscript` + "]" }
    return found.number == number ? nil : name
  }

  /// Whether the variable is a name reference, for which a `for` loop changes what it names.
  @inline(__always)
  func isNameReference(_ number: NameNumber) -> Bool { hasNameReferences && variables[number].isNameReference }

  /// Whether the variable is a name reference that names something: `test -R`.
  package func isReference(_ name: ByteString) -> Bool {
    let variable = variable(name)
    return variable.isNameReference && !variable.value.isEmpty
  }

  /// Makes a name reference name something else.
  mutating func setReference(_ target: ByteString, of number: NameNumber) throws(VariableError) {
    guard target.isName || target.elementName?.array.isName == true else { throw .invalidReference(target) }
    if variables[number].isReadOnly { throw .readOnly(names.name(of: number)) }
    if target == names.name(of: number) { throw .circularReference(target) }
    // So that following finds the number of what has never been assigned.
    _ = names.number(of: target)
    if let array = target.elementName?.array { _ = names.number(of: array) }
    variables[number].value = target
  }

  /// Makes a variable a name reference. Without `target` its value becomes the name.
  package mutating func makeReference(_ name: ByteString, to target: ByteString?) throws(VariableError) {
    let number = names.number(of: name)
    let before = variables[number]
    if before.isReadOnly { throw .readOnly(name) }
    if isArray(number) { throw .referenceIsArray(name) }
    if let target {
      try setReference(target, of: number)
    } else if before.isSet {
      try setReference(before.value, of: number)
    }
    variables[number].attributes.insert(.nameReference)
    variables[number].attributes.subtract([.set, .integer, .lowerCase, .upperCase])
    hasNameReferences = true
  }

  /// Turns a name reference into a variable whose value is the name.
  package mutating func endReference(_ name: ByteString) {
    let number = names.number(of: name)
    guard variables[number].isNameReference else { return }
    variables[number].attributes.remove(.nameReference)
    if !variables[number].value.isEmpty { variables[number].attributes.insert(.set) }
  }

  /// Unsets what a name reference names.
  mutating func unsetThroughReference(_ number: NameNumber) throws(VariableError) {
    let found = try referenced(by: number)
    guard let text = found.subscript, text != "@", text != "*" else { return try unset(found.number) }
    guard let element = try? element(text, of: found.number) else { throw .badSubscript(text) }
    try unset(element, of: found.number)
  }
}
