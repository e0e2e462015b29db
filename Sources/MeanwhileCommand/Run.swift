import ByteStrings
import Platform
import ShellBuiltins
import SystemPackage

/// Runs the executable; the process's exit status.
func run() -> Int32 {
  let arguments = CommandLine.unsafeArgv
  var words: [ByteString] = []
  for index in 0..<Int(CommandLine.argc) { if let word = arguments[index] { words.append(ByteString(cString: word)) } }
  let invocation: Invocation
  do throws(InvocationError) {
    invocation = try Invocation(words)
  } catch {
    writeToStandardError("meanwhile: " + error.message + "\n")
    return 2
  }
  switch invocation.input {
  case .help: return write(Invocation.help)
  case .version: return write("meanwhile " + version + "\n")
  default: return Session(invocation).run()
  }
}

let version = "0.1.0"

private func write(_ text: String) -> Int32 {
  do {
    try FileDescriptor.standardOutput.writeAll(ByteString(text))
    return 0
  } catch {
    return 1
  }
}

/// Writes a message; where standard error is closed or full nobody can be told.
func writeToStandardError(_ text: ByteString) { _ = try? FileDescriptor.standardError.writeAll(text) }
func writeToStandardError(_ text: String) { writeToStandardError(ByteString(text)) }
