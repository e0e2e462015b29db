import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension BuiltinContext {
  /// The result of `test -LETTER` for the file of a descriptor.
  func descriptorTest(_ letter: Unicode.Scalar, _ number: Int) -> Bool {
    guard let file = file(number) else { return false }
    guard let descriptor = file.descriptor else {
      // A pipe between two coroutines.
      return letter == "e" || letter == "p" || letter == (file.isReadOnly ? "r" : "w")
    }
    switch letter {
    case "r": return (try? descriptor.openFlags().allowsReading) ?? false
    case "w": return (try? descriptor.openFlags().allowsWriting) ?? false
    case "x": return false
    default: return (try? FileStatus(of: descriptor)).map { $0.satisfies(letter) } ?? false
    }
  }
}
