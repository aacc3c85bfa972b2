import NNInterpretability

extension Terminal {
  /// Reports what no rule of a method intends: a coarse integral, a broken promise, spoilt arithmetic.
  ///
  /// What rules keep by design, such as biases, stands on the sheet and in the manifest.
  static func warn(of manifest: Manifest, explaining name: String) {
    for (sample, alerts) in manifest.alerts.enumerated() {
      let place =
        name.isEmpty ? (manifest.alerts.count > 1 ? "sample \(sample), " : "") : "\(name), "
      for alert in alerts { report("nni: warning: \(place)\(manifest.method): \(alert)") }
    }
  }
}
