import Foundation
import SystemPackage
import Testing

@testable import Meanwhile

/// Readiness of descriptors and signals.
@Suite struct DescriptorTests {
  let loop = EventLoop()
  let log = TestLog()

  @Test func readerWaitsUntilThereIsSomething() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { for end in [reader, writer] { try? end.close() } }
    let task = loop.schedule { [log] in
      try await waitUntilReadable(reader)
      log.write("readable")
    }
    try loop.runInForeground { try await sleep(for: .milliseconds(1)) }
    #expect(log.take() == [])
    _ = try writer.writeAll([1])
    try loop.runInForeground(task)
    #expect(log.take() == ["readable"])
    #expect(!loop.poller.isWatching)
  }

  @Test func negativeNumberIsReadyAtOnceAsWhatIsNotOpen() throws {
    try loop.runInForeground { try await waitUntilReadable(FileDescriptor(rawValue: -1)) }
  }

  @Test func writerOfAFullPipeWaitsForTheReader() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { for end in [reader, writer] { try? end.close() } }
    _ = try writer.writeAll([UInt8](repeating: 0, count: 65_536))
    let task = loop.schedule { try await waitUntilWritable(writer, limit: .milliseconds(1)) }
    #expect(try loop.runInForeground(task) == false)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    _ = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
    #expect(try loop.runInForeground { try await waitUntilWritable(writer) })
  }

  @Test func regularFileIsAlwaysReady() throws {
    let path = FilePath(NSTemporaryDirectory() + "meanwhile-\(UUID().uuidString)")
    let file = try FileDescriptor.open(path, .readWrite, options: [.create], permissions: .ownerReadWrite)
    defer {
      try? file.close()
      try? FileManager.default.removeItem(atPath: path.string)
    }
    #expect(try loop.runInForeground { try await waitUntilReadable(file) })
    #expect(try loop.runInForeground { try await waitUntilWritable(file) })
  }

  @Test func endOfAPipeIsReadable() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { try? reader.close() }
    try writer.close()
    #expect(try loop.runInForeground { try await waitUntilReadable(reader) })
  }

  @Test func twoReadersOfOneDescriptorBothWake() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { for end in [reader, writer] { try? end.close() } }
    let tasks = (0..<2).map { _ in loop.schedule { try await waitUntilReadable(reader) } }
    try loop.runInForeground { try await yield() }
    _ = try writer.writeAll([1])
    #expect(try tasks.map { try loop.runInForeground($0) } == [true, true])
  }

  @Test func cancelledWaitLeavesNothingInTheKernel() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { for end in [reader, writer] { try? end.close() } }
    let task = loop.schedule { try await waitUntilReadable(reader) }
    try loop.runInForeground { try await yield() }
    #expect(loop.poller.isWatching)
    task.cancel()
    #expect(!loop.poller.isWatching)
    #expect(throws: CancellationError.self) { try loop.runInForeground(task) }
  }

  @Test func numberThatNamesAnotherFileNowIsWatchedAnew() throws {
    for _ in 0..<3 {
      let (reader, writer) = try FileDescriptor.pipe()
      defer { for end in [reader, writer] { try? end.close() } }
      let task = loop.schedule { try await waitUntilReadable(reader) }
      try loop.runInForeground { try await yield() }
      _ = try writer.writeAll([1])
      #expect(try loop.runInForeground(task))
    }
  }

  @Test func watchedDescriptorIsReportedBeforeTasksButKeepsNobodyAwake() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { for end in [reader, writer] { try? end.close() } }
    loop.watch(reader) { [log] in
      log.write("watched")
      var byte: UInt8 = 0
      _ = try? withUnsafeMutableBytes(of: &byte) { try reader.read(into: $0) }
    }
    _ = try writer.writeAll([1])
    try loop.runInForeground { [log] in
      log.write("first step")
      try await yield()
      log.write("second step")
    }
    #expect(log.take() == ["first step", "watched", "second step"])
    #expect(throws: DeadlockError.self) {
      try loop.runInForeground { try await Future<Void>(on: loop).value }
    }
    loop.unwatch(reader)
    #expect(!loop.poller.isWatching)
  }

  @Test func signalIsDeliveredInATurn() throws {
    let subscription = try loop.onSignal(SIGWINCH) { [log] in log.write("signal") }
    #expect(throws: Errno.resourceBusy) { try loop.onSignal(SIGWINCH) {} }
    kill(getpid(), SIGWINCH)
    #expect(log.take() == [])
    // Another thread takes the signal; the loop has been told as soon as that thread has run.
    while log.count == 0 { try loop.runInForeground { try await sleep(for: .milliseconds(1)) } }
    #expect(log.take() == ["signal"])
    subscription.cancel()
    subscription.cancel()
    #expect(loop.outsideWaits == 0)
  }

  /// Sends the signal to this process, one of whose threads takes it, and waits until that has been noted.
  private func send(_ subscription: SignalSubscription) {
    kill(getpid(), subscription.signal)
    var entry = pollfd(fd: subscription.descriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&entry, 1, 10_000) == 1)
  }

  @Test func cancellingASubscriptionAgainLeavesTheNextOneAlone() throws {
    let first = try loop.onSignal(40) {}
    first.cancel()
    let second = try loop.onSignal(41) { [log] in log.write("signal") }
    first.cancel()
    send(second)
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["signal"])
    second.cancel()
  }

  @Test func cancelledSubscriptionIsNotCalledForWhatHasArrived() throws {
    let subscription = try loop.onSignal(42) { [log] in log.write("signal") }
    loop.schedule { subscription.cancel() }
    send(subscription)
    try loop.runInForeground { try await yield() }
    #expect(log.take() == [])
  }

  @Test func taskWaitsForASignal() throws {
    let task = loop.schedule { [loop] in try await loop.waitForSignal(SIGURG) }
    loop.call(after: .milliseconds(1)) { kill(getpid(), SIGURG) }
    try loop.runInForeground(task)
    #expect(task.isDone)
    #expect(loop.outsideWaits == 0)
  }

  @Test func signalThatCannotBeCaughtIsRefused() {
    #expect(throws: Errno.invalidArgument) { try loop.onSignal(SIGKILL) {} }
    #expect(throws: Errno.invalidArgument) { try loop.onSignal(1000) {} }
  }
}
