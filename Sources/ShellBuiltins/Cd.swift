import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let cd = Builtin(
    "cd", .intrinsic, synopsis: "[-L | [-P] [-e]] [DIRECTORY | -]",
    help: """
      Changes the working directory: to DIRECTORY, to $HOME without an operand, to $OLDPWD for `-` (and says where
      that is). A relative DIRECTORY that does not begin with . or .. is searched in $CDPATH. The options `cdable_vars`
      and `cdspell` of `shopt` find more.

        -L  `..` takes back the part before it, symbolic link or not (the default)
        -P  symbolic links are followed first
        -e  with -P: fails where the new directory's path cannot be found out
      """
  ) { context, arguments throws(BuiltinError) in
    let change = try DirectoryChange(arguments, context)
    do throws(BuiltinError) {
      return try change.perform(&context, arguments)
    } catch {
      // Under `cd -Pe` status 1 means that the directory was changed and PWD could not be set, so errors have 2.
      return context.fail(arguments, error, status: change.isPhysical && change.isStrict ? .usageError : nil)
    }
  }
}

/// The options and the operand of one call of `cd`.
private struct DirectoryChange {
  private(set) var isPhysical = false
  private(set) var isStrict = false
  /// The operand, or the value of `HOME` or `OLDPWD`.
  private let target: ByteString
  /// Whether the new directory is printed.
  private var isAnnounced = false
  private let searchesPath: Bool
  private let isOperand: Bool

  init(_ arguments: Arguments, _ context: BuiltinContext) throws(BuiltinError) {
    var options = OptionReader(arguments, "LPe")
    while let option = try options.next() {
      switch option.letter {
      case "P": isPhysical = true
      case "L": isPhysical = false
      default: isStrict = true
      }
    }
    switch try arguments.optionalOperand(from: options.index) {
    case nil:
      guard let home = context.environment.value(of: "HOME"), !home.isEmpty else { throw .directory(.notSet("HOME")) }
      target = home
      searchesPath = false
      isOperand = false
    case "-":
      guard let old = context.environment.value(of: "OLDPWD"), !old.isEmpty else { throw .directory(.notSet("OLDPWD")) }
      target = old
      searchesPath = false
      isOperand = false
      isAnnounced = true
    case let operand?:
      if operand.isEmpty { throw .directory(.emptyPath) }
      target = operand
      searchesPath = !Self.isExplicit(operand)
      isOperand = true
    }
  }

  /// Whether `CDPATH` is not used: the path begins with `/`, or its first component is `.` or `..`.
  private static func isExplicit(_ path: ByteString) -> Bool {
    if path.first == UInt8(ascii: "/") { return true }
    let first = ByteString(path.prefix { $0 != UInt8(ascii: "/") })
    return first == "." || first == ".."
  }

  func perform(_ context: inout BuiltinContext, _ arguments: Arguments) throws(BuiltinError) -> BuiltinResult {
    var announces = isAnnounced
    // What is announced in place of the new directory's path.
    var shown: ByteString?
    var path = target
    if searchesPath, let found = searchPath(context) {
      path = found
      announces = true
    } else if isOperand, let other = alternative(context) {
      path = other
      shown = other
      announces = true
    }
    let current = context.environment.workingDirectory
    let directory = isPhysical ? try physical(path, current) : try entered(path, current, context)
    // Unknown only if the kernel has no path for it; then nothing is changed.
    guard let newPath = directory.path else { throw .directory(.unknownWorkingDirectory) }
    if context.environment.isMain { try change(process: directory, from: current) }
    context.environment.workingDirectory = directory
    if let old = context.environment.value(of: "PWD") ?? current.path {
      try context.assign(old, to: "OLDPWD")
    } else {
      try context.unset("OLDPWD")
    }
    try context.assign(newPath, to: "PWD")
    if announces { context.write((shown ?? newPath) + "\n") }
    return .status(.success)
  }

  /// The directory found in `CDPATH`; `nil` if the operand is relative to the working directory.
  private func searchPath(_ context: BuiltinContext) -> ByteString? {
    guard let list = context.environment.value(of: "CDPATH"), !list.isEmpty else { return nil }
    for element in list.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      if element.isEmpty {
        if context.isDirectory(target) { return nil }
        continue
      }
      let separator: ByteString = element.last == UInt8(ascii: "/") ? ByteString() : "/"
      let candidate = ByteString(element) + separator + target
      if context.isDirectory(candidate) { return candidate }
    }
    return nil
  }

  /// The directory to change to where the operand names none: the value of the variable of that name (`cdable_vars`), or
  /// a directory whose path is nearly the same (`cdspell`).
  private func alternative(_ context: BuiltinContext) -> ByteString? {
    let options = context.environment.options
    if options.isDisjoint(with: [.cdableVariables, .cdSpell]) || context.isDirectory(target) { return nil }
    if options.contains(.cdableVariables), let value = context.environment.value(of: target), !value.isEmpty {
      return value
    }
    guard options.isSuperset(of: [.cdSpell, .interactive]) else { return nil }
    return DirectorySpelling(context.environment.workingDirectory).corrected(target)
  }

  private func physical(_ path: ByteString, _ current: WorkingDirectory) throws(BuiltinError) -> WorkingDirectory {
    let descriptor = try open(path, current)
    do throws(Errno) {
      return WorkingDirectory(descriptor: descriptor, path: try Files.path(of: descriptor))
    } catch {
      defer { try? descriptor.closeDescriptor() }
      throw .directory(.unknownWorkingDirectory)
    }
  }

  /// Out of a directory that was removed or moved away leads only what the kernel still knows of it; POSIX wants an
  /// error there.
  private func entered(
    _ path: ByteString, _ current: WorkingDirectory, _ context: BuiltinContext
  ) throws(BuiltinError) -> WorkingDirectory {
    do throws(BuiltinError) {
      return try logical(path, current, context)
    } catch {
      if context.environment.options.contains(.posix) { throw error }
      if error == .directory(.unknownWorkingDirectory) { return try physical(path, current) }
      guard let found = try? physical(path, current) else { throw error }
      return found
    }
  }

  private func logical(
    _ path: ByteString, _ current: WorkingDirectory, _ context: BuiltinContext
  ) throws(BuiltinError) -> WorkingDirectory {
    let base: ByteString
    if path.first == UInt8(ascii: "/") {
      base = "/"
    } else if let known = current.currentPath {
      base = known
    } else {
      throw .directory(.unknownWorkingDirectory)
    }
    let logical = try LogicalPath(path, from: base) { error(ofDirectory: $0, context) }.text
    // The path as it was written says the same where it has no `..`, and can be opened where the whole one is too
    // long for the kernel or where the way to the working directory is closed.
    let isPlain = !path.split(separator: UInt8(ascii: "/")).contains { ByteString($0) == ".." }
    return WorkingDirectory(descriptor: try open(isPlain ? path : logical, current), path: logical)
  }

  /// Why an absolute path names no directory; `nil` if it names one.
  private func error(ofDirectory path: ByteString, _ context: BuiltinContext) -> Errno? {
    do throws(Errno) {
      if path.count < longestPath {
        return try FileStatus(of: path).kind == .directory ? nil : .notDirectory
      }
      try openByComponents(path, nil).closeDescriptor()
      return nil
    } catch {
      return error
    }
  }

  /// A handle of a directory that may be entered.
  private func open(_ path: ByteString, _ current: WorkingDirectory) throws(BuiltinError) -> FileDescriptor {
    do throws(Errno) {
      let own = try openByComponents(path, current.descriptor).duplicateAndClose()
      guard Files.allows(.executing, of: ".", in: own) else {
        try? own.closeDescriptor()
        throw .permissionDenied
      }
      return own
    } catch {
      throw .system(target, error)
    }
  }

  private func change(
    process directory: WorkingDirectory, from current: WorkingDirectory
  ) throws(BuiltinError) {
    guard let descriptor = directory.descriptor else { return }
    do throws(Errno) {
      try current.hold()
      try Files.changeWorkingDirectory(to: descriptor)
    } catch {
      throw .system(target, error)
    }
  }
}

extension BuiltinContext {
  /// Changes the working directory as `cd DIRECTORY` does.
  mutating func changeDirectory(to directory: ByteString) throws(BuiltinError) {
    let arguments = Arguments(["cd", "--", directory])
    _ = try DirectoryChange(arguments, self).perform(&self, arguments)
  }
}

/// PATH_MAX: the kernel accepts paths that are shorter than this.
private let longestPath = 4096

/// Opens a directory; component by component if the path is too long for the kernel.
private func openByComponents(_ path: ByteString, _ directory: FileDescriptor?) throws(Errno) -> FileDescriptor {
  var rest = path
  var current = directory
  defer { if current != directory { try? current?.closeDescriptor() } }
  while rest.count >= longestPath, let slash = rest.prefix(longestPath - 1).lastIndex(of: UInt8(ascii: "/")), slash > 0
  {
    let next = try Files.openDirectory(rest.subrange(0..<slash), in: current)
    if current != directory { try? current?.closeDescriptor() }
    current = next
    rest = ByteString(rest.dropFirst(slash).drop { $0 == UInt8(ascii: "/") })
  }
  return try Files.openDirectory(rest.isEmpty ? "." : rest, in: current)
}

extension FileDescriptor {
  /// A duplicate at a number that scripts do not use; closes this descriptor.
  fileprivate func duplicateAndClose() throws(Errno) -> FileDescriptor {
    if rawValue >= Self.lowestOwnNumber { return self }
    defer { try? closeDescriptor() }
    return try duplicate()
  }
}
