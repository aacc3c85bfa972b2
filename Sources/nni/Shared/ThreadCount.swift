import ArgumentParser

/// The option `--threads`.
enum ThreadCount {
  /// A number of threads that helps; says so where that is another than the one that was asked for.
  ///
  /// More threads than processors wait for each other; a thousand of them get nothing done.
  static func checked(_ threads: Int?, most: Int) throws -> Int? {
    guard let threads else { return nil }
    guard threads > 0 else { throw ValidationError("--threads must be at least 1.") }
    guard threads > most else { return threads }
    Terminal.report(
      "nni: --threads \(threads): \(most) are used, for more do not help on this machine")
    return most
  }
}
