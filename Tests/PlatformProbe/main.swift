// PlatformProbe: what tests of Platform need a process of its own for.
//
// A signal's disposition, the controlling terminal, exec in place: each belongs to a whole process. The first
// argument names a scenario; what it finds it writes to standard output, one fact a line.

import ByteStrings
import Glibc
import Platform
import SystemPackage

let scenarios: [(name: String, run: () throws -> Void)] = [
  ("signals", signalsBecomePending),
  ("entry", printEntryDispositions),
  ("dispositions", childDispositions),
  ("end", endBySignal),
  ("reap", reapWhatChanged),
  ("leaks", leaveNothing),
  ("replace", replaceWorks),
  ("replace-fails", replaceFailsAndPutsBack),
  ("faults", failOnRequest),
  ("foreground", foregroundGroup),
  ("stop", stopAtTerminal),
  ("stop-storm", stopStorm),
  ("umask", umaskOfThreads),
]

/// Writes one fact.
func say(_ text: String) {
  try? FileDescriptor.standardOutput.writeAll(ByteString(text + "\n"))
}

/// A request to run `script` in `/bin/sh` with our own descriptors.
func shell(_ script: String) -> SpawnRequest {
  SpawnRequest(
    path: "/bin/sh", arguments: CStringArray(["sh", "-c", ByteString(script)]),
    environment: CStringArray(["PATH=/usr/bin:/bin"]))
}

/// Runs `request` to its end and says how it ended, under `name`.
func run(_ name: String, _ request: SpawnRequest) {
  do {
    let end = try ChildProcesses.waitUntilEnd(of: try request.spawn())
    say("\(name): \(end.status)")
  } catch {
    say("\(name): \(error)")
  }
}

let name = CommandLine.arguments.dropFirst().first ?? ""
guard let scenario = scenarios.first(where: { $0.name == name }) else {
  say("no such scenario: \(name)")
  exit(2)
}
do {
  try scenario.run()
} catch {
  say("error: \(error)")
  exit(1)
}
