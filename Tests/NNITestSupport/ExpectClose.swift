// `make gallery` builds this target, too, as it does all that is no test; and the static standard library has no
// `Testing`.
#if canImport(Testing)
public import NNIModels
public import Testing

/// Expects two tensors to have the same shape and close values: `|a − b| ≤ absolute + relative · max|b|`.
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, relative: Double = 1e-10, absolute: Double = 1e-12,
  _ comment: @autoclosure () -> Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(actual.shape == expected.shape, comment(), sourceLocation: sourceLocation)
  guard actual.shape == expected.shape else { return }
  try expectClose(
    actual.doubles(), expected.doubles(), relative: relative, absolute: absolute, comment(),
    sourceLocation: sourceLocation)
}

/// Expects two lists of numbers to be close: `|a − b| ≤ absolute + relative · max|b|`.
public func expectClose(
  _ actual: [Double], _ expected: [Double], relative: Double = 1e-10, absolute: Double = 1e-12,
  _ comment: @autoclosure () -> Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, comment(), sourceLocation: sourceLocation)
  let scale = expected.map(\.magnitude).max() ?? 0
  let worst = zip(actual, expected).map { ($0 - $1).magnitude }.max() ?? 0
  // Written so that NaN fails.
  let isClose = worst <= absolute + relative * scale
  #expect(
    isClose,
    "differ by \(worst), allowed \(absolute + relative * scale). \(comment()?.rawValue ?? "")",
    sourceLocation: sourceLocation)
}
#endif
