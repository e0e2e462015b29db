import ByteStrings
import LineEditing
import Platform
import ShellRuntime
import ShellSyntax

/// The shell's names for the line editor's completion.
extension Session {
  var completion: ShellCompletion {
    let environment = self.environment
    var completion = ShellCompletion()
    completion.commandNames = { [shell] in
      shell.builtins.builtins.map(\.name) + environment.sortedFunctions.map(\.name)
        + environment.aliases.sorted.map(\.name) + Keyword.allCases.map(\.text).filter(\.isName)
    }
    completion.path = { environment.value(of: "PATH") ?? "" }
    completion.variableNames = { environment.sortedVariables.filter { $0.variable.isSet }.map(\.name) }
    completion.jobs = {
      environment.jobs.jobs.map { (id: "%" + ByteString(decimal: $0.number), text: $0.text.visible) }
    }
    completion.files = {
      FileCompletion(
        workingDirectory: environment.workingDirectory.currentPath ?? "",
        homeDirectory: { user in
          user.isEmpty ? environment.value(of: "HOME") : UserAccount.named(user)?.home
        }, value: { environment.value(of: $0) })
    }
    return completion
  }
}
