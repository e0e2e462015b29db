import ByteStrings
import Glibc
import Platform
import SystemPackage

/// The fields of `/proc/PID/stat` from the parent's ID on: parent, group, session, terminal, foreground group.
private let compareGroups =
  "read -r stat </proc/$$/stat; set -- $stat; [ $1 = $5 ] && [ $5 = $8 ] && echo child is in the foreground"

func foregroundGroup() throws {
  guard let terminal = Terminal.openControlling() else { return say("no terminal") }
  say("own number: \(terminal.descriptor.rawValue >= 10) \(terminal.descriptor.isCloseOnExec!)")
  say("ours: \(try terminal.foregroundGroup() == ProcessID.currentGroup)")
  say("size: \(terminal.size()!)")
  for _ in 0..<20 {
    var request = shell(compareGroups)
    request.processGroup = .new
    request.foregroundTerminal = terminal.descriptor
    run("child", request)
    // Here we are a background process group, and SIGTTOU has its default action.
    try terminal.setForegroundGroup(ProcessID.currentGroup!)
  }
  var attributes = try terminal.attributes()
  let before = attributes
  attributes.echoes = false
  attributes.isCanonical = false
  try terminal.setAttributes(attributes)
  say("changed: \(try terminal.attributes() == attributes) \(try terminal.attributes() != before)")
  attributes.makeSane()
  try terminal.setAttributes(attributes, .now)
  say("sane: \(try terminal.attributes().echoes) \(try terminal.attributes().isCanonical)")
  var elsewhere = shell("exit 0")
  elsewhere.processGroup = .new
  elsewhere.foregroundTerminal = try Files.open("/dev/null", .readWrite)
  run("no terminal", elsewhere)
}

/// A program that Ctrl-Z stops and that goes on.
func stopAtTerminal() throws {
  guard let terminal = Terminal.openControlling() else { return say("no terminal") }
  try Signals.set(.ignore, for: .terminalStop)
  var request = shell("echo running; read -r line; echo got $line")
  request.processGroup = .new
  request.foregroundTerminal = terminal.descriptor
  request.defaultSignals = [.terminalStop]
  let process = try request.spawn()
  let stop = try ChildProcesses.wait(for: process)
  try terminal.setForegroundGroup(ProcessID.currentGroup!)
  say("status: \(stop.status)")
  try terminal.setForegroundGroup(process)
  try Signals.send(.continue, toGroup: process)
  say("then: \(try ChildProcesses.waitUntilEnd(of: process).status)")
}

/// SIGTSTP arrives all the time, also between the opening of a child's mask and its exec: nothing may hang.
func stopStorm() throws {
  // Alone in a group, so that nobody else is stopped; a session's leader is that already.
  try? ProcessID.current!.join(group: ProcessID.current!)
  try Signals.set(.ignore, for: .terminalStop)
  let storm = startThread {
    while true { try? Signals.send(.terminalStop, toGroup: ProcessID.currentGroup!) }
  }
  pthread_detach(storm)
  var stops = 0
  for _ in 0..<150 {
    var request = SpawnRequest(path: "/bin/true", arguments: CStringArray(["true"]), environment: CStringArray([]))
    request.defaultSignals = [.terminalStop]
    let process = try request.spawn()
    while true {
      let change = try ChildProcesses.wait(for: process)
      if change.status.isFinal { break }
      if case .stopped = change.status { stops += 1 }
      try? Signals.send(.continue, to: process)
    }
  }
  say("stopped: \(stops > 0)")
}
