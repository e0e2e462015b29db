import Platform

/// What a stand-in stands for, and what happens to it through the stand-in. Called on the thread of its shell's loop.
protocol StandInOwner: AnyObject, Sendable {
  /// Acts on a signal that the stand-in has received.
  func receive(_ signal: SignalNumber)

  /// Learns that the kernel stopped, continued or ended the stand-in.
  func standInDidChange(_ status: ProcessStatus)

  /// Goes on without the stand-in, which did not live on when the shell ended.
  func standInWasLost()
}
