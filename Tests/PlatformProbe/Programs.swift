import ByteStrings
import Glibc
import Platform
import SystemPackage

/// Becomes a shell that says what it was given.
func replaceWorks() throws {
  let first = try memoryFile("first")
  let second = try memoryFile("second")
  var request = shell(
    "pwd; umask; echo $PPID $$; cat <&3; cat <&4; [ -e /proc/$$/fd/\(first.rawValue) ] || echo closed")
  say("\(ProcessID.parent!) \(ProcessID.current!)")
  request.directory = try Files.openDirectory("/usr")
  request.umask = FilePermissions(rawValue: 0o077)
  request.descriptors += [.init(3, second), .init(4, first)]
  say("failed: \(request.replaceProcess())")
}

private func memoryFile(_ text: ByteString) throws -> FileDescriptor {
  let file = try FileDescriptor.makeMemoryFile().duplicate(atLeast: 20)
  try file.writeAll(text + "\n")
  try file.moveOffset(by: 0, from: .start)
  return file
}

/// A failed exec in place leaves everything as it was.
func replaceFailsAndPutsBack() throws {
  try Signals.set(.handle, for: .user1)
  try Signals.set(.ignore, for: .terminalStop)
  Signals.block([.hangup])
  let three = FileDescriptor(rawValue: 3)
  try memoryFile("three").duplicate(onto: three)
  let four = FileDescriptor(rawValue: 4)
  try memoryFile("four").duplicate(onto: four)
  let before = try facts()
  var request = SpawnRequest(path: "/nonexistent", arguments: CStringArray(["x"]), environment: CStringArray([]))
  request.directory = try Files.openDirectory("/usr")
  let open = try openNumbers()
  request.umask = FilePermissions(rawValue: 0o077)
  request.limits = [ResourceLimit(.openFiles, soft: 40, hard: try ResourceLimit(of: .openFiles).hard)]
  request.defaultSignals = [.terminalStop]
  request.ignoredSignals = [.user1]
  request.descriptors += [.init(3, four), .init(4, three), .init(5, four)]
  say("\(request.replaceProcess())")
  say("the same: \(try facts() == before) \(try openNumbers() == open)")
  say("\(try three.readAll() == "three\n") \(try four.readAll() == "four\n")")
  try Signals.raise(.user1)
  say("handled: \(Signals.takePending() == [.user1])")
}

private func facts() throws -> [String] {
  let mask = umask(0)
  umask(mask)
  return [
    try Files.workingDirectory().description, String(mask, radix: 8), "\(try ResourceLimit(of: .openFiles))",
    "\(Signals.blocked.map { $0.name! })", "\(try ignoredInKernel())",
    "\(FileDescriptor(rawValue: 3).isCloseOnExec!)",
  ]
}

private func ignoredInKernel() throws -> String {
  let lines = try Files.contents(of: "/proc/self/status").description.split(separator: "\n")
  return lines.filter { $0.hasPrefix("SigIgn") || $0.hasPrefix("SigCgt") }.joined()
}

private func openNumbers() throws -> [ByteString] {
  try Files.entries(of: "/proc/self/fd").map(\.name).sorted()
}

/// Does each thing once or twice, and says what failed; the environment says what must.
func failOnRequest() throws {
  run("first", shell("exit 1"))
  run("second", shell("exit 2"))
  func attempt(_ name: String, _ body: () throws -> Void) {
    do {
      try body()
      say("\(name): done")
    } catch {
      say("\(name): \(error)")
    }
  }
  attempt("open") { try Files.open("/dev/null", .readOnly).closeDescriptor() }
  attempt("open") { try Files.open("/dev/null", .readOnly).closeDescriptor() }
  attempt("pipe") { _ = try FileDescriptor.makePipe() }
  attempt("dup") { _ = try FileDescriptor.standardInput.duplicate() }
  say("available: \(FaultInjection.isAvailable)")
}

/// Starts programs in every way that fails, from several threads at once: no descriptor and no process is left.
func leaveNothing() throws {
  let before = try openNumbers()
  let threads = (0..<4).map { _ in startThread(failInEveryWay) }
  for thread in threads { pthread_join(thread, nil) }
  say("descriptors: \(try openNumbers() == before)")
  say("children: \(try ChildProcesses.reapAny() == nil)")
}

private func failInEveryWay() {
  var good = shell("exit 7")
  good.processGroup = .new
  var file = good
  file.path = "/nonexistent"
  var descriptor = good
  descriptor.descriptors.append(.init(9, FileDescriptor(rawValue: 999)))
  var directory = good
  directory.directory = .standardInput
  var group = good
  group.processGroup = .join(ProcessID(1))
  var limit = good
  limit.limits = [ResourceLimit(.openFiles, soft: 10, hard: 5)]
  let expected: [(SpawnRequest, SpawnError.Stage)] = [
    (file, .execute), (descriptor, .descriptor(9)), (directory, .directory), (group, .processGroup),
    (limit, .limit(Resource.openFiles.rawValue)),
  ]
  for _ in 0..<25 {
    for (request, stage) in expected { if stageOfFailure(request) != stage { say("not \(stage)") } }
    let status = (try? good.spawn()).flatMap { try? ChildProcesses.waitUntilEnd(of: $0).status }
    if status != .exited(7) { say("not exited: \(String(describing: status))") }
  }
}

private func stageOfFailure(_ request: SpawnRequest) -> SpawnError.Stage? {
  do {
    _ = try request.spawn()
    return nil
  } catch {
    return error.stage
  }
}
