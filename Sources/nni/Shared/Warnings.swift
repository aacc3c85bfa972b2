import NNInterpretability

/// What a person should know and what keeps nothing from working: one line each on the standard error.
enum Warnings {
  static func report(_ warnings: [String]) {
    for warning in warnings { Terminal.report("nni: warning: \(warning)") }
  }

  /// Says so where nothing tells how photographs become the network's input.
  static func reportMissingCard(_ model: Model) { report(missingCard(model)) }

  /// A warning where nothing tells how photographs become the network's input.
  static func missingCard(_ model: Model) -> [String] {
    guard !model.describesInput else { return [] }
    return [
      "\(model.name) has no card that says how photographs become its input: pixels go in as 0…1, without "
        + "mean and deviation; state them in a JSON file beside it, {\"input\": {\"mean\": […], \"std\": […]}}"
    ]
  }

  /// Says what lies in folders of photographs and is none.
  static func reportSkipped(_ paths: [String]) {
    guard let first = paths.first else { return }
    let others = paths.count - 1
    report([
      "\(first)\(others > 0 ? " and \(others) more" : "") skipped: no photograph (JPEG, PNG, WebP)"
    ])
  }

  /// Says which of a method's options are without effect on a network.
  ///
  /// - Returns: The same, for a manifest.
  @discardableResult
  static func report(of method: any AttributionMethod, on model: Model) throws -> [String] {
    let notes = try (method as? any NotingMethod)?.notes(for: model) ?? []
    report(notes)
    return notes
  }
}
