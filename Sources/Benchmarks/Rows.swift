/// One line of the comparison: the same work for every contestant, and the figures to show of it.
struct Row {
  /// What `--only` calls it.
  let name: String
  /// The figures, and which of two is the better one.
  let figures: [Figure]
  /// Who does it, ours first; those that are not installed are left out.
  let contestants: [Contestant]
  /// How often a contestant runs in a round; what is measured around it is divided by this.
  var repetitions = 1
}

/// A figure that a contestant prints, or that is measured around it.
struct Figure {
  enum Source {
    /// A `key value` line of its standard output.
    case printed(String)
    /// How long it ran, by its units.
    case wallMicroseconds
    /// The processor time of it and of what it waited for, by its units.
    case processorMicroseconds
    /// The peak of its memory when it stopped itself, by its units.
    case peakKilobytes
  }

  let label: String
  let source: Source
  /// What ours is to reach, in words.
  let target: String
}

/// A program with its arguments.
struct Contestant {
  let name: String
  let command: [String]
  /// How many units of work it does; what is measured around it is divided by this.
  var units = 1
}

/// The rows of the library; those of the shell are in `ShellRows`.
enum LibraryRows {
  static func all(_ peers: Peers) -> [Row] {
    [
      row(peers, "park", ["100000"], [("rss_per_task_bytes", "≤ 1536"), ("create_ns_per_task", "≤ 1000")]),
      row(peers, "park", ["1000000"], [("rss_per_task_bytes", "≤ 1536")], suffix: " 1,000,000"),
      row(peers, "switch", ["1000", "1000"], [("ns_per_switch", "≤ 150")]),
      row(peers, "pingpong", ["1000000"], [("ns_per_message", "≤ 120")]),
      row(peers, "timers", ["100000"], [("cpu_ms", "≤ 400"), ("late_p99_us", "≤ 3000")]),
      row(peers, "cancel", ["100000"], [("cancel_ns_per_task", "≤ 700")]),
      row(peers, "step", ["0", "200000"], [("ns_per_step", "≤ 400")], suffix: " beside 0"),
      row(peers, "step", ["10000", "200000"], [("ns_per_step", "≤ 400")], suffix: " beside 10,000"),
      row(peers, "step", ["100000", "200000"], [("ns_per_step", "≤ 400")], suffix: " beside 100,000"),
      row(peers, "echo", ["50", "200000"], [("round_trips_per_s", "≥ 0.8 of C")]),
    ]
  }

  private static func row(
    _ peers: Peers, _ command: String, _ numbers: [String], _ figures: [(key: String, target: String)],
    suffix: String = ""
  ) -> Row {
    Row(
      name: command,
      figures: figures.map {
        Figure(label: command + suffix + ": " + $0.key, source: .printed($0.key), target: $0.target)
      },
      contestants: peers.library(for: command).map {
        Contestant(name: $0.name, command: $0.command + [command] + numbers)
      }
    )
  }
}
