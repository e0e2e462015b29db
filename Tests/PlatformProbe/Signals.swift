import ByteStrings
import Glibc
import Platform
import SystemPackage

func signalsBecomePending() throws {
  try Signals.set(.handle, for: .user1)
  try Signals.set(.handle, for: .user2)
  let wake = try Signals.wakeDescriptor()
  say("before: \(Signals.arePending) \(try wake.pollReadiness(.reading).contains(.reading))")
  try Signals.raise(.user1)
  try Signals.raise(.user2)
  try Signals.raise(.user1)
  say("raised: \(Signals.arePending) \(try wake.pollReadiness(.reading).contains(.reading))")
  Signals.acknowledgeWake()
  say("acknowledged: \(try wake.pollReadiness(.reading).contains(.reading))")
  say("taken: \(Signals.takePending([.user2]).map { $0.name! })")
  say("left: \(Signals.takePending().map { $0.name! }) \(Signals.arePending)")
  Signals.raisePending([.interrupt])
  say("from a thread: \(Signals.takePending() == [.interrupt]) \(try wake.pollReadiness(.reading).contains(.reading))")
  var interrupted = false
  let pipe = try FileDescriptor.makePipe()
  let sender = shell("while kill -0 \(ProcessID.current!) 2>/dev/null && kill -USR1 \(ProcessID.current!); do :; done")
  let process = try sender.spawn()
  do {
    _ = try pipe.reading.blockUntilReady(.reading, milliseconds: -1, interruption: .report)
  } catch {
    interrupted = error == .interrupted
  }
  try Signals.send(.kill, to: process)
  say("interrupted: \(interrupted) \(try ChildProcesses.wait(for: process).status)")
  do { try Signals.set(.ignore, for: .kill) } catch { say("KILL: \(error)") }
}

func printEntryDispositions() throws {
  try Signals.set(.handle, for: .user1)
  try Signals.set(.ignore, for: .user2)
  try Signals.set(.default, for: .user1)
  for signal in [SignalNumber.user1, .user2, .hangup, .terminate] {
    say("\(signal.name!): \(Signals.wasIgnoredAtEntry(signal))")
  }
}

/// The masks that a child begins with, from `/proc`: dash itself changes nothing with `-c`.
func childDispositions() throws {
  try Signals.set(.handle, for: .user1)
  try Signals.set(.handle, for: .child)
  try Signals.set(.ignore, for: .terminalStop)
  try Signals.set(.ignore, for: .terminalInput)
  try Signals.set(.handle, for: .user2)
  Signals.block([.hangup, .user1])
  let script = "while read -r a b; do case $a in SigBlk:|SigIgn:|SigCgt:) echo $a $b;; esac; done </proc/$$/status"
  var request = shell(script)
  request.defaultSignals = [.terminalStop]
  request.ignoredSignals = [.interrupt, .user2]
  run("child", request)
  say("still blocked here: \(Signals.blocked.map { $0.name! })")
  say("still handled here: \(Signals.handled.map { $0.name! })")
}

func endBySignal() throws {
  try Signals.set(.handle, for: .terminate)
  Signals.block([.terminate])
  Signals.endProcess(by: .terminate)
}

func reapWhatChanged() throws {
  say("without children: \(try ChildProcesses.reapAny() == nil)")
  var request = shell("kill -STOP $$; kill -TERM $$")
  request.processGroup = .new
  let process = try request.spawn()
  say("group: \(try process.group() == process)")
  while true {
    guard let change = try ChildProcesses.reapAny() else {
      sched_yield()
      continue
    }
    say("\(change.process == process) \(change.status)")
    if change.status.isFinal { break }
    if case .stopped = change.status { try Signals.send(.continue, toGroup: process) }
  }
  say("afterwards: \(try ChildProcesses.reapAny() == nil)")
}

/// The permissions, in octal, of a file that is created in the scenario's directory.
private func created(_ name: String, umask: CModeT) -> String {
  do {
    let path = ByteString(CommandLine.arguments[2] + "/" + name)
    let opened = try Files.open(path, [.writeOnly, .create], umask: FilePermissions(rawValue: umask))
    defer { try? opened.closeDescriptor() }
    return String(try FileStatus(of: opened).permissions.rawValue, radix: 8)
  } catch {
    return "\(error)"
  }
}

/// Creates many files with one mask, and says how many came out wrong.
private func createMany(umask: CModeT) {
  var wrong = 0
  for number in 0..<200 where created("t\(umask)-\(number)", umask: umask) != String(0o666 & ~umask, radix: 8) {
    wrong += 1
  }
  say("thread \(String(umask, radix: 8)): \(wrong) wrong")
}

/// Each thread creates with a mask of its own while the others do.
func umaskOfThreads() throws {
  say("entry: \(Umask.atEntry.map { String($0.rawValue, radix: 8) } ?? "unknown")")
  say("main 077: \(created("a", umask: 0o077))")
  say("main 0: \(created("b", umask: 0))")
  let masks: [CModeT] = [0o000, 0o022, 0o077, 0o007]
  let threads = masks.map { mask in startThread { createMany(umask: mask) } }
  for thread in threads { pthread_join(thread, nil) }
  say("main 0 again: \(created("c", umask: 0))")
}

private final class Body: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

func startThread(_ run: @escaping @Sendable () -> Void) -> pthread_t {
  var thread = pthread_t()
  let body = Unmanaged.passRetained(Body(run))
  pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
      return nil
    }, body.toOpaque())
  return thread
}
