import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let pwd = Builtin(
    "pwd", .intrinsic, synopsis: "[-LP]",
    help: """
      Writes the working directory.

        -L  as it was reached, with symbolic links (the default), as long as that path leads there
        -P  without symbolic links

      Fails in a directory that was removed.
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "LP")
    var isPhysical = false
    while let option = try options.next() { isPhysical = option.letter == "P" }
    if let operand = options.operands.first { throw .usage(.unexpectedOperand(operand)) }
    let directory = context.environment.workingDirectory
    if !isPhysical, let path = directory.currentPath {
      context.write(path + "\n")
      return .status(.success)
    }
    guard let path = try? directory.physicalPath() else { throw .directory(.unknownWorkingDirectory) }
    context.write(path + "\n")
    return .status(.success)
  }
}
