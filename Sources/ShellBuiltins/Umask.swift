import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let umask = Builtin(
    "umask", .intrinsic, synopsis: "[-p] [-S] [MASK]",
    help: """
      Sets the file mode creation mask: octal (the permissions to remove), or symbolic as for chmod (those to
      keep). Without MASK, writes it.

        -p  writes it as a command
        -S  writes it symbolically
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "Sp")
    var isSymbolic = false
    var isCommand = false
    while let option = try options.next() {
      if option.letter == "S" { isSymbolic = true } else { isCommand = true }
    }
    guard let operand = try arguments.optionalOperand(from: options.index) else {
      let mask = try currentMask(context)
      if isCommand { context.write(isSymbolic ? "umask -S " : "umask ") }
      context.write((isSymbolic ? symbolicText(mask) : octalText(mask)) + "\n")
      return .status(.success)
    }
    let mask = FilePermissions(rawValue: CModeT(try newMask(operand, context)))
    // The kernel gets the mask when a file is opened or a program started, too late to say that it refuses.
    do throws(Errno) { try Umask.set(mask) } catch { throw .system(operand, error) }
    context.environment.fileCreationMask = mask
    return .status(.success)
  }
}

/// The mask is not known.
enum MaskError: WordedError {
  /// The kernel does not say what it is.
  case unknown
}

extension BuiltinError {
  static func mask(_ error: MaskError) -> Self { Self(error) }
}

private func currentMask(_ context: BuiltinContext) throws(BuiltinError) -> UInt32 {
  guard let mask = context.environment.fileCreationMask else { throw .mask(.unknown) }
  return UInt32(mask.rawValue)
}

private func newMask(_ text: ByteString, _ context: BuiltinContext) throws(BuiltinError) -> UInt32 {
  if text.first?.isDigit == true { return try octalMask(text) }
  var mode = SymbolicMode(allowed: ~(try currentMask(context)) & 0o777)
  guard mode.apply(text) else { throw .operand(.invalidMode(text)) }
  return ~mode.allowed & 0o777
}

private func octalMask(_ text: ByteString) throws(BuiltinError) -> UInt32 {
  var mask: UInt32 = 0
  for digit in text {
    guard digit.isDigit, digit <= UInt8(ascii: "7") else { throw .operand(.invalidMode(text)) }
    mask = mask << 3 | UInt32(digit & 7)
    if mask > 0o777 { throw .operand(.outOfRange(text)) }
  }
  return mask
}

private func octalText(_ mask: UInt32) -> ByteString {
  var text: ByteString = "0"
  for shift: UInt32 in [6, 3, 0] { text.append(UInt8(ascii: "0") + UInt8(mask >> shift & 7)) }
  return text
}

private func symbolicText(_ mask: UInt32) -> ByteString {
  var text = ByteString()
  let classes: [(name: ByteString, shift: UInt32)] = [("u=", 6), (",g=", 3), (",o=", 0)]
  for (name, shift) in classes {
    text += name
    let allowed = ~mask >> shift
    if allowed & 4 != 0 { text.append(UInt8(ascii: "r")) }
    if allowed & 2 != 0 { text.append(UInt8(ascii: "w")) }
    if allowed & 1 != 0 { text.append(UInt8(ascii: "x")) }
  }
  return text
}

/// A symbolic mode as for `chmod`: `u=rwx,g-w,o=`, `go=u`, `+x`. It applies to the permissions that the mask allows.
private struct SymbolicMode {
  var allowed: UInt32
  /// The rest of the clause.
  private var rest: ArraySlice<UInt8> = []

  init(allowed: UInt32) { self.allowed = allowed }

  /// Applies all clauses; `false`, with `allowed` in no particular state, if the text is no symbolic mode.
  mutating func apply(_ text: ByteString) -> Bool {
    for clause in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      rest = Array(clause)[...]
      if !applyClause() { return false }
    }
    return true
  }

  private mutating func applyClause() -> Bool {
    var classes: UInt32 = 0
    while let letter = rest.first, let bits = Self.classBits(letter) {
      classes |= bits
      rest.removeFirst()
    }
    if classes == 0 { classes = 0o777 }
    if rest.isEmpty { return false }
    while let letter = rest.first {
      rest.removeFirst()
      let bits = permissions() & classes
      switch Unicode.Scalar(letter) {
      case "+": allowed |= bits
      case "-": allowed &= ~bits
      case "=": allowed = allowed & ~classes | bits
      default: return false
      }
    }
    return true
  }

  private static func classBits(_ letter: UInt8) -> UInt32? {
    switch Unicode.Scalar(letter) {
    case "u": 0o700
    case "g": 0o070
    case "o": 0o007
    case "a": 0o777
    default: nil
    }
  }

  /// The permissions that are named here, for all three classes.
  private mutating func permissions() -> UInt32 {
    var bits: UInt32 = 0
    while let letter = rest.first {
      switch Unicode.Scalar(letter) {
      case "r": bits |= 0o444
      case "w": bits |= 0o222
      case "x": bits |= 0o111
      case "X": if allowed & 0o111 != 0 { bits |= 0o111 }
      case "s", "t": break
      case "u": bits |= (allowed >> 6 & 7) * 0o111
      case "g": bits |= (allowed >> 3 & 7) * 0o111
      case "o": bits |= (allowed & 7) * 0o111
      default: return bits
      }
      rest.removeFirst()
    }
    return bits
  }
}
