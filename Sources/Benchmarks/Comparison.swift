import Foundation

/// Runs every row's contestants in interleaved rounds, so that what else the machine does falls on all of them alike,
/// and writes medians and ratios as a table.
struct Comparison {
  /// What the command line asks for.
  struct Options {
    var rounds = 5
    /// The shell to measure, where there is one.
    var shell: String?
    /// The rows to run; all, where it is empty.
    var only: Set<String> = []
    /// Where the table goes beside standard output.
    var output: String?

    init?(_ arguments: [String]) {
      var words = arguments[...]
      while let word = words.popFirst() {
        guard let value = words.popFirst() else { return nil }
        switch word {
        case "--rounds":
          guard let number = Int(value), number > 0 else { return nil }
          rounds = number
        case "--shell": shell = value
        case "--only": only.insert(value)
        case "--output": output = value
        default: return nil
        }
      }
    }
  }

  private let options: Options

  init(_ options: Options) {
    self.options = options
  }

  /// Runs all of it and writes the table.
  func run() throws {
    let peers = try Peers()
    defer { peers.remove() }
    var lines = [
      "| row | target | Meanwhile | beside (ratio of ours) |", "|---|---|---|---|",
    ]
    for row in rows(peers) where options.only.isEmpty || options.only.contains(row.name) {
      lines += measure(row)
      print(lines.suffix(row.figures.count).joined(separator: "\n"))
      // A comparison takes minutes, and standard output may be a file.
      fflush(nil)
    }
    let table = lines.joined(separator: "\n") + "\n"
    if let output = options.output {
      try table.write(toFile: output, atomically: true, encoding: .utf8)
    } else {
      print("\n" + table)
    }
  }

  /// The rows of the table, in order.
  private func rows(_ peers: Peers) -> [Row] {
    LibraryRows.all(peers)
      + (options.shell.map { ShellRows.all($0) + LanguageRows.all($0) + JobRows.all($0, peers) } ?? [])
  }

  /// Runs the contestants one after the other, so many rounds, and returns a line for each figure.
  private func measure(_ row: Row) -> [String] {
    var outcomes: [String: [Outcome]] = [:]
    var contestants = row.contestants
    for _ in 0..<options.rounds {
      for contestant in contestants {
        do {
          outcomes[contestant.name, default: []].append(try outcome(of: contestant, row.repetitions))
        } catch {
          let note = "\(row.name): \(contestant.name) is left out: \(error)\n"
          FileHandle.standardError.write(Data(note.utf8))
          contestants.removeAll { $0.name == contestant.name }
          outcomes[contestant.name] = nil
        }
      }
    }
    return row.figures.map { figure in
      let medians = row.contestants.compactMap { contestant -> (name: String, value: Double)? in
        let values = (outcomes[contestant.name] ?? []).compactMap { value(of: figure, in: $0) }.sorted()
        return values.isEmpty ? nil : (contestant.name, values[values.count / 2])
      }
      return line(figure, medians)
    }
  }

  /// One round of a contestant, all figures by its units.
  private func outcome(of contestant: Contestant, _ repetitions: Int) throws -> Outcome {
    var total = try Benchmarks.run(contestant.command)
    for _ in 1..<repetitions { total = total + (try Benchmarks.run(contestant.command)) }
    return total.divided(by: Double(repetitions * contestant.units))
  }

  private func value(of figure: Figure, in outcome: Outcome) -> Double? {
    switch figure.source {
    case .wallMicroseconds: return outcome.wallMicroseconds
    case .processorMicroseconds: return outcome.processorMicroseconds
    case .peakKilobytes: return outcome.peakKilobytes
    case .printed(let key):
      let line = outcome.output.split(separator: "\n").first { $0.hasPrefix(key + " ") }
      return line.flatMap { Double($0.dropFirst(key.count + 1)) }
    }
  }

  private func line(_ figure: Figure, _ medians: [(name: String, value: Double)]) -> String {
    guard let own = medians.first else { return "| \(figure.label) | \(figure.target) | failed | |" }
    let others = medians.dropFirst().map { other in
      "\(other.name) \(short(other.value)) (\(String(format: "%.2f", own.value / other.value)))"
    }
    return "| \(figure.label) | \(figure.target) | \(short(own.value)) | \(others.joined(separator: ", ")) |"
  }

  private func short(_ value: Double) -> String {
    value < 10 ? String(format: "%.2f", value) : String(format: value < 100 ? "%.1f" : "%.0f", value)
  }
}
