import NNIModels
import NNITestSupport

/// A layer's feature maps and gradients as plain numbers, for loops that judge class activation maps.
struct FeatureMaps {
  let shape: [Int]
  let activations: [Double]
  let gradients: [Double]

  /// The values at a layer, and the derivative of each sample's class by them.
  init(_ model: Model, layer: NodeID, input: Tensor, classes: [Int]) throws {
    let trace = try model.graph.trace(input)
    shape = try trace[layer].shape
    activations = try trace[layer].doubles()
    let count = try trace.output.shape[1]
    let seed = try Tensor(
      classes.flatMap { own in (0..<count).map { $0 == own ? 1.0 : 0 } },
      shape: [classes.count, count])
    gradients = try trace.propagate(
      [model.graph.output: Signal(seed)], using: [.any: .gradient], reading: [layer])[layer]
      .doubles()
  }

  /// `A` at a place.
  func a(_ n: Int, _ k: Int, _ place: Int) -> Double { activations[index(n, k) + place] }

  /// `∂f/∂A` at a place.
  func g(_ n: Int, _ k: Int, _ place: Int) -> Double { gradients[index(n, k) + place] }

  /// How many places a feature map has.
  var area: Int { shape[2] * shape[3] }

  private func index(_ n: Int, _ k: Int) -> Int { (n * shape[1] + k) * area }

  /// A map `[N, 1, h, w]` of a function of sample and place.
  func map(_ value: (_ n: Int, _ place: Int) -> Double) throws -> Tensor {
    try Tensor(
      (0..<shape[0]).flatMap { n in (0..<area).map { value(n, $0) } },
      shape: [shape[0], 1, shape[2], shape[3]])
  }

  /// A sum over all feature maps.
  func sumOverChannels(_ term: (Int) -> Double) -> Double {
    (0..<shape[1]).reduce(0) { $0 + term($1) }
  }

  /// A sum over all places.
  func sumOverPlaces(_ term: (Int) -> Double) -> Double {
    (0..<area).reduce(0) { $0 + term($1) }
  }
}
