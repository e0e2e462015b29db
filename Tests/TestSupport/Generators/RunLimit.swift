import ByteStrings
import ShellSyntax

/// Ends loops and functions of random commands, which would go on for ever.
///
/// The commands that stand first in the condition of a loop and in the body of a function count in one variable, which
/// nothing else assigns; a subshell goes on from what it was there.
package struct RunLimit {
  /// Source of these commands.
  package let loopSource: ByteString
  package let functionSource: ByteString
  /// Source of a command that is true as long as the limit is not reached.
  package let conditionSource: ByteString
  let ofLoop: ListItem
  let ofFunction: ListItem

  /// `variable` is a name.
  package init(variable: ByteString, turns: Int = 9) {
    conditionSource = "[ $((" + variable + "+=1)) -lt " + ByteString(decimal: turns) + " ]"
    loopSource = conditionSource + " || break"
    functionSource = conditionSource + " || return"
    ofLoop = Self.item(loopSource)
    ofFunction = Self.item(functionSource)
  }

  private static func item(_ source: ByteString) -> ListItem {
    var parser = Parser(source)
    guard case .command(let command) = parser.parseCompleteCommand(), command.list.items.count == 1 else {
      fatalError("no command: \(source.visible)")
    }
    return command.list.items[0]
  }
}
