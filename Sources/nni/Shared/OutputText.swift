import Foundation
import NNInterpretability

extension Model {
  /// A map, or what a method gives beside it, in the order of axes that the file's input has.
  func mapInFileOrder(_ map: Tensor, of result: Attribution) throws -> Tensor {
    let isOfInput = result.layer == nil && map.shape == result.map.shape
    return isOfInput ? try inFileOrder(map) : map
  }
}
