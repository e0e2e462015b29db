import ByteStrings

/// A call that is open, as `caller` and the variables `FUNCNAME`, `BASH_SOURCE` and `BASH_LINENO` tell of it.
package struct OpenCall: Sendable {
  /// The function's name, `source` for a file that the shell reads, `main` for the script itself.
  package let name: ByteString
  /// The file in which the code stands that was called.
  package let source: ByteString
  /// The line of the call; 0 of what the shell has begun itself.
  package let line: Int32

  package init(name: ByteString, source: ByteString, line: Int32 = 0) {
    self.name = name
    self.source = source
    self.line = line
  }
}
