import Foundation
import NNInterpretability

extension Model {
  /// A map, or what a method gives beside it, in the order of axes that the file's input has.
  func mapInFileOrder(_ map: Tensor, of result: Attribution) throws -> Tensor {
    let isOfInput = result.layer == nil && map.shape == result.map.shape
    return isOfInput ? try inFileOrder(map) : map
  }
}

extension Terminal {
  /// Says of each sample whose map is zero everywhere that it is.
  static func warn(of result: Attribution, named name: String = "") {
    for (sample, isZero) in result.isZero.enumerated() where isZero {
      let place = name.isEmpty ? "sample \(sample)" : name
      let warning = result.warnings(sample: sample).first ?? "the map is zero everywhere"
      report("nni: warning: \(place), \(result.method): \(warning)")
    }
  }
}
