internal import Foundation

/// The logarithm of the mean of several inputs' exponentials, `ln((1/T) Σ_t exp x_t)`: of log-probabilities
/// the logarithm of the mean probability.
///
/// Its derivative by the inputs are exponentials that sum to one, as a softmax's.
public struct LogMeanExponentialLayer: Layer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .softmax }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard inputs.count > 1 else { return inputs[0] }
    let stacked = try Tensor.concatenated(inputs.map { try $0.unsqueezed(0) }, axis: 0)
    let sum = try Tensor.call("aten::logsumexp", .tensor(stacked), .ints([0]), .bool(false))
    return try sum - log(Double(inputs.count))
  }
}
