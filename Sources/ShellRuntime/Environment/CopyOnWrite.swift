/// A value behind one reference: a copy costs one retain, the first change of a shared one copies the value.
///
/// An array of one element does just that, and unlike a class it needs no exclusivity check at each access.
package struct CopyOnWrite<Value: Sendable>: Sendable {
  private var storage: [Value]

  package init(_ value: Value) { storage = [value] }

  package var value: Value {
    _read { yield storage[0] }
    _modify { yield &storage[0] }
  }
}
