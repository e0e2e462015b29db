/// A value behind one reference: a copy costs one retain, the first change of a shared one copies the value.
package struct CopyOnWrite<Value: Sendable>: Sendable {
  /// Unchecked because `value` is written only through `CopyOnWrite.value`, after the box was found to have one
  /// owner; a box that two threads can see is therefore never written.
  private final class Box: @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
  }

  private var box: Box

  package init(_ value: Value) { box = Box(value) }

  package var value: Value {
    _read { yield box.value }
    _modify {
      if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
      yield &box.value
    }
  }
}
