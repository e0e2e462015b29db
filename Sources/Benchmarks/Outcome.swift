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

/// Runs a program to its end, or until it stops itself; throws where it cannot be started or ends with another status
/// than 0.
@discardableResult
func run(_ command: [String]) throws -> Outcome {
  let pipe = Pipe()
  let start = Measure.now()
  let child = try spawn(command, output: pipe.fileHandleForWriting.fileDescriptor)
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
  guard status.value == 0 else { throw CocoaError(.executableLoad) }
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
  let words = cStrings(command)
  let environment = cStrings(ProcessInfo.processInfo.environment.map { "\($0)=\($1)" })
  defer { for string in words + environment { free(string) } }
  var child: pid_t = 0
  guard posix_spawnp(&child, command[0], &actions, nil, words, environment) == 0 else {
    throw CocoaError(.executableNotLoadable)
  }
  return child
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
  guard wait4(child, &status.value, WUNTRACED, &usage) == child else { throw CocoaError(.executableLoad) }
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
