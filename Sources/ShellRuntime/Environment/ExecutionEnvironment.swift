import ByteStrings
import Platform
import ShellSyntax
import SystemPackage

/// The shell execution environment of POSIX.1-2024 XCU 2.13: all that a command can see and change.
///
/// A value. A subshell works on a copy, which costs a few retains. What `fork` would copy and a single process cannot
/// have twice (directory, umask, limits, descriptors, dispositions) is a part of the value, and is applied when a
/// program is spawned or a file is opened. `Docs/Subshells.md` has one row for each attribute.
package struct ExecutionEnvironment: Sendable {
  /// The numbers of the names of variables and functions.
  var names: NameTable
  var variables = VariableStore()
  /// Whether there has been a name reference, so that variables may stand for others.
  var hasNameReferences = false
  /// Functions by the number of their names.
  var functions: [Function?] = []
  /// `$1`, `$2`, …
  package var positionalParameters = PositionalParameters()
  /// What `local` declared in the function that runs, as it was before; `nil` outside of functions.
  var locals: [SavedLocal]?
  /// `$?`
  package var status = ExitStatus.success
  /// How many functions may run in one another, found whenever `FUNCNEST` changes; 0 for as many as there is room for.
  private(set) var callLimit: Int32 = 0
  /// `$_`, but for `posix`: the last field of the last simple command, or of a function's parameters.
  var lastArgument = ByteString()
  package var options: ShellOptions = []
  /// The shell's file descriptors.
  package var descriptors: DescriptorTable
  /// The statuses of the last pipeline's elements, where it had several.
  var pipelineStatuses: [ExitStatus] = []
  /// Decodes characters in the encoding of the locale, found whenever a variable changes that names the locale.
  package internal(set) var decoder = CharacterDecoder.utf8
  /// The separators for field splitting, computed whenever `IFS` or the encoding changes.
  package internal(set) var fieldSeparators = FieldSeparators.standard
  /// Signals that are ignored here and in programs: SIGINT and SIGQUIT, in an asynchronous list without job control.
  package var ignoredSignals: SignalSet = []
  /// Attributes that few commands use; one reference in each copy.
  var cold: CopyOnWrite<ColdAttributes>
  /// What all environments of one loop share.
  package internal(set) var shell: Shell
  /// The jobs that this environment, or the one that it was copied from, has started.
  package var jobs: JobTable
  /// Whether this environment owns those jobs, and what it may do with them.
  package internal(set) var jobRole = JobRole.shell

  /// What the last command has left: `$?`, the statuses of the last pipeline, and `$_`.
  package struct LastResults: Sendable {
    fileprivate let status: ExitStatus
    fileprivate let pipeline: [ExitStatus]
    fileprivate let argument: ByteString
  }

  /// What is kept around that which the shell runs by itself.
  package var lastResults: LastResults {
    get { LastResults(status: status, pipeline: pipelineStatuses, argument: lastArgument) }
    set {
      status = newValue.status
      pipelineStatuses = newValue.pipeline
      lastArgument = newValue.argument
    }
  }

  /// Whether this is the shell's own environment, not a copy.
  package var isMain: Bool { jobRole == .shell }

  package init(shell: Shell, jobs: JobTable, descriptors: DescriptorTable, cold: ColdAttributes) {
    names = NameTable()
    self.shell = shell
    self.jobs = jobs
    self.descriptors = descriptors
    self.cold = CopyOnWrite(cold)
  }

  /// Turns the shell's own environment into that of a subshell, for a line that was stopped. Its traps stay, except the
  /// one on `EXIT`, which belongs to the shell.
  mutating func leaveMain() {
    jobRole = .observer
    if cold.value.childChanges != nil { cold.value.childChanges = nil }
    if cold.value.randomSequence != nil { cold.value.randomSequence = nil }
    if traps.action(for: TrapTable.exit) != nil { cold.value.traps.set(nil, for: TrapTable.exit) }
  }

  /// A copy for a subshell: traps are reset except where they ignore the signal, and the jobs can only be listed.
  @inline(__always)
  func subshell() -> ExecutionEnvironment {
    var copy = self
    copy.enterSubshell()
    return copy
  }

  /// Turns a copy into the environment of a subshell.
  mutating func enterSubshell() {
    jobRole = .observer
    if !cold.value.traps.isEmpty { resetTraps() }
    if cold.value.childChanges != nil { cold.value.childChanges = nil }
    if cold.value.randomSequence != nil { cold.value.randomSequence = nil }
  }
}

// MARK: - Variables

extension ExecutionEnvironment {
  /// The value of `name`, or `nil` if it is unset. Never waits.
  package func value(of name: ByteString) -> ByteString? {
    guard let number = names.existingNumber(of: name) else { return nil }
    return value(of: number)
  }

  @inline(__always) package func value(of number: NameNumber) -> ByteString? {
    let variable = variables[number]
    if variable.isSet { return variable.value }
    return variable.isNameReference ? valueThroughReference(number) : nil
  }

  /// The variable's value and attributes.
  package func variable(_ name: ByteString) -> Variable {
    guard let number = names.existingNumber(of: name) else { return Variable() }
    return variables[number]
  }

  /// The value and attributes of the variable that the name stands for.
  package mutating func referencedVariable(_ name: ByteString) -> Variable { variables[attributeBearer(name)] }

  package mutating func number(of name: ByteString) -> NameNumber { names.number(of: name) }

  /// Assigns as `NAME=value` does: exports it under `set -a`.
  package mutating func assign(_ value: ByteString, to name: ByteString) throws(VariableError) {
    try assign(value, to: names.number(of: name))
  }

  @inline(__always)
  package mutating func assign(_ value: ByteString, to number: NameNumber) throws(VariableError) {
    try store(value, in: number)
    if options.contains(.allExport) { variables[number].attributes.insert(.exported) }
    if number.isWellKnown { didAssignWellKnownVariable(number) }
  }

  @inline(never)
  private mutating func didAssignWellKnownVariable(_ number: NameNumber) {
    wellKnownVariableDidChange(number)
    resumeComputing(number)
  }

  /// Assigns for one command: what else has a computed value has this one meanwhile.
  @inline(__always)
  mutating func assignTemporarily(_ value: ByteString, to number: NameNumber) throws(VariableError) {
    try store(value, in: number)
    variables[number].attributes.insert(.exported)
    if number.isWellKnown { wellKnownVariableDidChange(number) }
  }

  @inline(__always)
  private mutating func store(_ value: ByteString, in number: NameNumber) throws(VariableError) {
    let isSpecial = modify(number) { variable in
      if !variable.attributes.isDisjoint(with: .ofAssignments) { return true }
      variable.value = value
      variable.attributes.insert(.set)
      return false
    }
    if isSpecial { try storeByAttributes(value, in: number) }
  }

  /// Assigns to a variable with an attribute that has a part in it.
  @inline(never)
  private mutating func storeByAttributes(_ value: ByteString, in number: NameNumber) throws(VariableError) {
    if variables[number].isNameReference { return try assignThroughReference(value, number) }
    let value = try converted(value, for: number)
    variables[number].value = value
    variables[number].attributes.insert(.set)
  }

  @inline(__always)
  private mutating func modify(_ number: NameNumber, _ body: (inout Variable) -> Bool) -> Bool {
    body(&variables[number])
  }

  /// Unsets the variable and drops its attributes.
  package mutating func unset(_ name: ByteString) throws(VariableError) {
    guard let number = names.existingNumber(of: name) else { return }
    if variables[number].isNameReference, !variables[number].value.isEmpty { return try unsetThroughReference(number) }
    try unset(number)
  }

  /// The same of the variable itself, though it may be a name reference.
  package mutating func unset(reference name: ByteString) throws(VariableError) {
    guard let number = names.existingNumber(of: name) else { return }
    try unset(number)
  }

  mutating func unset(_ number: NameNumber) throws(VariableError) {
    if variables[number].isReadOnly { throw .readOnly(names.name(of: number)) }
    guard variables.contains(number) else { return }
    // One that is local stays so.
    let isLocal = locals?.contains { $0.number == number } == true
    let variable = Variable(attributes: isLocal ? .declared : [])
    restore(SavedVariable(number: number, variable: variable, elements: nil))
  }

  /// What `unset` of this name unsets, if a calling function may have made it local: in bash that local variable ends,
  /// and what it was outside is there again. dash, and most scripts for `sh`, know no such thing.
  package func variableOfCaller(_ name: ByteString) -> NameNumber? {
    guard let locals, !options.contains(.posix), let own = names.existingNumber(of: name) else { return nil }
    let number = hasNameReferences ? (try? referenced(by: own))?.number ?? own : own
    return locals.contains { $0.number == number } ? nil : number
  }

  /// Adds attributes to a variable, set or not.
  package mutating func mark(_ name: ByteString, _ attributes: Variable.Attributes) {
    variables[attributeBearer(name)].attributes.formUnion(attributes)
  }

  /// The same of a variable that may be a name reference, and not of what it names.
  package mutating func mark(reference name: ByteString, _ attributes: Variable.Attributes) {
    variables[names.number(of: name)].attributes.formUnion(attributes)
  }

  /// Whether a function runs, so that variables can be made local.
  package var isInFunction: Bool { locals != nil }

  /// Makes a variable local to the function that runs: without `value` it is unset, or under `localvar_inherit` what it
  /// was. It stays exported if it was, and is restored when the function ends. One that is local already keeps its value.
  package mutating func declareLocal(_ name: ByteString, value: ByteString?) throws(VariableError) {
    let number = names.number(of: name)
    let before = variables.saved(number)
    // A read-only variable cannot be made local.
    if before.variable.isReadOnly { throw .readOnly(name) }
    if locals?.contains(where: { $0.number == number }) == false {
      locals?.append(.variable(before))
      if !options.contains(.localInherit) {
        let variable = Variable(attributes: before.variable.isExported ? [.declared, .exported] : .declared)
        restore(SavedVariable(number: number, variable: variable, elements: nil))
      }
    }
    if let value { try assign(value, to: number) }
  }

  /// Makes the options of `set` local to the function that runs: when it ends they are what they are now.
  package mutating func declareLocalOptions() {
    guard locals?.contains(where: { $0.isOptions }) == false else { return }
    locals?.append(.options(options.intersection(.ofFunctions)))
  }

  /// Restores a variable after a temporary assignment, even if it is read-only.
  mutating func restore(_ saved: SavedVariable) {
    variables.restore(saved)
    wellKnownVariableDidChange(saved.number)
  }

  /// Restores what the function that ends had declared with `local`.
  mutating func restore(_ saved: [SavedLocal]) {
    for entry in saved {
      switch entry {
      case .variable(let variable): restore(variable)
      case .options(let options): self.options = self.options.subtracting(.ofFunctions).union(options)
      case .commandTraps(let traps): giveBack(traps)
      }
    }
  }

  /// Every variable with a value or an attribute, sorted by name.
  package var sortedVariables: [(name: ByteString, variable: Variable)] {
    var result: [(name: ByteString, variable: Variable)] = []
    variables.visit { result.append((names.name(of: $0), $1)) }
    return result.sorted { $0.name < $1.name }
  }

  /// Takes the encoding of characters from the variables. It is not that of the syntax, which is ASCII.
  private mutating func readLocale() {
    let named = CharacterDecoder(
      allCategories: value(of: .lcAll), characterType: value(of: .lcCtype), language: value(of: .lang))
    if named == decoder { return }
    decoder = named
    fieldSeparators = FieldSeparators(value(of: .ifs), decoder: named)
  }

  /// Updates what the shell derives from a variable that has changed.
  mutating func wellKnownVariableDidChange(_ number: NameNumber) {
    switch number {
    case .ifs: fieldSeparators = FieldSeparators(value(of: .ifs), decoder: decoder)
    case .lcAll, .lcCtype, .lang: readLocale()
    case .functionNesting: callLimit = Int32(clamping: max(0, value(of: .functionNesting)?.decimalValue ?? 0))
    case .path: cold.value.commandCache.removeAll()
    case .optInd: cold.value.optionOffset = 0
    case .bashName: if let value = value(of: .bashName), !options.contains(.posix) { name = value }
    default: break
    }
  }
}

// MARK: - Cold attributes

extension ExecutionEnvironment {
  package var aliases: AliasTable {
    _read { yield cold.value.aliases }
    _modify { yield &cold.value.aliases }
  }

  package var traps: TrapTable {
    _read { yield cold.value.traps }
    _modify { yield &cold.value.traps }
  }

  /// What tells this environment of its children.
  mutating func childChanges() -> ChildChanges {
    if let known = cold.value.childChanges { return known }
    let fresh = ChildChanges(of: self)
    fresh.areWatched = traps.action(for: SignalNumber.child.rawValue)?.isEmpty == false
    cold.value.childChanges = fresh
    return fresh
  }

  package var workingDirectory: WorkingDirectory {
    get { cold.value.workingDirectory }
    set { cold.value.workingDirectory = newValue }
  }

  package var directoryStack: [ByteString] {
    _read { yield cold.value.directoryStack }
    _modify { yield &cold.value.directoryStack }
  }

  package var fileCreationMask: FilePermissions? {
    get { cold.value.fileCreationMask }
    set { cold.value.fileCreationMask = newValue }
  }

  package var lastBackgroundJob: Job? {
    get { cold.value.lastBackgroundJob }
    set { cold.value.lastBackgroundJob = newValue }
  }

  /// `$0`
  package var name: ByteString {
    get { cold.value.name }
    set { cold.value.name = newValue }
  }

  package var commandCache: CommandCache {
    _read { yield cold.value.commandCache }
    _modify { yield &cold.value.commandCache }
  }

  package var resourceLimits: [ResourceLimit] {
    get { cold.value.resourceLimits }
    set { cold.value.resourceLimits = newValue }
  }

  package var optionOffset: Int {
    get { cold.value.optionOffset }
    set { cold.value.optionOffset = newValue }
  }
}
