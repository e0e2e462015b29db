/// Why an arithmetic expression has no value, and which of its bytes are to blame.
package struct ArithmeticError: Error, Sendable, Hashable {
  /// What is wrong.
  package enum Reason: Error, Sendable, Hashable {
    /// A constant, a name, a unary operator or `(` should stand here.
    case expectedOperand
    /// An operator or the end should stand here.
    case expectedOperator
    case expectedClosingParenthesis
    /// A `?` has no `:`.
    case expectedColon
    /// What stands left of an assignment operator, or beside `++` or `--`, is no name.
    case notAssignable
    /// A number with a digit that its base does not have.
    case invalidConstant
    case nestedTooDeep
    /// An element is to be assigned whose subscript counts back beyond the first one.
    case badSubscript
    case divisionByZero
    case negativeExponent
    /// The variable's value is no integer constant.
    case notANumber
    /// The variable is not set, and `set -u` forbids that.
    case unsetVariable
    case readOnlyVariable
  }

  package var reason: Reason
  /// The bytes of the expression: the operator, constant or name in question; empty where something is missing.
  package var range: Range<Int>

  package init(_ reason: Reason, at range: Range<Int>) {
    self.reason = reason
    self.range = range
  }
}
