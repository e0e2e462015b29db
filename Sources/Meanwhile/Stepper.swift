/// Code that keeps its own state between its steps, such as an interpreter.
package protocol Stepper: AnyObject {
  /// Makes a step, on the loop's thread; `cause` says why it goes on.
  ///
  /// - Returns: What to wait for before the next step; `nil` at the end.
  func step(_ cause: WakeCause) -> Wait?
}
