import Foundation
import TestSupport
import Testing

/// A number that is too large, or none, is an error or the nearest one: no conversion and no sum stops the shell.
@Suite struct NumberTests {
  /// Values at and behind the limits of 32 and 64 bits, of time spans, of signals, and what only looks like a number.
  private static let numbers = [
    "0", "-0", "1", "-1", "+1", "007", "64", "65", "255", "256", "2147483647", "2147483648", "-2147483648",
    "-2147483649", "4294967295", "4294967296", "9223372036", "9223372036.854775807", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
    "18446744073709551616", "99999999999999999999999", "-99999999999999999999999", "1e400", "-1e308", "nan",
    "0x7fffffffffffffff", "0xffffffffffffffffff", "1.9999999999999999999999", ".", "-", "+", "1_0", "9223372036s",
    "153722867280912930m", "106751d", "106751991168d", "9223372036854ms",
  ]

  /// Commands with `@` where a number stands. None signals anything but a job of its own, and none writes without end.
  private static let commands = [
    "timeout 1 sleep @", "timeout 1 sleep @ @", "timeout @ true", "timeout @ sleep 1",
    "advance @; advance @; advance @",
    "advance @; timeout 1 sleep @", "tick -n @ | read x", "timeout 1 tick -i @ -n 2", "sleep 1 & wait -t @ %1; kill %1",
    "wait -t @", "wait @", "wait %@", "jobs %@", "fg %@", "bg %@", "disown %@", "%@", "kill -0 %@",
    "kill -s @ %9", "kill -l @", "kill -l RTMIN+@", "kill -l RTMAX-@", "kill -l RTMIN@", "trap : @", "trap : RTMIN+@",
    "trap - @", "read -t @ x </dev/null", "echo abc | read -n @ x", "echo abc | read -t @ x",
    "echo $((@))", "echo $((@ + 9223372036854775807))", "echo $((@ * @))", "echo $((@ - 9223372036854775807 - 2))",
    "echo $((- @))", "echo $((-9223372036854775808 / @))", "echo $((-9223372036854775808 % @))",
    "echo $((1 << @)) $((-1 >> @))",
    "x=@; echo $((x)) $((x+1)) $((x*x)) $((-x)) $((x-1)) $((x/-1)) $((x%-1)) $((x<<x)) $((x>>x)) $((~x))",
    "x=@; : $((x++)) $((x--)) $((x*=x)) $((x<<=3)) $((x-=9223372036854775807))", "x=@; : $((x/=-1)) $((x%=-1))",
    "set a b; shift @", "for i in 1 2; do break @; done", "for i in 1 2; do continue @; done", "exit @",
    "f() { return @; }; f", "umask @", "umask -S @", "umask u=@",
    "printf '%d %u %x %o %i %c %f %e %g %a' @ @ @ @ @ @ @ @ @ @",
    "printf '%b' '\\@'", "printf '\\@'", "echo -e '\\0@ \\x@ \\u@ \\U@'", "echo $'\\x@ \\u@ \\U@ \\@'",
    "HISTSIZE=@; history @", "COLUMNS=@; LINES=@; help", "ulimit -f @", "ulimit -c @", "ulimit -Hn @", "ulimit -n @",
    "exec @<&0", "echo x >&@", ": @<&-", ": <&@-", ": >/dev/fd/@", "test -t @", "test @ -eq @", "test @ -lt 3",
    "echo ${@}", "set a b c; echo ${#@} ${@:-x}", "true | true; echo ${PIPESTATUS[@]}", "OPTIND=@; getopts ab x -a -b",
    "SECONDS=@; echo $SECONDS $((SECONDS + 1))", "LINENO=@; echo $LINENO $((LINENO + 1))", "RANDOM=@; echo $RANDOM",
    "future & resolve %@", "future & resolve %1 -s @; wait", "timeout 1 listen @ true", "timeout 1 connect 127.0.0.1 @",
    "case @ in [0-@]*) ;; esac", "PS4='$((@)) '; set -x; :",
  ]

  @Test(arguments: commands) func noNumberStopsTheShell(_ command: String) async throws {
    let lines = Self.numbers.map { number in
      "( " + command.replacing("@", with: number) + " ) </dev/null >/dev/null 2>&1\n"
    }
    let result = try await onOwnThread {
      let home = try TemporaryDirectory()
      // In an `eval`, so that what is no syntax is an error of one line only.
      let script = lines.map { "eval '\($0.dropLast().replacing("'", with: "'\\''"))' 2>/dev/null\n" }
      try home.write(script.map { "( \($0.dropLast()) )\n" }.joined() + "echo end\n", to: "script")
      var environment = ShellUnderTest.meanwhile.environment(home: home.path)
      environment["SWIFT_BACKTRACE"] = "enable=no"
      return try Captured.run(
        [ShellUnderTest.meanwhile.path, "--virtual-time", "./script"], environment: environment, directory: home.path)
    }
    #expect(result.end == .exited(0))
    #expect(String(decoding: result.output, as: UTF8.self) == "end\n")
    #expect(result.leftovers == [])
  }
}
