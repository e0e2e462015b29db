/// What may be found under a command name.
package struct CommandLookup: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let functions = CommandLookup(rawValue: 1)
  package static let builtins = CommandLookup(rawValue: 2)
  package static let programs = CommandLookup(rawValue: 4)
  /// Special builtins keep their special properties (not under `command`).
  package static let specialProperties = CommandLookup(rawValue: 8)
  /// Programs are looked up in the standard `PATH` (`command -p`).
  package static let standardPath = CommandLookup(rawValue: 16)
  /// A program replaces the shell (`exec`).
  package static let replacingShell = CommandLookup(rawValue: 32)
  /// The program gets an empty environment (`exec -c`).
  package static let emptyEnvironment = CommandLookup(rawValue: 64)
  /// The field behind the program is what the program has for its name (`exec -a`).
  package static let namedSeparately = CommandLookup(rawValue: 128)
  package static let all: CommandLookup = [.functions, .builtins, .programs, .specialProperties]
}
