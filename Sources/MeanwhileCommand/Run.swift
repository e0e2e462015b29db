import ByteStrings
import Platform
import ShellBuiltins
import SystemPackage

/// Runs the executable; the process's exit status.
func run() -> Int32 {
  let invocation: Invocation
  do throws(InvocationError) {
    invocation = try Invocation(ProcessInformation.arguments)
  } catch {
    writeToStandardError("meanwhile: " + error.message + "\n")
    return 2
  }
  switch invocation.input {
  case .help: return write(Invocation.help)
  case .version: return write("meanwhile " + version + "\n")
  default:
    let session = Session(invocation)
    // The kernel takes it all back at once: nothing is released piece by piece.
    return withExtendedLifetime(session) { ProcessInformation.exitImmediately(session.run()) }
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
