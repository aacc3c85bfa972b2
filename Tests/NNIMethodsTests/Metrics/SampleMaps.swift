@testable import NNIMethods
import NNITestSupport

/// A method whose map is given: metrics are judged on maps that are known.
struct GivenMap: ConfigurableMethod {
  var map: Tensor
  var promise: MapPromise = .nothing
  var ledger: Ledger?

  var name: String { "given" }
  var options: [MethodOption<Self>] { [] }

  func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution {
    let pass = try BackwardPass(Recording(model, input: input), target: target)
    return try Attribution(
      map: map, ledger: ledger ?? Ledger(score: pass.score, map: map), target: pass.target,
      method: self)
  }
}

extension MetricCase {
  /// A linear network without biases, its input, and a map.
  static func linear(
    samples: Int = 2, seed: UInt64 = 5, promise: MapPromise = .nothing,
    regions: ObjectRegions? = nil,
    _ map: (_ weights: Tensor, _ input: Tensor) throws -> Tensor
  ) throws -> (subject: MetricCase, weights: [[Double]], input: [[Double]]) {
    let (model, all) = try SampleNets.linear()
    let input = try SampleNets.mixedInput(samples, seed: seed)
    let classes = (0..<samples).map { ($0 * 2 + 1) % 5 }
    let rows = try Tensor.call(
      "aten::index_select", .tensor(all), .int(0),
      .tensor(Tensor(classes.map { Int64($0) }, shape: [samples])))
    let weights = try rows.reshaped(input.shape)
    let method = GivenMap(map: try map(weights, input), promise: promise)
    let subject = try MetricCase(
      model, input: input, method: method, target: .classes(classes), regions: regions)
    func split(_ tensor: Tensor) throws -> [[Double]] {
      let numbers = try tensor.doubles()
      let size = numbers.count / samples
      return (0..<samples).map { Array(numbers[($0 * size)..<(($0 + 1) * size)]) }
    }
    return (subject, try split(weights), try split(input))
  }

  /// A case in which only the map matters: `[N, 1, height, width]`.
  static func map(
    _ values: [Double], height: Int, width: Int, inside: [Double]? = nil
  ) throws -> MetricCase {
    var graph = Graph(input: "image")
    try graph.add(FlattenLayer(), as: "flat", after: ["image"])
    let size = height * width
    try graph.add(
      DenseLayer(weight: Tensor.full([2, size], 1, dtype: .float64)), as: "logits", after: ["flat"])
    let samples = values.count / size
    let shape = [samples, 1, height, width]
    return try MetricCase(
      Model(graph), input: Tensor.full(shape, 1, dtype: .float64),
      method: GivenMap(map: Tensor(values, shape: shape)), target: 0,
      regions: inside.map {
        try ObjectRegions(mask: Tensor($0, shape: [samples, height, width]))
      })
  }
}
