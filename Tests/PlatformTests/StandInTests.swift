import SystemPackage
import TestSupport
import Testing

@testable import Platform

@Suite struct StandInTests {
  /// Waits for the next change of the process, as the reaper of a shell would learn of it.
  private static func change(of standIn: StandIn) throws -> ProcessStatus {
    try ChildProcesses.wait(for: standIn.id).status
  }

  /// Waits until it has received all of `signals`; returns all that it has received.
  private static func received(_ signals: SignalSet, by standIn: StandIn) -> SignalSet {
    var received = SignalSet()
    while !signals.subtracting(received).isEmpty { received = received.union(standIn.takeSignals()) }
    return received
  }

  /// Has another process send a signal: what this one sends is nothing to a stand-in.
  static func sendFromElsewhere(_ signal: SignalNumber, to target: Int32) throws {
    let kill = ["/bin/sh", "-c", "kill -s $0 -- $1", String(signal.rawValue), String(target)]
    let result = try Captured.run(kill, environment: ["PATH": "/bin"], directory: "/")
    #expect(result.diagnostics.isEmpty)
  }

  @Test(arguments: [
    (ProcessStatus.exited(0), ProcessStatus.exited(0)), (.exited(7), .exited(7)), (.exited(255), .exited(255)),
    (.signaled(.terminate, coreDumped: false), .signaled(.terminate, coreDumped: false)),
    (.signaled(.kill, coreDumped: false), .signaled(.kill, coreDumped: false)),
    // Its memory is this process's, so there must be no dump of it.
    (.signaled(.quit, coreDumped: true), .exited(131)),
  ])
  func itEndsAsItIsTold(_ told: ProcessStatus, _ seen: ProcessStatus) async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      standIn.end(told)
      #expect(try Self.change(of: standIn) == seen)
    }
  }

  @Test func itReceivesEverySignalButThoseThatNothingCatches() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .new)
      for signal in SignalNumber.named where ![.kill, .stop, .continue].contains(signal) {
        try Self.sendFromElsewhere(signal, to: -standIn.id.rawValue)
        #expect(Self.received([signal], by: standIn) == [signal])
      }
      #expect(Signals.pending.contains(.standIn))
      try Signals.send(.kill, to: standIn.id)
      #expect(try Self.change(of: standIn) == .signaled(.kill, coreDumped: false))
    }
  }

  @Test func itIsStoppedAndContinuedAndEndsEvenIfItIsStopped() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      try Signals.send(.stop, to: standIn.id)
      #expect(try Self.change(of: standIn) == .stopped(.stop))
      try Signals.send(.continue, to: standIn.id)
      #expect(try Self.change(of: standIn) == .continued)
      try Signals.send(.stop, to: standIn.id)
      #expect(try Self.change(of: standIn) == .stopped(.stop))
      standIn.end(.exited(3))
      while true {
        let change = try Self.change(of: standIn)
        if change != .continued {
          #expect(change == .exited(3))
          break
        }
      }
    }
  }

  @Test func aStormOfSignalsDoesNotKeepItFromEnding() async throws {
    try await onOwnThread {
      for _ in 0..<200 {
        let standIn = try StandIn(group: .inherit)
        for _ in 0..<20 { try Signals.send(.user1, to: standIn.id) }
        standIn.end(.exited(4))
        for _ in 0..<20 { try? Signals.send(.user2, to: standIn.id) }
        #expect(standIn.takeSignals() == [])
        #expect(try Self.change(of: standIn) == .exited(4))
      }
    }
  }

  @Test func thoseWithNewsAreReturnedOnceAndTheEarliestFirst() async throws {
    try await onOwnThread {
      let standIns = try (0..<3).map { _ in try StandIn(group: .inherit) }
      let (first, second, third) = (standIns[0], standIns[1], standIns[2])
      func send(_ signal: SignalNumber, to standIn: StandIn) throws {
        try Self.sendFromElsewhere(signal, to: standIn.id.rawValue)
        standIn.awaitSignals()
      }
      // Those of other tests are not looked at.
      func withNews() -> [ProcessID] { StandIn.takeThoseWithNews().filter { standIns.map(\.id).contains($0) } }
      try send(.user1, to: second)
      try send(.user1, to: third)
      try send(.user2, to: second)
      #expect(withNews() == [second.id, third.id])
      #expect(withNews().isEmpty)
      #expect(second.takeSignals() == [.user1, .user2])
      third.announceAgain()
      second.announceAgain()
      #expect(withNews() == [third.id])
      try send(.user1, to: first)
      for standIn in standIns {
        standIn.end(.exited(0))
        #expect(try Self.change(of: standIn) == .exited(0))
      }
    }
    // The first one is listed still, and there no more.
    try await onOwnThread {
      let next = try (0..<8).map { _ in try StandIn(group: .inherit) }
      #expect(!StandIn.takeThoseWithNews().contains { id in next.contains { $0.id == id } })
      for standIn in next {
        standIn.end(.exited(0))
        #expect(try Self.change(of: standIn) == .exited(0))
      }
    }
  }

  @Test func programsStartBesideMany() async throws {
    try await onOwnThread {
      let standIns = try (0..<200).map { _ in try StandIn(group: .inherit) }
      #expect(Set(standIns.map(\.id)).count == 200)
      let result = try Captured.run(["/bin/echo", "program"], environment: [:], directory: "/")
      #expect(Array("program\n".utf8) == Array(result.output))
      for standIn in standIns { standIn.end(.exited(0)) }
      for standIn in standIns { #expect(try Self.change(of: standIn) == .exited(0)) }
    }
  }

  @Test func aProcessThatIsRefusedIsAnError() {
    FaultInjection.with(.standIn, failing: .resourceTemporarilyUnavailable) {
      #expect(throws: Errno.resourceTemporarilyUnavailable) { try StandIn(group: .inherit) }
    }
  }
}
