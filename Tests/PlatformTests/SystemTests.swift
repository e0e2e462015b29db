import ByteStrings
import SystemPackage
import TestSupport
import Testing

@testable import Platform

@Suite struct SystemTests {
  @Test func accountsAreReadFromTheFile() throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      """
      root:x:0:0:root:/root:/bin/bash
      # a comment
      broken:x:1
      +::::::
      anna:x:1000:1000:Anna,,,:/home/anna:/bin/zsh
      bare:x:1001:1001:::

      """, to: "passwd")
    let accounts = UserAccount.all(in: ByteString(directory.path + "/passwd"))
    #expect(accounts.map(\.name) == ["root", "anna", "bare"])
    #expect(accounts.map(\.home) == ["/root", "/home/anna", ""])
    #expect(accounts.map(\.user) == [0, 1000, 1001])
    #expect(accounts[1].shell == "/bin/zsh")
    #expect(UserAccount.all(in: "/nonexistent").isEmpty)
    #expect(UserAccount.named("root")?.user == 0)
    #expect(UserAccount.withID(0)?.home == "/root")
    #expect(UserAccount.named("no such user") == nil)
  }

  @Test func limitsAreTheKernels() throws {
    let limit = try ResourceLimit(of: .openFiles)
    #expect(limit.soft <= limit.hard && limit.soft > 20)
    try limit.apply()
    #expect(throws: Errno.invalidArgument) { try ResourceLimit(.openFiles, soft: 5, hard: 4).apply() }
    #expect(Resource.allCases.count == 16)
  }

  @Test func clocksGoOn() {
    let before = Clocks.monotonicNanoseconds
    #expect(Clocks.monotonicNanoseconds >= before)
    #expect(Clocks.now.seconds > 1_700_000_000)
    #expect(Clocks.threadProcessorNanoseconds > 0)
  }

  @Test func timeIsFormatted() {
    let noon = Timestamp(seconds: 1_000_000_000, nanoseconds: 0)
    #expect(Clocks.formatted(noon, "%s|%%|%S", zone: nil) == "1000000000|%|40")
    #expect(Clocks.formatted(noon, "", zone: nil) == "")
    let long = ByteString(repeating: UInt8(ascii: "x"), count: 1_000)
    #expect(Clocks.formatted(noon, long, zone: nil) == long)
  }

  @Test func processKnowsItself() throws {
    #expect(ProcessInformation.environment.contains { $0.hasPrefix("PATH=") })
    #expect(!ProcessInformation.hostName.isEmpty)
    #expect(ProcessInformation.value(of: .clockTicksPerSecond) == 100)
    #expect(ProcessInformation.value(of: .argumentBytes)! >= 131_072)
    let most = try Files.contents(of: "/proc/sys/kernel/pid_max").prefix { $0 != UInt8(ascii: "\n") }
    #expect(Int(ProcessID.limit) >= ByteString(most).decimalValue!)
    #expect(try ProcessInformation.resourceUsage(of: .thisProcess).maximumResidentKilobytes > 1_000)
    #expect(try ProcessInformation.resourceUsage(of: .thisProcess).user > .zero)
  }

  @Test func errorsHaveWords() {
    #expect(Errno.noSuchFileOrDirectory.reason == "No such file or directory")
    #expect(Errno(rawValue: 9_999).reason == "Unknown error 9999")
  }

  @Test func charactersHaveWidthsAndClasses() throws {
    try #require(LocaleSettings.set(.characters, to: "C.UTF-8"))
    #expect(LocaleSettings.isUTF8)
    #expect(LocaleSettings.width(of: "a") == 1)
    #expect(LocaleSettings.width(of: "\u{4E2D}") == 2)
    #expect(LocaleSettings.width(of: "\u{301}") == 0)
    #expect(LocaleSettings.width(of: "\u{7}") == nil)
    #expect(LocaleSettings.isCharacter("\u{E9}", in: "alpha") == true)
    #expect(LocaleSettings.isCharacter("1", in: "alpha") == false)
    #expect(LocaleSettings.isCharacter("1", in: "nonsense") == nil)
    #expect(LocaleSettings.precedes("a", "b") && !LocaleSettings.precedes("b", "a"))
    #expect(!LocaleSettings.set(.characters, to: "no_SUCH.locale"))
  }
}
