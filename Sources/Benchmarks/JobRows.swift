/// The rows of what this shell is for: very many jobs, and starting programs beside them. Each script measures itself
/// and prints `key value` lines.
enum JobRows {
  static func all(_ shell: String, _ peers: Peers) -> [Row] {
    [
      jobs(shell, 1000, "1,000 sleep 600 & $!", "sleep 600", forFish: true),
      jobs(shell, 1000, "1,000 { while :; do sleep 600; done; } & $!", "{ while :; do sleep 600; done; }"),
      jobs(shell, 10000, "10,000 sleep 600 & $!", "sleep 600"),
      spawn(shell, peers, "spawn in the foreground", before: "", megabytes: 0),
      spawn(shell, peers, "spawn with 400 MB in use", before: manyMegabytes, megabytes: 400),
      spawn(shell, peers, "spawn with 1,000 jobs", before: manyJobs, megabytes: 0),
    ]
  }

  // MARK: Many jobs

  private static let figures = [
    ("processes", ""), ("memory_kb", "≤ 1 of bash"), ("kernel_kb", "≤ 1 of bash"), ("start_us", ""), ("jobs_us", ""),
    ("kill_us", ""), ("wait_us", ""),
  ]

  /// Starts jobs and asks for their process IDs, which stand in a file: in a variable each job would have another value
  /// of it. Lists, kills and awaits them.
  private static func jobs(
    _ shell: String, _ turns: Int, _ name: String, _ body: String, forFish: Bool = false
  ) -> Row {
    let start = """
      turns=\(turns) i=0
      trap 'rm -f /tmp/jobs.$$' EXIT
      exec 3>/tmp/jobs.$$
      before=$(\(kernelMemory))
      a=$(date +%s%N)
      while [ "$i" -lt $turns ]; do \(body) & echo $! >&3; i=$((i+1)); done
      sleep 0
      b=$(date +%s%N)
      echo "kernel_kb $(($(\(kernelMemory)) - before))"

      """
    let rest =
      measuringMemory + """
        p=$(cat /tmp/jobs.$$)
        c=$(date +%s%N); jobs >/dev/null
        d=$(date +%s%N); kill $p
        e=$(date +%s%N); wait
        f=$(date +%s%N)

        """ + printing
    var contestants = ([shell] + ShellRows.peers.filter(Peers.isInstalled)).map {
      Contestant(name: ShellRows.name($0), command: [$0, "-c", start + rest])
    }
    if forFish, Peers.isInstalled("fish") {
      contestants.append(Contestant(name: "fish", command: ["fish", "--no-config", "-c", fish]))
    }
    return Row(
      name: name,
      figures: figures.map { Figure(label: "`\(name)`: \($0.0)", source: .printed($0.0), target: $0.1) },
      contestants: contestants)
  }

  /// What the kernel holds for all processes of the machine: stacks, page tables, structures.
  private static let kernelMemory =
    "awk '/^(KernelStack|PageTables|SUnreclaim):/ { s += $2 } END { print s }' /proc/meminfo"

  /// Of the shell and all that it started; a page that several share counts for each in parts. Processes that have one
  /// memory in common, as `kcmp` tells, count once.
  private static let measuringMemory = #"""
    echo "processes $(pgrep -g $$ -x 'sleep|meanwhile|bash|dash|ksh93|zsh|mksh|yash|fish' | wc -l)"
    pgrep -g $$ | python3 -c '
    from ctypes import CDLL
    from functools import cmp_to_key
    from os import getpid
    from platform import machine
    from sys import stdin
    call = CDLL(None).syscall
    number = 272 if machine() == "aarch64" else 312
    order = lambda one, other: (0, -1, 1)[call(number, one, other, 1, 0, 0)]
    listed = [int(line) for line in stdin]
    processes = sorted((n for n in listed if n != getpid()), key=cmp_to_key(order))
    memory, previous = 0, None
    for process in processes:
      if previous and order(previous, process) == 0: continue
      previous = process
      try: lines = open(f"/proc/{process}/smaps_rollup").readlines()
      except OSError: continue
      memory += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    print("memory_kb", memory)
    '

    """#

  private static let printing = #"""
    awk "BEGIN { n = $turns * 1000; printf \"start_us %f\njobs_us %f\nkill_us %f\nwait_us %f\n\", \
      ($b-$a)/n, ($d-$c)/n, ($e-$d)/n, ($f-$e)/n }"

    """#

  private static let fish = #"""
    set turns 1000; set a (date +%s%N)
    for i in (seq $turns); sleep 600 &; set -a p $last_pid; end
    set b (date +%s%N)
    echo processes (pgrep -g $fish_pid | wc -l)
    cat (pgrep -g $fish_pid | sed 's|.*|/proc/&/smaps_rollup|') 2>/dev/null | awk '/^Pss:/ { s += $2 } END { print "memory_kb " s }'
    set c (date +%s%N); jobs >/dev/null; set d (date +%s%N); kill $p; set e (date +%s%N); wait; set f (date +%s%N)
    awk "BEGIN { n = $turns * 1000; printf \"start_us %f\njobs_us %f\nkill_us %f\nwait_us %f\n\", ($b-$a)/n, ($d-$c)/n, ($e-$d)/n, ($f-$e)/n }"
    """#

  // MARK: Programs

  /// 100 variables of 4 MB.
  private static let manyMegabytes = """
    v=0123456789abcdef
    for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do v=$v$v; done
    k=0; while [ "$k" -lt 100 ]; do eval "big_$k=\\$v$k"; k=$((k+1)); done
    """
  private static let manyJobs = "j=0; while [ \"$j\" -lt 1000 ]; do sleep 600 & j=$((j+1)); done"

  /// Programs in the foreground, beside what is the least that this can cost.
  private static func spawn(_ shell: String, _ peers: Peers, _ name: String, before: String, megabytes: Int) -> Row {
    let script = """
      turns=500 i=0
      \(before)
      a=$(date +%s%N)
      while [ "$i" -lt $turns ]; do /bin/true; i=$((i+1)); done
      b=$(date +%s%N)
      awk "BEGIN { printf \\"spawn_us %f\\n\\", ($b-$a)/$turns/1000 }"
      """
    var contestants = ([shell] + ShellRows.peers.filter(Peers.isInstalled)).map {
      Contestant(name: ShellRows.name($0), command: [$0, "-c", script])
    }
    if let program = peers.spawn {
      contestants.append(Contestant(name: "C", command: [program, "500", "\(megabytes)"]))
    }
    return Row(
      name: name,
      figures: [Figure(label: "\(name): µs", source: .printed("spawn_us"), target: "≤ 1.05 of C")],
      contestants: contestants)
  }
}
