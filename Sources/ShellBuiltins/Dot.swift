import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let dot = Builtin(
    ".", .special, synopsis: "FILE [ARGUMENT...]",
    help: """
      Runs the commands of FILE in this environment. Where FILE has no slash, it is searched in $PATH, unless the
      option `sourcepath` of `shopt` is off; it must be readable, not executable. ARGUMENTs are the positional
      parameters meanwhile; without any these stay as they are.
      """
  ) { context, arguments throws(BuiltinError) in try runFile(&context, arguments) }

  static let source = Builtin(
    "source", synopsis: "FILE [ARGUMENT...]",
    help: "As `.`, but an error in it does not end a script."
  ) { context, arguments throws(BuiltinError) in try runFile(&context, arguments) }
}

private func runFile(_ context: inout BuiltinContext, _ arguments: Arguments) throws(BuiltinError) -> BuiltinResult {
  let first = try OptionReader.firstOperand(arguments)
  guard first < arguments.count else { throw .usage(.missingOperand("a file")) }
  let name = arguments[first]
  do throws(BuiltinError) {
    let path = try context.sourceFile(name)
    let file = try context.openSource(path, calledAs: name)
    let parameters = Array(arguments.dropFirst(first + 1))
    return readSource(&context, arguments, SourceFile(name: path, parameters: parameters, file: file))
  } catch {
    return failToSource(&context, arguments, error)
  }
}

/// A file that `.` is reading. It is kept while the builtin waits for more of it.
private struct SourceFile: Sendable {
  let name: ByteString
  let parameters: [ByteString]
  let file: OpenFile
  var text = ByteString()
}

/// Reads to the end of the file, waiting whenever there is nothing to read, then runs the text.
private func readSource(_ context: inout BuiltinContext, _ arguments: Arguments, _ started: SourceFile) -> BuiltinResult
{
  var source = started
  while true {
    switch context.read(.none, from: source.file) {
    case .bytes(let bytes): source.text.append(bytes)
    case .endOfFile: return .evaluate(Evaluation(source.text, .file(source.name, parameters: source.parameters)))
    case .failed(let error): return failToSource(&context, arguments, .system(source.name, error))
    case .wouldBlock:
      let rest = source
      return .wait(context.readability(of: source.file)) { context, _ in readSource(&context, arguments, rest) }
    }
  }
}

/// Fails with status 2, which ends a script; `source` with 1, as in bash.
private func failToSource(_ context: inout BuiltinContext, _ arguments: Arguments, _ error: BuiltinError)
  -> BuiltinResult
{
  context.fail(arguments, error, status: arguments.name == "source" ? .failure : .usageError)
}

extension BuiltinContext {
  /// Opens the file without blocking: at a FIFO without a writer, reading waits instead.
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

  /// The path of the file that the operand of `.` names.
  fileprivate func sourceFile(_ name: ByteString) throws(BuiltinError) -> ByteString {
    if name.contains(UInt8(ascii: "/")) || environment.options.contains(.noSourcePath) { return name }
    let path = environment.value(of: "PATH") ?? ByteString()
    for element in path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let candidate = element.isEmpty ? name : ByteString(element) + "/" + name
      if fileStatus(candidate)?.kind == .regular, allows(.reading, of: candidate) { return candidate }
    }
    throw .lookup(.notFound(name))
  }
}
