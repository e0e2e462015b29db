import ByteStrings
import Meanwhile
import Platform
import ShellSyntax
import SystemPackage

/// Redirections: POSIX.1-2024 XCU 2.7. They change the environment's descriptor table, never the process's own
/// descriptors. An `OpenFile` owns what it opened, and the last table that drops it closes it.
extension Machine {
  mutating func beginRedirections(ofSimpleCommand isOfSimpleCommand: Bool) -> ControlFlow {
    if phase == .finding, isOfSimpleCommand, isProbed { return probe() }
    frames.append(.redirections(Frame.Redirections(savedState: savedState, isOfSimpleCommand: isOfSimpleCommand)))
    return .next
  }

  /// Ends the redirections of a command, or the assignments before it. Only then signals are acted on, since a trap
  /// must not run under them.
  mutating func endCommandFrame() -> ControlFlow {
    let isErrorTrapDue = environment.options.contains(.errorTrap) && isInOwnRedirections
    popFrame()
    if isErrorTrapDue {
      let flow = checkErrExit()
      guard case .next = flow else { return flow }
    }
    return needsAttention && !isInOwnRedirections ? .stop(.attention) : .next
  }

  /// Whether a simple command has run, and its own redirections or assignments are still in force. Its fields are not
  /// open any more then, while its frame counted them.
  var isInOwnRedirections: Bool {
    guard let top = frames.last, top.isPartOfCommand else { return false }
    return Int(top.savedState.operands.commands) > operands.commandStarts.count
  }

  /// Makes a number refer to `file`, `nil` to close it, until the redirections of the innermost frame end; for ever, if it
  /// is in a variable.
  mutating func redirect(_ descriptor: RedirectedDescriptor, to file: OpenFile?) {
    let number = descriptor.number
    if let variable = descriptor.variable {
      environment.descriptors[number] = file
      // Cannot fail: a read-only variable was refused before.
      if file != nil {
        try? assign(ByteString(decimal: number), to: variable)
      } else {
        environment.noteClosedEndsOfCoprocesses()
      }
      return
    }
    frames[frames.count - 1].remember(environment.descriptors[number], at: number)
    environment.descriptors[number] = file
  }

  /// Makes the redirections of the command that has just run permanent (`exec`).
  mutating func keepRedirections() {
    defer { environment.noteClosedEndsOfCoprocesses() }
    for index in frames.indices.reversed() {
      guard frames[index].isPartOfCommand, frames[index].isAround(openCommands: operands.commandStarts.count + 1) else {
        return
      }
      frames[index].keepRedirections()
    }
  }

  mutating func redirect(_ redirection: Routine.CompiledRedirection, failure: Int) -> ControlFlow {
    guard let variable = redirection.variable else {
      return redirect(redirection, as: RedirectedDescriptor(redirection.descriptor), failure)
    }
    let isDuplicate = redirection.operator == .duplicateInput || redirection.operator == .duplicateOutput
    let closes = isDuplicate && operands.texts.last == "-"
    var element: ArraySubscript?
    if redirection.isElement {
      let target = operands.popText()
      element = popSubscript(of: variable)
      operands.texts.append(target)
    }
    let place = RedirectedDescriptor.VariablePlace(number: variable, element: element)
    do throws(RuntimeError) {
      return redirect(redirection, as: try descriptor(in: place, closes: closes), failure)
    } catch {
      operands.texts.removeLast()
      return redirectionFailed(error, failure)
    }
  }

  /// `{name}>file` opens the file under a number that is free, which the variable gets; it stays open. `{name}>&-` closes
  /// the one whose number the variable has.
  private func descriptor(
    in variable: RedirectedDescriptor.VariablePlace, closes: Bool
  ) throws(RuntimeError) -> RedirectedDescriptor {
    let name = environment.names.name(of: variable.number)
    if closes {
      let value =
        variable.element.map { environment.value(of: $0, in: variable.number) }
        ?? environment.value(of: variable.number)
      guard let number = value?.decimalValue, number >= 0 else { throw .badDescriptorVariable(name) }
      return RedirectedDescriptor(number, in: variable)
    }
    if environment.variables[variable.number].isReadOnly { throw .variable(.readOnly(name)) }
    return RedirectedDescriptor(
      environment.descriptors.smallestFreeNumber(from: Self.firstNumberOfVariables), in: variable)
  }

  private mutating func assign(
    _ value: ByteString, to variable: RedirectedDescriptor.VariablePlace
  ) throws(VariableError) {
    guard let element = variable.element else { return try environment.assign(value, to: variable.number) }
    try environment.assign(value, to: element, of: variable.number)
  }

  /// Numbers below it are for scripts that choose them.
  private static let firstNumberOfVariables = 10

  private mutating func redirect(
    _ redirection: Routine.CompiledRedirection, as descriptor: RedirectedDescriptor, _ failure: Int
  ) -> ControlFlow {
    let target = operands.popText()
    let number = descriptor.number
    guard number < Self.descriptorLimit else { return redirectionFailed(.badDescriptor(number), failure) }
    switch redirection.operator {
    case .hereDocument: return redirectHereDocument(descriptor, target, failure)
    case .hereString: return redirectHereDocument(descriptor, target + "\n", failure)
    case .duplicateInput: return duplicate(descriptor, target, failure)
    case .duplicateOutput: return duplicate(descriptor, target, isForWriting: true, failure)
    case .input: return open(target, .readOnly, as: descriptor, failure)
    case .readWrite: return open(target, [.readWrite, .create], as: descriptor, failure)
    case .append: return open(target, [.writeOnly, .create, .append], as: descriptor, failure)
    case .clobber: return open(target, [.writeOnly, .create, .truncate], as: descriptor, failure)
    case .output:
      if environment.options.contains(.noClobber) { return openWithoutClobbering(target, descriptor, failure) }
      return open(target, [.writeOnly, .create, .truncate], as: descriptor, failure)
    }
  }

  /// Descriptor numbers from this one on are an error, as under the usual RLIMIT_NOFILE.
  static let descriptorLimit = FileDescriptor.numberLimit

  // MARK: Files

  private mutating func open(_ path: ByteString, _ flags: OpenFlags, as number: RedirectedDescriptor, _ failure: Int)
    -> ControlFlow
  {
    if let own = DescriptorPath.number(of: path) { return open(path, naming: own, flags, as: number, failure) }
    let directory = environment.workingDirectory.descriptor
    // Opening a FIFO for reading and writing does not block.
    if !flags.isSuperset(of: [.readWrite]), let status = try? FileStatus(of: path, in: directory), status.kind == .fifo
    {
      return openFIFO(path, flags, as: number, failure)
    }
    do throws(Errno) {
      let descriptor = try Files.open(path, in: directory, flags, umask: environment.fileCreationMask)
      redirect(number, to: OpenFile(descriptor, isOwned: true, isShared: flags.isSuperset(of: .readWrite)))
      return .next
    } catch {
      return redirectionFailed(.file(path, error), failure)
    }
  }

  /// `/dev/stdin` and similar paths mean the environment's descriptors. A file is opened again, as by the kernel; a
  /// pipe or socket, which cannot be, is duplicated.
  private mutating func open(
    _ path: ByteString, naming own: Int, _ flags: OpenFlags, as number: RedirectedDescriptor, _ failure: Int
  ) -> ControlFlow {
    guard own < Self.descriptorLimit, let file = environment.descriptors[own] else {
      return redirectionFailed(.file(path, .noSuchFileOrDirectory), failure)
    }
    guard let path = file.pathToOpenAgain else {
      redirect(number, to: file)
      return .next
    }
    do throws(Errno) {
      redirect(
        number, to: OpenFile(try Files.open(path, flags), isOwned: true, isShared: flags.isSuperset(of: .readWrite)))
      return .next
    } catch {
      return redirectionFailed(.file(path, error), failure)
    }
  }

  private mutating func openWithoutClobbering(_ path: ByteString, _ number: RedirectedDescriptor, _ failure: Int)
    -> ControlFlow
  {
    if let own = DescriptorPath.number(of: path) {
      let again = own < Self.descriptorLimit ? environment.descriptors[own]?.pathToOpenAgain : nil
      let isRegular = again.flatMap { try? FileStatus(of: $0).kind } == .regular
      return isRegular
        ? redirectionFailed(.file(path, .fileExists), failure) : open(path, .writeOnly, as: number, failure)
    }
    let directory = environment.workingDirectory.descriptor
    if let status = try? FileStatus(of: path, in: directory) {
      if status.kind == .regular { return redirectionFailed(.file(path, .fileExists), failure) }
      return open(path, .writeOnly, as: number, failure)
    }
    return open(path, [.writeOnly, .create, .exclusive], as: number, failure)
  }

  // MARK: Descriptors

  /// `>&` of a descriptor that is open for reading only is an error, as POSIX has it. `<&` of one that is open for
  /// writing only is none: `nohup` gives such a standard input to programs, and `configure` keeps it by `7<&0`.
  private mutating func duplicate(
    _ number: RedirectedDescriptor, _ target: ByteString, isForWriting: Bool = false, _ failure: Int
  ) -> ControlFlow {
    if target == "-" {
      redirect(number, to: nil)
      return .next
    }
    // `>&5-` moves a descriptor: 5 is closed afterwards.
    let moves = target.last == UInt8(ascii: "-") && !environment.options.contains(.posix)
    let text = moves ? target.subrange(0..<target.count - 1) : target
    guard let source = text.decimalValue, source >= 0, text.first != UInt8(ascii: "+") else {
      return redirectionFailed(.notADescriptor(target), failure)
    }
    guard source < Self.descriptorLimit, let file = environment.descriptors[source] else {
      return redirectionFailed(.badDescriptor(source), failure)
    }
    if isForWriting, file.isReadOnly { return redirectionFailed(.notForWriting(source), failure) }
    redirect(number, to: file)
    if moves, source != number.number { redirect(RedirectedDescriptor(source), to: nil) }
    return .next
  }

  /// The text is put into a file in memory. A pipe would block the writer when the text is longer than its capacity.
  private mutating func redirectHereDocument(_ number: RedirectedDescriptor, _ text: ByteString, _ failure: Int)
    -> ControlFlow
  {
    do throws(Errno) {
      let file = try FileDescriptor.makeMemoryFile()
      // Owned at once, so that an error below closes it.
      let open = OpenFile(file, isOwned: true)
      try file.writeAll(text)
      _ = try file.moveOffset(by: 0, from: .start)
      redirect(number, to: open)
      return .next
    } catch {
      return redirectionFailed(.hereDocument(error), failure)
    }
  }

  // MARK: Errors

  /// Reports a redirection that failed and skips its command. For a special builtin, it also ends a script.
  mutating func redirectionFailed(_ error: RuntimeError, _ failure: Int) -> ControlFlow {
    report(error)
    environment.status = .failure
    // `failure` is the `endRedirections`, which restores the redirections before this one.
    position = failure
    if commandIsOpen {
      let isSpecial = operands.command.first.flatMap { environment.enabledBuiltin($0) }?.kind == .special
      operands.dropCommand()
      if isSpecial { return leaveAfterSpecialError(.usageError) }
    } else if routine.instructions[failure + 1].operation == .checkErrExit {
      return .next
    }
    return checkErrExit()
  }

  /// Whether the failing redirection belongs to a simple command, which is still open. An open command may also be one
  /// around a compound command that fails: a `for`, or a command that has a substitution in its words.
  private var commandIsOpen: Bool {
    guard case .redirections(let redirections) = frames.last else { return false }
    return redirections.isOfSimpleCommand
  }

  /// Goes on after an error of a special builtin, which ends a script but no interactive shell.
  mutating func leaveAfterSpecialError(_ status: ExitStatus) -> ControlFlow {
    if environment.options.contains(.interactive) { return finishCommand() }
    return leave(.endAfterError(status))
  }
}

/// The descriptor that a redirection changes.
struct RedirectedDescriptor: Sendable {
  /// A variable, or an element of one.
  struct VariablePlace: Sendable {
    let number: NameNumber
    let element: ArraySubscript?
  }

  let number: Int
  /// The variable that has or gets the number, of `{name}>file`.
  let variable: VariablePlace?

  init(_ number: Int, in variable: VariablePlace? = nil) {
    self.number = number
    self.variable = variable
  }
}
