import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let pwd = Builtin(
    "pwd", .intrinsic, synopsis: "[-LP]",
    help: """
      Writes the working directory.

        -L  as it was reached, with symbolic links (the default)
        -P  without symbolic links
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "LP")
    var isPhysical = false
    while let option = try options.next() { isPhysical = option.letter == "P" }
    if let operand = options.operands.first { throw .usage(.unexpectedOperand(operand)) }
    let directory = context.environment.workingDirectory
    context.write((isPhysical ? try directory.physicalPath() : directory.path) + "\n")
    return .status(.success)
  }
}

extension WorkingDirectory {
  /// The absolute path without symbolic links.
  func physicalPath() throws(BuiltinError) -> ByteString {
    do throws(Errno) {
      guard let descriptor else { return try Files.workingDirectory() }
      return try Files.path(of: descriptor)
    } catch {
      throw .system(path, error)
    }
  }
}
