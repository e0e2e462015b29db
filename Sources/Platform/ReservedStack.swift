import CPlatform

/// The stack of the process's first thread.
package enum ReservedStack {
  /// Makes it so large that `size` bytes more can be used. To be called once, before there are other threads.
  ///
  /// - Returns: Whether it is so large now; limits of the process may forbid that.
  package static func grow(by size: Int) -> Bool { platform_reserve_stack(size) == 0 }
}
