import ByteStrings
import Platform
import ShellSyntax
import SystemPackage

/// How the shell's own environment begins: POSIX.1-2024 XCU 2.5.3.
extension ExecutionEnvironment {
  /// Makes a variable, exported, of each `NAME=value` of the process whose name the shell can use, and functions of what
  /// is exported as functions, but under `posix`.
  ///
  /// - Returns: The functions that could not be imported.
  package mutating func importVariables(_ assignments: [ByteString]) -> [ByteString] {
    var failed: [ByteString] = []
    for assignment in assignments {
      guard let equals = assignment.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = assignment.subrange(0..<equals)
      guard name.isName else {
        if !options.contains(.posix), let function = Self.functionName(of: name),
          !importFunction(function, assignment.dropping(first: equals + 1))
        {
          failed.append(function)
        }
        continue
      }
      let number = names.number(of: name)
      if isOwn(number) { continue }
      if number == .lastArgument, !options.contains(.posix) {
        lastArgument = assignment.dropping(first: equals + 1)
        continue
      }
      variables[number] = Variable(value: assignment.dropping(first: equals + 1), attributes: [.set, .exported])
    }
    wellKnownVariableDidChange(.lang)
    wellKnownVariableDidChange(.functionNesting)
    return failed
  }

  /// Whether the shell takes no value for the variable from the process's environment: POSIX says so of `IFS`.
  private func isOwn(_ number: NameNumber) -> Bool {
    switch number {
    case .ifs, .lineNumber: true
    case .bashPID, .random, .srandom, .epochSeconds, .epochRealTime, .shellOptions, .bashOptions:
      !options.contains(.posix)
    default: false
    }
  }

  /// Sets the variables that a shell begins with.
  package mutating func setInitialVariables() {
    set(.ifs, " \t\n")
    set(.optInd, "1")
    variables[.ppid] = Variable()
    if let parent = ProcessID.parent { set(.ppid, ByteString(decimal: Int(parent.rawValue))) }
    setDefault(.path, ProgramSearch.standardPath)
    setDefault(.ps1, options.contains(.posix) ? "$ " : "\\w % ")
    setDefault(.ps2, "> ")
    setDefault(.ps4, "+ ")
    let directory = initialDirectory
    workingDirectory = WorkingDirectory(descriptor: nil, path: directory)
    variables[.pwd] = Variable()
    if let directory { set(.pwd, directory) }
    variables[.pwd].attributes.insert(.exported)
  }

  /// Sets what a shell begins with beyond POSIX: `SHLVL`, `OPTERR`, and `MEANWHILE_VERSION`, by which a script knows this
  /// shell.
  package mutating func setVariablesOfBash(version: ByteString) {
    let number = names.number(of: "MEANWHILE_VERSION")
    variables[number] = Variable()
    set(number, version)
    set(names.number(of: "OPTERR"), "1")
    changeLevel(by: 1)
  }

  /// Counts how many shells were started inside of one another: `SHLVL`. As in bash, what is below 0 or from 1,000 on is
  /// no count.
  mutating func changeLevel(by difference: Int) {
    let number = names.number(of: "SHLVL")
    let level = (value(of: number)?.decimalValue ?? 0).addingReportingOverflow(difference)
    let isCount = !level.overflow && level.partialValue < 1000
    set(number, ByteString(decimal: isCount ? max(0, level.partialValue) : 1))
    variables[number].attributes.insert(.exported)
  }

  private mutating func set(_ number: NameNumber, _ value: ByteString) {
    variables[number].value = value
    variables[number].attributes.insert(.set)
  }

  private mutating func setDefault(_ number: NameNumber, _ value: ByteString) {
    if !variables[number].isSet { set(number, value) }
  }

  /// `PWD` where it names the working directory, else what the kernel says; `nil` where the directory has no path.
  private var initialDirectory: ByteString? {
    if let path = value(of: .pwd), path.first == UInt8(ascii: "/"), !path.hasDotComponents,
      let named = try? FileStatus(of: path), let actual = try? FileStatus(of: "."), named.identity == actual.identity
    {
      return path
    }
    return try? Files.workingDirectory()
  }

  /// Gives back input that was read ahead, so that another reader of the same file gets it.
  package func giveBackInput() {
    for number in descriptors.openNumbers { descriptors[number]?.giveBack() }
  }
}

extension ByteString {
  /// Whether a component is `.` or `..`.
  fileprivate var hasDotComponents: Bool {
    withUnsafeBytes { bytes in
      var start = 0
      var hasOnlyDots = true
      for end in 0...bytes.count {
        if end == bytes.count || bytes[end] == UInt8(ascii: "/") {
          if hasOnlyDots, end - start == 1 || end - start == 2 { return true }
          start = end + 1
          hasOnlyDots = true
        } else if bytes[end] != UInt8(ascii: ".") {
          hasOnlyDots = false
        }
      }
      return false
    }
  }
}
