/// The rows of the shell: the same script for every shell that is installed.
///
/// A shell that forks for what ours does in its process runs fewer turns of it; figures are for one turn.
enum ShellRows {
  static func all(_ shell: String) -> [Row] { start(shell) + language(shell) + jobs(shell) }

  static let peers = ["dash", "bash", "ksh93", "zsh", "mksh", "yash"]

  // MARK: The rows

  private static func start(_ shell: String) -> [Row] {
    [
      row(shell, "start", ":", turns: 1, [.wall(per: "start", "≤ dash")], repetitions: 100),
      row(shell, "start memory", "kill -STOP $$", turns: 1, [.peak(per: "start", "≤ bash")]),
    ]
  }

  private static func language(_ shell: String) -> [Row] {
    [
      row(shell, "counting loop", counting(":"), turns: 300_000, [.processor(per: "turn", "≤ 0.5 of dash")]),
      row(
        shell, "function call", "f() { x=$1; }; " + counting("f \"$i\""), turns: 100_000,
        [.processor(per: "turn", "≤ 0.5 of dash")]),
      row(
        shell, "case", counting("case $i in a*) x=1 ;; *b) x=2 ;; foo|bar) x=3 ;; *) x=4 ;; esac"), turns: 100_000,
        [.processor(per: "turn", "≤ 0.5 of dash")]),
      row(
        shell, "six expansions",
        "p=/usr/local/lib/thing.tar.gz; "
          + counting("a=${p##*/} b=${p%/*} c=${a%%.*} d=${a#*.} e=${#p} f=${none:-\"$i\"}"),
        turns: 100_000, [.processor(per: "turn", "≤ 0.5 of dash")]),
      forking(shell, "x=$(echo hi)", counting("x=$(echo hi)"), "≤ 1 µs"),
      forking(shell, "( x=1 )", counting("( x=1 )"), "≤ 1 µs"),
      forking(shell, "x=$(echo hi) beside 5,000 variables", manyVariables + counting("x=$(echo hi)"), "the same"),
      forking(shell, "( x=1 ) beside 5,000 variables", manyVariables + counting("( x=1 )"), "the same"),
      row(
        shell, "recursion", "f() { if [ \"$1\" -gt 0 ]; then f $(($1-1)); fi; }; f $turns", turns: 100_000,
        [.processor(per: "call", "runs")]),
    ]
  }

  private static func jobs(_ shell: String) -> [Row] {
    [
      row(shell, "spawn", counting("/bin/true"), turns: 500, [.processor(per: "spawn", "≤ 1.05 of C")]),
      row(shell, "spawn in the background", counting("/bin/true & wait"), turns: 500, [.processor(per: "spawn", "")]),
      row(
        shell, "( /bin/true; : )", counting("( /bin/true; : )"), turns: 500,
        [.processor(per: "subshell", "≤ 1.1 of spawn")]),
      row(shell, "two programs", counting("/bin/true | /bin/true"), turns: 500, [.processor(per: "pipeline", "")]),
      forking(shell, ": & wait", counting(": & wait"), "≤ 5 µs"),
      forking(shell, "echo a | { read -r x; }", counting("echo a | { read -r x; }"), "≤ 5 µs"),
      row(
        shell, "seq 500000 | while read", "seq $turns | while read -r x; do :; done", turns: 500_000,
        [.processor(per: "line", "≤ 0.1 of bash")]),
      row(
        shell, "echo loop | while read", "{ " + counting("echo $i") + "; } | while read -r x; do :; done",
        turns: 100_000, [.processor(per: "line", "≤ 0.1 of bash")]),
      Row(
        name: "coroutine jobs", figures: [.peak(per: "job", "≤ 2.5 KB")],
        contestants: [contestant(shell, counting("sleep 600 &") + "; sleep 0; kill -STOP $$", turns: 100_000)]),
      Row(
        name: "compound coroutine jobs",
        figures: [.peak(per: "job", "≤ 3 KB").labelled("{ while …; do sleep 600; done; } &")],
        contestants: [
          contestant(
            shell, counting("{ while :; do sleep 600; done; } &") + "; sleep 0; kill -STOP $$", turns: 100_000)
        ]),
    ]
  }

  // MARK: Scripts

  /// A script that does `body` so often as `turns` says.
  static func counting(_ body: String) -> String {
    let command = body == ":" ? "" : body + (body.hasSuffix("&") ? " " : "; ")
    return "i=0; while [ \"$i\" -lt $turns ]; do \(command)i=$((i+1)); done"
  }

  /// 5,000 variables of 4 KiB.
  private static let manyVariables = """
    v=0123456789abcdef; v=$v$v$v$v; v=$v$v$v$v; v=$v$v$v$v; v=$v$v$v$v
    k=0; while [ "$k" -lt 5000 ]; do eval "big_$k=\\$v$k"; k=$((k+1)); done

    """

  // MARK: Contestants

  /// A row in which only ours and ksh93 do without a process for each turn.
  private static func forking(_ shell: String, _ name: String, _ script: String, _ target: String) -> Row {
    row(shell, name, script, turns: 100_000, [.processor(per: "turn", target)], forkingTurns: 500)
  }

  private static func row(
    _ shell: String, _ name: String, _ script: String, turns: Int, _ figures: [Figure], repetitions: Int = 1,
    forkingTurns: Int? = nil
  ) -> Row {
    let others = peers.filter(Peers.isInstalled).map { peer in
      contestant(peer, script, turns: forkingTurns ?? turns)
    }
    let own = contestant(shell, script, turns: turns)
    return Row(
      name: name, figures: figures.map { $0.labelled(name) }, contestants: [own] + others, repetitions: repetitions)
  }

  static func name(_ shell: String) -> String { shell.split(separator: "/").last.map(String.init) ?? shell }

  private static func contestant(_ shell: String, _ script: String, turns: Int) -> Contestant {
    Contestant(name: name(shell), shell: shell, script, turns: turns)
  }
}

extension Contestant {
  /// A shell that runs a script, which finds in `turns` how much is to be done.
  init(name: String, shell: String, _ script: String, turns: Int) {
    self.init(name: name, command: [shell, "-c", "turns=\(turns)\n" + script], units: turns)
  }
}

extension Figure {
  /// Microseconds of processor time, of the shell and of what it waited for.
  static func processor(per unit: String, _ target: String) -> Figure {
    Figure(label: "µs of processor a \(unit)", source: .processorMicroseconds, target: target)
  }

  static func wall(per unit: String, _ target: String) -> Figure {
    Figure(label: "µs a \(unit)", source: .wallMicroseconds, target: target)
  }

  /// The peak of the memory when the shell stops itself.
  static func peak(per unit: String, _ target: String) -> Figure {
    Figure(label: "KB a \(unit)", source: .peakKilobytes, target: target)
  }

  func labelled(_ row: String) -> Figure {
    Figure(label: "`\(row.replacing("|", with: "\\|"))`: \(label)", source: source, target: target)
  }
}
