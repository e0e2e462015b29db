// Benchmarks measures the library and the shell, beside their peers.
//
// Each command of the library prints `key value` lines; `compare` runs them and the peers' programs (in `Peers`) in
// interleaved rounds and writes medians and ratios as a table. To add a row to the table, see `Rows.swift`.
import Foundation

let usage = """
  usage: Benchmarks park N | switch TASKS ROUNDS | timers N | pingpong N | echo CONNECTIONS N | cancel N
         | step PARKED STEPS
         Benchmarks compare [--rounds N] [--shell PATH] [--only NAME]... [--output FILE]
  """

/// Stops with the usage.
func stopWithUsage() -> Never {
  FileHandle.standardError.write(Data((usage + "\n").utf8))
  exit(2)
}

var arguments = Array(CommandLine.arguments.dropFirst())
guard !arguments.isEmpty else { stopWithUsage() }
let command = arguments.removeFirst()

if command == "compare" {
  guard let options = Comparison.Options(arguments) else { stopWithUsage() }
  try Comparison(options).run()
} else {
  let numbers = arguments.compactMap { Int($0) }
  guard numbers.count == arguments.count, numbers.allSatisfy({ $0 >= 0 }) else { stopWithUsage() }
  guard let figures = try LibraryBenchmark.run(command, numbers) else { stopWithUsage() }
  for (key, value) in figures { print(key, value) }
}
