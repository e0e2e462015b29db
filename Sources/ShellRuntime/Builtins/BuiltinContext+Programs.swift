import ByteStrings
import Platform

extension BuiltinContext {
  /// Finds a program: the path itself if the name has a `/`, otherwise by `PATH` or from the cache (`hash`).
  package mutating func findProgram(_ name: ByteString, _ lookup: CommandLookup) -> ProgramSearch.Result {
    if name.contains(UInt8(ascii: "/")) { return .found(name) }
    let directory = environment.workingDirectory.descriptor
    if lookup.contains(.standardPath) {
      return ProgramSearch.find(name, in: ProgramSearch.standardPath, from: directory)
    }
    if let known = environment.commandCache.use(name), Files.allows(.executing, of: known, in: directory) {
      return .found(known)
    }
    let result = ProgramSearch.find(name, in: environment.value(of: .path) ?? "", from: directory)
    // A relative path is not cached, since `cd` changes what it names.
    if case .found(let path) = result, path.first == UInt8(ascii: "/") {
      environment.commandCache.insert(name, path: path)
      _ = environment.commandCache.use(name)
    }
    return result
  }
}
