import ByteStrings
import ShellSyntax

/// Variables as `declare -p` and the expansions `${x@A}`, `@a`, `@K` and `@k` write them.
extension ExecutionEnvironment {
  /// A command that makes a variable what it is: `declare -ix name="3"`.
  package mutating func declaration(of name: ByteString) -> ByteString {
    let number = number(of: name)
    let variable = variable(name)
    let letters = attributeLetters(of: number)
    var line = "declare -" + (letters.isEmpty ? "-" : letters) + " " + name
    if isArray(number) {
      if !variable.attributes.contains(.declared) || elementCount(of: number) > 0 {
        line += "=" + elementList(of: number)
      }
    } else if variable.isSet || variable.isNameReference && !variable.value.isEmpty {
      line += "=" + variable.value.doubleQuoted
    }
    return line + "\n"
  }

  /// The letters that `declare` has for the variable's attributes.
  private func attributeLetters(of number: NameNumber) -> ByteString {
    var letters = ByteString()
    if isArray(number) { letters.append(isAssociative(number) ? "A" : "a") }
    let attributes = variables[number].attributes
    for (attribute, letter) in Variable.letters where attributes.contains(attribute) { letters.append(letter) }
    return letters
  }

  /// `([0]="x" [1]="y")`
  package func elementList(of number: NameNumber) -> ByteString {
    let all = elements(of: number).map { "[" + $0.key.subscriptQuoted + "]=" + $0.value.doubleQuoted }
    // With the space with which bash ends those of associative arrays.
    return "(" + Self.joined(all) + (isAssociative(number) && !all.isEmpty ? " )" : ")")
  }

  private static func joined(_ texts: [ByteString]) -> ByteString {
    texts.enumerated().reduce(into: ByteString()) { $0.append(($1.offset > 0 ? " " : "") + $1.element) }
  }

  // MARK: Expansions

  /// What `@A`, `@a`, `@K` or `@k` makes of a value, which may be that of an element; `nil` where there is nothing to
  /// tell.
  ///
  /// - Parameter number: The variable's, if it is the value of one.
  func description(of value: ByteString?, in number: NameNumber?, _ letter: UInt8) -> ByteString? {
    let variable = number.map(referencedArray)
    let letters = variable.map(attributeLetters) ?? ByteString()
    if value == nil, letters.isEmpty { return nil }
    switch letter {
    case UInt8(ascii: "a"): return letters
    case UInt8(ascii: "A"):
      guard let variable else { return nil }
      let command = letters.isEmpty ? ByteString() : "declare -" + letters + " "
      return command + names.name(of: variable) + (value.map { "=" + $0.alwaysQuoted } ?? "")
    default: return value?.alwaysQuoted
    }
  }

  /// What it makes of all elements of a variable.
  func description(ofElementsOf number: NameNumber, _ letter: UInt8) -> [ByteString] {
    let number = referencedArray(number)
    let elements = elements(of: number)
    switch letter {
    case UInt8(ascii: "a"): return elements.map { _ in attributeLetters(of: number) }
    case _ where !isArray(number): return description(of: value(of: number), in: number, letter).map { [$0] } ?? []
    case UInt8(ascii: "A"):
      let list = elements.isEmpty ? ByteString() : "=" + elementList(of: number)
      return ["declare", "-" + attributeLetters(of: number), names.name(of: number) + list]
    case UInt8(ascii: "k"): return elements.flatMap { [$0.key, $0.value] }
    default:
      if elements.isEmpty { return [] }
      let pairs = elements.map { $0.key.subscriptQuoted + " " + $0.value.doubleQuoted }
      return [Self.joined(pairs) + (isAssociative(number) ? " " : "")]
    }
  }
}

extension Variable {
  fileprivate static let letters: [(Attributes, ByteString)] = [
    (.integer, "i"), (.lowerCase, "l"), (.nameReference, "n"), (.readOnly, "r"), (.upperCase, "u"), (.exported, "x"),
  ]
}

extension ByteString {
  /// Between double quotes, as `declare -p` writes values; `$'…'` where there are control characters.
  fileprivate var doubleQuoted: ByteString {
    if contains(where: { $0 < 0x20 || $0 == 0x7f }) { return shellQuoted }
    var text: ByteString = "\""
    for byte in self {
      if ("\"\\$`" as ByteString).contains(byte) { text.append("\\") }
      text.append(byte)
    }
    return text + "\""
  }

  fileprivate var subscriptQuoted: ByteString {
    !isEmpty && allSatisfy { $0.isNameByte } ? self : doubleQuoted
  }
}
