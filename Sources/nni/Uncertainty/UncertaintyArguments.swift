import ArgumentParser
import NNInterpretability

/// Angles in degrees: `FROM:TO:STEP`.
struct AngleRange: ExpressibleByArgument {
  let angles: [Double]
  /// As it was written.
  let text: String

  init?(argument: String) {
    let numbers = argument.split(separator: ":", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard numbers.count == 3, let from = numbers[0], let to = numbers[1], let step = numbers[2],
      from.isFinite, to.isFinite, step.isFinite, step != 0, (to - from) / step >= 0,
      (to - from) / step < 1000
    else { return nil }
    let count = Int(((to - from) / step + 1e-9).rounded(.down))
    angles = (0...count).map { from + Double($0) * step }
    text = argument
  }
}

/// For which classes each pass is explained.
enum ClassAssignment: String, ExpressibleByArgument, CaseIterable {
  case voted, every

  var assignment: ClasswiseAttribution.Assignment { self == .voted ? .voted : .every }
}

/// An uncertainty that can be explained.
struct MeasureArgument: ExpressibleByArgument {
  let measure: UncertaintyMeasure
  /// As it was written.
  let text: String

  init?(argument: String) {
    text = argument
    let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
    switch parts.first {
    case "predictive-entropy" where parts.count == 1: measure = .predictiveEntropy
    case "expected-entropy" where parts.count == 1: measure = .expectedEntropy
    case "mutual-information" where parts.count == 1: measure = .mutualInformation
    case "vacuity" where parts.count == 1: measure = .vacuity
    case "variance":
      guard parts.count == 2, let index = Int(parts[1]) else { return nil }
      measure = .variance(index)
    case "conformal-margin":
      guard parts.count == 2, let threshold = Double(parts[1]) else { return nil }
      measure = .conformalMargin(threshold)
    default: return nil
    }
  }
}
