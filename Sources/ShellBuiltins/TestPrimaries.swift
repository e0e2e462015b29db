import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

/// A binary operator of `test`.
enum BinaryTest {
  case equal, notEqual, before, after
  case numbersEqual, numbersDiffer, less, lessOrEqual, greater, greaterOrEqual
  case newer, older, sameFile

  @inline(__always)
  init?(_ operand: ByteString) {
    switch operand.count {
    case 1:
      switch Unicode.Scalar(operand[0]) {
      case "=": self = .equal
      case "<": self = .before
      case ">": self = .after
      default: return nil
      }
    case 2:
      guard operand[1] == UInt8(ascii: "=") else { return nil }
      switch Unicode.Scalar(operand[0]) {
      case "!": self = .notEqual
      case "=": self = .equal
      default: return nil
      }
    case 3:
      guard operand[0] == UInt8(ascii: "-") else { return nil }
      self.init(Unicode.Scalar(operand[1]), Unicode.Scalar(operand[2]))
    default: return nil
    }
  }

  private init?(_ first: Unicode.Scalar, _ second: Unicode.Scalar) {
    switch (first, second) {
    case ("e", "q"): self = .numbersEqual
    case ("n", "e"): self = .numbersDiffer
    case ("l", "t"): self = .less
    case ("l", "e"): self = .lessOrEqual
    case ("g", "t"): self = .greater
    case ("g", "e"): self = .greaterOrEqual
    case ("n", "t"): self = .newer
    case ("o", "t"): self = .older
    case ("e", "f"): self = .sameFile
    default: return nil
    }
  }
}

extension BuiltinContext {
  @inline(__always)
  func binaryTest(_ left: ByteString, _ test: BinaryTest, _ right: ByteString) throws(BuiltinError) -> Bool {
    switch test {
    case .equal: return left == right
    case .notEqual: return left != right
    case .before: return left < right
    case .after: return right < left
    case .numbersEqual: return try testNumber(left) == testNumber(right)
    case .numbersDiffer: return try testNumber(left) != testNumber(right)
    case .less: return try testNumber(left) < testNumber(right)
    case .lessOrEqual: return try testNumber(left) <= testNumber(right)
    case .greater: return try testNumber(left) > testNumber(right)
    case .greaterOrEqual: return try testNumber(left) >= testNumber(right)
    case .newer, .older, .sameFile: return compareFiles(left, test, right)
    }
  }

  /// A file that does not exist is older than one that does.
  private func compareFiles(_ left: ByteString, _ test: BinaryTest, _ right: ByteString) -> Bool {
    let (first, second) = (fileStatus(left), fileStatus(right))
    switch test {
    case .newer: return first.map { first in second.map { first.modified > $0.modified } ?? true } ?? false
    case .older: return second.map { second in first.map { $0.modified < second.modified } ?? true } ?? false
    default: return first != nil && first?.identity == second?.identity
    }
  }

  mutating func unaryTest(_ letter: Unicode.Scalar, _ operand: ByteString) throws(BuiltinError) -> Bool {
    switch letter {
    case "n": return !operand.isEmpty
    case "z": return operand.isEmpty
    case "t": return isTerminal(try testNumber(operand))
    case "v": return isSet(operand)
    case "R": return environment.isReference(operand)
    case "o": return ShellOptions.table.contains { $0.name == operand && environment.options.contains($0.option) }
    case "h", "L": return fileStatus(operand, links: .doNotFollow)?.kind == .symbolicLink
    default:
      if let number = DescriptorPath.number(of: operand) { return descriptorTest(letter, number) }
      return fileTest(letter, operand)
    }
  }

  private func fileTest(_ letter: Unicode.Scalar, _ path: ByteString) -> Bool {
    switch letter {
    case "r": allows(.reading, of: path)
    case "w": allows(.writing, of: path)
    case "x": allows(.executing, of: path)
    default: fileStatus(path).map { $0.satisfies(letter) } ?? false
    }
  }
}

extension FileStatus {
  /// The result of `test -LETTER` for a file that exists.
  func satisfies(_ letter: Unicode.Scalar) -> Bool {
    switch letter {
    case "e": true
    case "f": kind == .regular
    case "d": kind == .directory
    case "b": kind == .blockDevice
    case "c": kind == .characterDevice
    case "p": kind == .fifo
    case "S": kind == .socket
    case "s": size > 0
    case "u": permissions.contains(.setUserID)
    case "g": permissions.contains(.setGroupID)
    case "k": permissions.contains(.saveText)
    case "O": user == ProcessInformation.effectiveUser
    case "G": group == ProcessInformation.effectiveGroup
    case "N": accessed <= modified
    default: preconditionFailure("`test` knows no -\(letter); TestExpression.unaryOperator lists the letters")
    }
  }
}

/// An integer operand of `test`: decimal, with a sign, blanks around it as all shells allow.
@inline(__always)
private func testNumber(_ operand: ByteString) throws(BuiltinError) -> Int {
  if let value = operand.decimalValue { return value }
  return try unusualNumber(operand)
}

private func unusualNumber(_ operand: ByteString) throws(BuiltinError) -> Int {
  let trimmed = operand.trimmingBlanks
  if let value = trimmed.decimalValue { return value }
  throw trimmed.isDecimal ? .operand(.outOfRange(operand)) : .test(.notAnInteger(operand))
}

extension BuiltinContext {
  /// Whether a variable, an element or, for `name[@]`, any element is set.
  fileprivate mutating func isSet(_ name: ByteString) -> Bool {
    guard let element = name.elementName else { return environment.value(of: name) != nil }
    let number = environment.number(of: element.array)
    if element.subscript == "@" || element.subscript == "*" { return !environment.values(of: number).isEmpty }
    guard let place = try? environment.element(element.subscript, of: number) else { return false }
    return environment.value(of: place, in: number) != nil
  }
}
