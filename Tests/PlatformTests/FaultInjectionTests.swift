import CPlatform
import Glibc
import SystemPackage
import Testing

@testable import Platform

@Suite struct FaultInjectionTests {
  @Test func callsFailOnRequest() throws {
    let file = try FileDescriptor.makeMemoryFile()
    defer { try? file.closeDescriptor() }
    FaultInjection.with(.write, .from(2), failing: .noSpace) {
      #expect(throws: Never.self) { try file.writeAll("a") }
      #expect(throws: Errno.noSpace) { try file.writeAll("b") }
      #expect(throws: Errno.noSpace) { try file.writeAll("c") }
    }
    FaultInjection.with(.read, failing: .ioError) { #expect(throws: Errno.ioError) { try file.readSome(1) } }
    FaultInjection.with(.open, .only(2), failing: .tooManyOpenFiles) {
      #expect(throws: Never.self) { try Files.open("/", .readOnly).closeDescriptor() }
      #expect(throws: Errno.tooManyOpenFiles) { try Files.open("/", .readOnly) }
      #expect(throws: Never.self) { try Files.open("/", .readOnly).closeDescriptor() }
    }
    try file.writeAll("d")
  }

  /// The event loop's calls, which are made in C.
  @Test func callsOfTheLoopFailOnRequest() {
    func fails(_ call: SystemCall, _ body: () -> Int32) -> Bool {
      FaultInjection.with(call, failing: .tooManyOpenFiles) { body() == -1 && errno == EMFILE }
    }
    #expect(fails(.epoll) { platform_epoll_create() })
    #expect(fails(.eventfd) { platform_eventfd_create() })
    #expect(fails(.socket) { platform_tcp_connect("127.0.0.1", 1, nil) })
    let error = FaultInjection.with(.thread, failing: .noMemory) { platform_start_thread({ $0 }, nil) }
    #expect(error == Errno.noMemory.rawValue)
  }

  @Test func namesInTheEnvironmentAreThoseInSwift() {
    for call in SystemCall.allCases {
      #expect(String(cString: platform_call_name(call.platformCall)) == "\(call)")
    }
    #expect(SystemCall.allCases.count == Int(PLATFORM_CALL_COUNT.rawValue))
  }
}
