import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let dot = Builtin(
    ".", .special, synopsis: "FILE [ARGUMENT...]",
    help: """
      Runs the commands of FILE in this environment. Where FILE has no slash, it is searched in $PATH; it must be
      readable, not executable. ARGUMENTs are the positional parameters meanwhile; without any these stay as they are.
      """
  ) { machine, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    guard first < arguments.count else { throw .missingOperand("a file") }
    let name = arguments[first]
    do throws(BuiltinError) {
      let file = try machine.openSource(try machine.sourceFile(name), calledAs: name)
      let parameters = Array(arguments.dropFirst(first + 1))
      return readSource(&machine, arguments, SourceFile(name: name, parameters: parameters, file: file))
    } catch {
      return failToSource(&machine, arguments, error)
    }
  }
}

/// A file that `.` is reading; it is kept while the builtin waits for more of it.
private struct SourceFile: Sendable {
  let name: ByteString
  let parameters: [ByteString]
  let file: OpenFile
  var text = ByteString()
}

/// Reads to the end, waiting as often as there is nothing to read, and then runs what it has.
private func readSource(_ machine: inout Machine, _ arguments: Arguments, _ started: SourceFile) -> BuiltinResult {
  var source = started
  while true {
    switch machine.peek(source.file) {
    case .bytes(let bytes):
      source.text.append(bytes)
      source.file.consume(bytes.count)
    case .endOfFile: return .evaluate(Evaluation(source.text, .file(source.name, parameters: source.parameters)))
    case .failed(let error): return failToSource(&machine, arguments, .system(source.name, error))
    case .wouldBlock:
      let rest = source
      return .wait(machine.waitUntilReadable(source.file)) { machine, _ in readSource(&machine, arguments, rest) }
    }
  }
}

/// A script ends with 2 for whatever it cannot go on with.
private func failToSource(_ machine: inout Machine, _ arguments: Arguments, _ error: BuiltinError) -> BuiltinResult {
  machine.fail(arguments, error, status: .usageError)
}

extension Machine {
  /// Opens without waiting for a FIFO's other side: the reading waits for it.
  fileprivate func openSource(_ path: ByteString, calledAs name: ByteString) throws(BuiltinError) -> OpenFile {
    if let number = DescriptorPath.number(of: path) {
      guard let file = file(number) else { throw .system(name, .badFileDescriptor) }
      return file
    }
    do throws(Errno) {
      let directory = environment.workingDirectory.descriptor
      return OpenFile(try Files.open(path, in: directory, [.readOnly, .nonBlocking]), isOwned: true)
    } catch {
      throw .system(name, error)
    }
  }

  /// The path of the file that `.` means.
  fileprivate func sourceFile(_ name: ByteString) throws(BuiltinError) -> ByteString {
    if name.contains(UInt8(ascii: "/")) { return name }
    let path = environment.value(of: "PATH") ?? ByteString()
    for element in path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let candidate = element.isEmpty ? name : ByteString(element) + "/" + name
      if fileStatus(candidate)?.kind == .regular, allows(.reading, of: candidate) { return candidate }
    }
    throw .notFound(name)
  }
}
