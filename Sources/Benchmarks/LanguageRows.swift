/// The rows of the shell language beyond POSIX, beside the shells that have the same words for it, and Lua.
enum LanguageRows {
  static func all(_ shell: String) -> [Row] {
    [
      row(
        shell, "array", "a=(); s=0; " + ShellRows.counting("a[i]=$i; s=$((s + a[i]))"), turns: 100_000,
        peers: ["bash", "ksh93", "mksh"], lua: luaCounting("a[i] = i; s = s + a[i]")),
      row(
        shell, "associative array", "typeset -A m; s=0; " + ShellRows.counting("m[k$i]=$i; s=$((s + m[k$i]))"),
        turns: 100_000,
        peers: ["bash", "ksh93", "zsh"], lua: luaCounting("a['k' .. i] = i; s = s + a['k' .. i]")),
      row(
        shell, "[[ ]]", ShellRows.counting("[[ $i == *5 && -n $i && $i != x* ]]"), turns: 100_000,
        peers: ["bash", "ksh93", "mksh", "zsh"],
        lua: luaCounting("local t = tostring(i); s = t:find('5$') and #t > 0 and not t:find('^x')")),
      row(
        shell, "(( ))", "s=0; for ((i = 0; i < turns; i++)); do (( s += i * 2 )); done", turns: 200_000,
        peers: ["bash", "ksh93", "zsh"], lua: luaCounting("s = s + i * 2")),
      row(
        shell, "braces", ShellRows.counting("set -- a{b,c}{d,e,f}g{1..4}"), turns: 20_000,
        peers: ["bash", "ksh93", "zsh"]),
      row(
        shell, "${x//a/b}", "x=abracadabra; x=$x$x$x$x$x$x$x$x; " + ShellRows.counting("y=${x//a/bb}"), turns: 20_000,
        peers: ["bash", "ksh93", "mksh", "zsh"],
        lua: "local x = ('abracadabra'):rep(8); " + luaCounting("local y = x:gsub('a', 'bb')")),
      row(
        shell, "mapfile", withLines("mapfile -t a <$f"), turns: 500_000, peers: ["bash"],
        others: [
          "zsh": withLines("a=(\"${(f@)$(<$f)}\")"), "mksh": withLines("set -A a -- $(<$f)"),
          "ksh93": withLines("a=($(<$f))"),
        ],
        lua: luaWithLines("local a = {}; for line in io.lines(f) do a[#a + 1] = line end")),
      row(
        shell, "$(<f)", withLines(ShellRows.counting("x=$(<$f)"), "100"), turns: 20_000,
        peers: ["bash", "ksh93", "mksh", "zsh"],
        lua: luaWithLines(luaCounting("local file = io.open(f); local x = file:read('a'); file:close()"), "100")),
      row(
        shell, "<( )", ShellRows.counting("read -r x < <(echo hi)"), turns: 10_000, forkingTurns: 500,
        peers: ["bash", "ksh93", "zsh"]),
    ]
  }

  /// A script that does `body` beside a file `f` with so many lines.
  private static func withLines(_ body: String, _ count: String = "$turns") -> String {
    "f=${TMPDIR:-/tmp}/lines.$$; seq \(count) >$f; \(body); rm -f $f"
  }

  private static func luaWithLines(_ body: String, _ count: String = "' .. turns .. '") -> String {
    "local f = os.tmpname(); os.execute('seq \(count) >' .. f); \(body); os.remove(f)"
  }

  private static func luaCounting(_ body: String) -> String {
    "local a, s = {}, 0; for i = 0, turns - 1 do \(body) end"
  }

  /// - Parameter others: Scripts of shells that have other words for it.
  private static func row(
    _ shell: String, _ name: String, _ script: String, turns: Int, forkingTurns: Int? = nil, peers: [String],
    others: [String: String] = [:], lua: String? = nil
  ) -> Row {
    var contestants = [Contestant(name: ShellRows.name(shell), shell: shell, script, turns: turns)]
    for peer in peers + others.keys.sorted() where Peers.isInstalled(peer) {
      contestants.append(
        Contestant(name: peer, shell: peer, others[peer] ?? script, turns: forkingTurns ?? turns))
    }
    if let lua, Peers.isInstalled("lua5.4") {
      contestants.append(
        Contestant(name: "Lua", command: ["lua5.4", "-e", "local turns = \(turns); \(lua)"], units: turns))
    }
    let figure = Figure.processor(per: "turn", "≤ 0.5 of the best shell").labelled(name)
    return Row(name: name, figures: [figure], contestants: contestants)
  }
}
