import ByteStrings
import Platform

extension ExecutionEnvironment {
  /// What the escapes of a prompt stand for in this environment.
  package func promptContext(historyNumber: Int) -> PromptContext {
    var context = PromptContext()
    let account = UserAccount.withID(ProcessInformation.effectiveUser)
    context.user = account?.name ?? value(of: "USER") ?? ""
    context.host = ProcessInformation.hostName
    context.directory = value(of: "PWD") ?? workingDirectory.path ?? "."
    context.home = value(of: "HOME") ?? ""
    context.directoryLimit = options.contains(.posix) ? nil : value(of: "PROMPT_DIRTRIM")?.decimalValue
    context.shellName = "meanwhile"
    context.version = value(of: "MEANWHILE_VERSION") ?? ""
    context.isSuperuser = ProcessInformation.effectiveUser == 0
    context.jobCount = jobs.jobs.count
    context.lastStatus = Int(status.rawValue)
    context.historyNumber = historyNumber
    context.time = Clocks.now
    context.timeZone = timeZone
    return context
  }
}
