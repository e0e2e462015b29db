/// The numbers of `RANDOM` after an assignment: for each seed those of bash 5.1 and later, from the generator of Park and
/// Miller, x = 16807 x mod (2^31 - 1).
///
/// Confined to the thread of the shell's loop, as the environment that holds it: a copy for a subshell drops it; hence
/// unchecked.
final class RandomSequence: @unchecked Sendable {
  private var state: UInt32
  private var last = 0

  init(seed: Int) { state = UInt32(truncatingIfNeeded: seed) }

  /// The next number, from 0 to 32767, never twice the same in a row.
  func next() -> Int {
    while true {
      advance()
      let number = Int((state >> 16 ^ state & 0xFFFF) & 0x7FFF)
      if number != last {
        last = number
        return number
      }
    }
  }

  private func advance() {
    let value = state == 0 ? 123_459_876 : state
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 127_773)
    let next = 16_807 &* remainder &- 2_836 &* quotient
    // Negative as a signed number.
    state = next >> 31 == 1 ? next &+ 0x7FFF_FFFF : next
  }
}
