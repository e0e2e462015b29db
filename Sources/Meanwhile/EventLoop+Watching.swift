import SystemPackage

extension EventLoop {
  /// Calls `perform` in each poll that finds the descriptor readable, before the ready queue runs, until `unwatch`.
  /// This does not count as something that can wake the loop. The descriptor stays the caller's.
  package func watch(_ descriptor: FileDescriptor, _ perform: @escaping () -> Void) {
    poller.watch(descriptor.rawValue, perform)
  }

  /// Calls `perform` again and again while the loop sleeps: for a caller that got no descriptor to watch.
  package func watchWithoutDescriptor(_ perform: @escaping () -> Void) {
    poller.callAfterSleep = perform
  }

  /// Ends `watch`; to be called before the descriptor is closed.
  package func unwatch(_ descriptor: FileDescriptor) {
    poller.unwatch(descriptor.rawValue)
  }

  /// Counts a program, worker thread or trap that can wake the loop: while there is one, nothing is a deadlock.
  package func beginExternal() {
    externals += 1
  }

  /// Ends one `beginExternal`.
  package func endExternal() {
    precondition(externals > 0, "endExternal without beginExternal")
    externals -= 1
  }
}
