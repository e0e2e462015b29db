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
    // Nothing is released one by one at exit: the kernel frees the memory of the process at once.
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

/// Writes a message. An error is ignored, since there is no other place to report it.
func writeToStandardError(_ text: ByteString) { _ = try? FileDescriptor.standardError.writeAll(text) }
func writeToStandardError(_ text: String) { writeToStandardError(ByteString(text)) }
