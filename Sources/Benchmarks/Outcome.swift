import Foundation

/// What came of a program: its standard output, and what it took.
struct Outcome {
  var output: String
  var wallMicroseconds: Double
  /// Of the program and of all that it waited for.
  var processorMicroseconds: Double
  /// The peak of its memory, where it stopped itself; else 0.
  var peakKilobytes: Double

  static func + (left: Outcome, right: Outcome) -> Outcome {
    Outcome(
      output: left.output, wallMicroseconds: left.wallMicroseconds + right.wallMicroseconds,
      processorMicroseconds: left.processorMicroseconds + right.processorMicroseconds,
      peakKilobytes: left.peakKilobytes + right.peakKilobytes)
  }

  func divided(by units: Double) -> Outcome {
    Outcome(
      output: output, wallMicroseconds: wallMicroseconds / units, processorMicroseconds: processorMicroseconds / units,
      peakKilobytes: peakKilobytes / units)
  }
}

/// Why a program gave no figures.
enum Failure: Error {
  case cannotStart
  case status(Int32)
  case tookTooLong
}

/// How long a program may take, in seconds; then it is killed.
private let limit = 60

/// Runs a program in a process group of its own to its end, or until it stops itself. Whatever is left in the group then
/// is killed.
@discardableResult
func run(_ command: [String]) throws -> Outcome {
  let pipe = Pipe()
  let start = Measure.now()
  let child = try spawn(command, output: pipe.fileHandleForWriting.fileDescriptor)
  defer { kill(-child, SIGKILL) }
  try pipe.fileHandleForWriting.close()
  // What a program that stops has written is not looked at; it still has the pipe open.
  var status = try wait(for: child)
  var peak = 0.0
  if status.isStopped {
    peak = peakKilobytes(of: child)
    kill(child, SIGKILL)
    status = try wait(for: child)
    status.value = 0
  }
  let wall = Double(Measure.now() - start) / 1000
  guard status.value == 0 else { throw Failure.status(status.value) }
  kill(-child, SIGKILL)
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  return Outcome(
    output: String(decoding: data, as: UTF8.self), wallMicroseconds: wall,
    processorMicroseconds: status.processorMicroseconds, peakKilobytes: peak)
}

private func spawn(_ command: [String], output: Int32) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, output, 1)
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var none = signals([])
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
  let words = cStrings(command)
  let environment = cStrings(ProcessInfo.processInfo.environment.map { "\($0)=\($1)" })
  defer { for string in words + environment { free(string) } }
  var child: pid_t = 0
  // Blocked, so that it can be waited for with a limit.
  var ofChildren = signals([SIGCHLD])
  sigprocmask(SIG_BLOCK, &ofChildren, nil)
  guard posix_spawnp(&child, command[0], &actions, &attributes, words, environment) == 0 else {
    throw Failure.cannotStart
  }
  return child
}

private func signals(_ numbers: [Int32]) -> sigset_t {
  var set = sigset_t()
  sigemptyset(&set)
  for number in numbers { sigaddset(&set, number) }
  return set
}

private func cStrings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
  strings.map { strdup($0) } + [nil]
}

/// What `wait4` says of a child.
private struct ChildStatus {
  var value: Int32 = 0
  var processorMicroseconds = 0.0

  var isStopped: Bool { value & 0xff == 0x7f }
}

private func wait(for child: pid_t) throws -> ChildStatus {
  var status = ChildStatus()
  var usage = rusage()
  var ofChildren = signals([SIGCHLD])
  let end = Measure.now() + Int64(limit) * 1_000_000_000
  while true {
    let changed = wait4(child, &status.value, WUNTRACED | WNOHANG, &usage)
    if changed == child { break }
    let left = Int((end - Measure.now()) / 1_000_000_000)
    guard changed == 0, left >= 0 else { throw Failure.tookTooLong }
    var time = timespec(tv_sec: left + 1, tv_nsec: 0)
    _ = sigtimedwait(&ofChildren, nil, &time)
  }
  let times = [usage.ru_utime, usage.ru_stime]
  status.processorMicroseconds = times.reduce(0) { $0 + Double($1.tv_sec) * 1_000_000 + Double($1.tv_usec) }
  return status
}

/// Not of `wait4`, which counts the process that the child was before it executed its program.
private func peakKilobytes(of child: pid_t) -> Double {
  let text = (try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let number = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
  return number.flatMap { Double($0) } ?? 0
}
