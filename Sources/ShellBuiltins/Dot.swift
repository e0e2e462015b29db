import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let dot = Builtin(
    ".", .special, synopsis: "FILE",
    help: """
      Runs the commands of FILE in this environment. Where FILE has no slash, it is searched in $PATH; it must be
      readable, not executable.
      """
  ) { machine, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    guard let name = try arguments.optionalOperand(from: first) else { throw .missingOperand("a file") }
    do throws(BuiltinError) {
      let source = try machine.contents(of: try machine.sourceFile(name), calledAs: name)
      return .evaluate(Evaluation(source, .file(name)))
    } catch {
      // A script ends with 2 for whatever it cannot go on with.
      return machine.fail(arguments, error, status: .usageError)
    }
  }
}

extension Machine {
  fileprivate func contents(of path: ByteString, calledAs name: ByteString) throws(BuiltinError) -> ByteString {
    do throws(Errno) {
      return try Files.contents(of: path, in: environment.workingDirectory.descriptor)
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
