import ByteStrings
import Platform
import ShellSyntax

/// A coprocess that an environment has started: its job, and the environment's ends of the two pipes.
///
/// The environment has the ends under two numbers, which an array has too. They are not for programs and not for
/// subshells, so that the coprocess reads end of file when the environment closes its end.
struct RunningCoprocess: Sendable {
  /// A pipe, the number of the environment's end, and the index of that number in the array. The file of the end is
  /// only in the table of descriptors, so that closing it there closes the pipe.
  struct End: Sendable {
    let pipe: InProcessPipe
    let number: Int
    let index: Int

    fileprivate func isOpen(in descriptors: DescriptorTable) -> Bool { descriptors[number]?.isEnd(of: pipe) == true }
  }

  let job: Job
  /// The array.
  let name: ByteString
  /// What the coprocess writes is read here.
  let output: End
  /// What is written here the coprocess reads.
  let input: End

  /// The variable with the process ID.
  var nameOfID: ByteString { Self.nameOfID(name) }
  static func nameOfID(_ name: ByteString) -> ByteString { name + "_PID" }

  /// Whether the file under a number is one of its ends.
  func owns(_ file: OpenFile, at number: Int) -> Bool {
    number == output.number && file.isEnd(of: output.pipe) || number == input.number && file.isEnd(of: input.pipe)
  }

  /// Whether its end was told, by `wait` or a report.
  fileprivate var isOver: Bool { job.state.isFinal && (job.isFetched || job.table == nil) }
}

extension ExecutionEnvironment {
  var coprocesses: [RunningCoprocess] {
    _read { yield cold.value.coprocesses }
    _modify { yield &cold.value.coprocesses }
  }

  /// Sets the array of a coprocess that is about to start, and the variable for its process ID.
  mutating func assignVariables(
    ofCoprocess name: ByteString, _ output: RunningCoprocess.End, _ input: RunningCoprocess.End
  ) throws(VariableError) {
    let number = names.number(of: name)
    try assign("", to: RunningCoprocess.nameOfID(name))
    try clearArray(number, isAssociative: false)
    for end in [output, input] { try assign(ByteString(decimal: end.number), to: .index(end.index), of: number) }
  }

  /// Closes the descriptors of all coprocesses, in a subshell.
  @inline(__always)
  mutating func closeCoprocesses() {
    if !cold.value.coprocesses.isEmpty { closeDescriptorsOfCoprocesses() }
  }

  @inline(never)
  private mutating func closeDescriptorsOfCoprocesses() {
    for coprocess in coprocesses { closeDescriptors(of: coprocess) }
    coprocesses = []
  }

  /// Closes the descriptors of coprocesses whose end was told, and unsets their variables. One whose output was not read
  /// to its end keeps both until a later call.
  package mutating func closeEndedCoprocesses() {
    if cold.value.coprocesses.isEmpty { return }
    let descriptors = descriptors
    close(
      coprocesses.filter { coprocess in
        coprocess.isOver && !(coprocess.output.isOpen(in: descriptors) && coprocess.output.pipe.hasUnreadBytes)
      })
  }

  /// The same of all that have ended, before another one starts.
  mutating func closeAllEndedCoprocesses() { close(coprocesses.filter(\.job.state.isFinal)) }

  private mutating func close(_ ended: [RunningCoprocess]) {
    for coprocess in ended {
      closeDescriptors(of: coprocess)
      unsetVariables(of: coprocess)
    }
    coprocesses.removeAll { coprocess in ended.contains { $0.job === coprocess.job } }
  }

  private mutating func closeDescriptors(of coprocess: RunningCoprocess) {
    for end in [coprocess.output, coprocess.input] where end.isOpen(in: descriptors) { descriptors[end.number] = nil }
  }

  /// Whether the variables are not those of a later coprocess.
  private func hasVariables(_ coprocess: RunningCoprocess) -> Bool {
    coprocesses.last { $0.name == coprocess.name }?.job === coprocess.job
  }

  /// Unsets the variables of a coprocess that has ended, unless they were assigned to since.
  private mutating func unsetVariables(of coprocess: RunningCoprocess) {
    noteClosedEnds(of: coprocess)
    guard hasVariables(coprocess) else { return }
    let number = names.number(of: coprocess.name)
    let isUnchanged = [coprocess.output, coprocess.input].allSatisfy { end in
      value(of: .index(end.index), in: number) == Self.closedNumber
    }
    if isUnchanged { try? unset(coprocess.name) }
    let id = coprocess.job.knownID.map { ByteString(decimal: Int($0.rawValue)) }
    if value(of: coprocess.nameOfID) == id { try? unset(coprocess.nameOfID) }
  }

  /// What the array has in place of the number of a descriptor that was closed.
  private static let closedNumber: ByteString = "-1"

  /// Notes in the arrays which descriptors of coprocesses are closed.
  mutating func noteClosedEndsOfCoprocesses() {
    if cold.value.coprocesses.isEmpty { return }
    for coprocess in coprocesses { noteClosedEnds(of: coprocess) }
  }

  private mutating func noteClosedEnds(of coprocess: RunningCoprocess) {
    guard hasVariables(coprocess) else { return }
    let number = names.number(of: coprocess.name)
    for end in [coprocess.output, coprocess.input] where !end.isOpen(in: descriptors) {
      guard value(of: .index(end.index), in: number) == ByteString(decimal: end.number) else { continue }
      try? assign(Self.closedNumber, to: .index(end.index), of: number)
    }
  }
}
