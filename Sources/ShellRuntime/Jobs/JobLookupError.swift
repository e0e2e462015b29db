/// Why a job ID names no job.
package enum JobLookupError: Error, Equatable {
  case noSuchJob
  /// The texts of several jobs fit.
  case ambiguous
}
