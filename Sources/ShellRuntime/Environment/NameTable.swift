import ByteStrings

/// The number that a name has in one environment and in all copies made from it.
package struct NameNumber: Hashable, Sendable {
  @usableFromInline let index: Int32

  @inlinable init(_ index: Int32) { self.index = index }
}

/// Gives each name of a variable or function a number, so that compiled code finds it without hashing.
///
/// A part of the environment's value. Two copies may give the same number to different names, so a number is valid only
/// in the environment that made it and in later copies of that one.
struct NameTable: Sendable {
  private var index: CopyOnWrite<NameIndex>

  /// An empty table that replaces one lent to the compiler, so that the compiler's is the only reference and grows in
  /// place.
  static let placeholder = NameTable(index: CopyOnWrite(NameIndex()))

  private init(index: CopyOnWrite<NameIndex>) { self.index = index }

  /// A table in which the names that the shell itself uses have their fixed numbers.
  init() {
    var names = NameIndex()
    for name in NameNumber.wellKnown { _ = names.insert(name) }
    index = CopyOnWrite(names)
  }

  var count: Int { index.value.names.count }

  /// The number of `name`, a new one if it has none.
  mutating func number(of name: ByteString) -> NameNumber {
    // Looking up first keeps a shared table shared as long as no new name is inserted.
    existingNumber(of: name) ?? NameNumber(Int32(index.value.insert(name)))
  }

  /// The number of `name`, if it has one.
  func existingNumber(of name: ByteString) -> NameNumber? {
    index.value.position(of: name).map { NameNumber(Int32(truncatingIfNeeded: $0)) }
  }

  func name(of number: NameNumber) -> ByteString { index.value.names[Int(number.index)] }
}

extension NameNumber {
  /// The names with fixed numbers, in the order of the constants below.
  static let wellKnown: [ByteString] = [
    "IFS", "PATH", "HOME", "PWD", "OLDPWD", "PS1", "PS2", "PS4", "OPTIND", "OPTARG", "PPID", "CDPATH", "ENV",
    "PIPESTATUS", "RANDOM", "SECONDS", "LC_ALL", "LC_CTYPE", "LANG", "REPLY", "LINENO", "BASHPID",
    "UID", "EUID", "EPOCHSECONDS", "EPOCHREALTIME", "SRANDOM", "HOSTNAME", "OSTYPE", "MACHTYPE", "SHELLOPTS",
    "BASHOPTS", "DIRSTACK", "FUNCNAME", "BASH_SOURCE", "BASH_LINENO", "BASH_SUBSHELL", "BASH_COMMAND", "BASH_ARGV0",
    "GROUPS", "_", "SHELL", "HOSTTYPE", "FUNCNEST",
  ]

  /// Whether the shell itself uses the name.
  @inline(__always) var isWellKnown: Bool { index < Self.wellKnownCount }
  private static let wellKnownCount: Int32 = 44

  package static let ifs = NameNumber(0)
  package static let path = NameNumber(1)
  package static let home = NameNumber(2)
  package static let pwd = NameNumber(3)
  package static let oldPwd = NameNumber(4)
  package static let ps1 = NameNumber(5)
  package static let ps2 = NameNumber(6)
  package static let ps4 = NameNumber(7)
  package static let optInd = NameNumber(8)
  package static let optArg = NameNumber(9)
  package static let ppid = NameNumber(10)
  package static let cdPath = NameNumber(11)
  package static let env = NameNumber(12)
  package static let pipeStatus = NameNumber(13)
  package static let random = NameNumber(14)
  package static let seconds = NameNumber(15)
  package static let lcAll = NameNumber(16)
  package static let lcCtype = NameNumber(17)
  package static let lang = NameNumber(18)
  package static let reply = NameNumber(19)
  package static let lineNumber = NameNumber(20)
  package static let bashPID = NameNumber(21)
  static let uid = NameNumber(22)
  static let euid = NameNumber(23)
  static let epochSeconds = NameNumber(24)
  static let epochRealTime = NameNumber(25)
  static let srandom = NameNumber(26)
  static let hostName = NameNumber(27)
  static let osType = NameNumber(28)
  static let machineType = NameNumber(29)
  static let shellOptions = NameNumber(30)
  static let bashOptions = NameNumber(31)
  static let directoryStack = NameNumber(32)
  static let functionName = NameNumber(33)
  static let bashSource = NameNumber(34)
  static let bashLineNumber = NameNumber(35)
  static let bashSubshell = NameNumber(36)
  static let bashCommand = NameNumber(37)
  static let bashName = NameNumber(38)
  static let groups = NameNumber(39)
  static let lastArgument = NameNumber(40)
  static let loginShell = NameNumber(41)
  static let hostType = NameNumber(42)
  static let functionNesting = NameNumber(43)
}
