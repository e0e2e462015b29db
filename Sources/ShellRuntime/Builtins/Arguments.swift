import ByteStrings

/// The fields of a simple command; the first is the command's name.
///
/// Public, since only then does Swift 6.3 inline it into another module: Docs/Decisions/ByteStrings-are-public.md.
@frozen public struct Arguments: RandomAccessCollection, Sendable {
  @usableFromInline let fields: ArraySlice<ByteString>

  @inline(__always) init(_ fields: ArraySlice<ByteString>) { self.fields = fields }

  /// Fields that do not stem from a command line: a builtin calls another, or a test does.
  package init(_ fields: [ByteString]) { self.fields = fields[...] }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { fields.count }
  @inlinable public subscript(index: Int) -> ByteString { fields[fields.startIndex + index] }

  /// The command's name.
  @inlinable public var name: ByteString { self[0] }

  /// All fields but the name.
  package var operands: [ByteString] { Array(fields.dropFirst()) }
}
