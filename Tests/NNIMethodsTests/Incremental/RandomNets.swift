import NNIModels
import NNITestSupport

/// Networks of random layers, each fed by random ones before it, for inputs `[N, 4, 19, 16]`.
struct RandomNets {
  private var numbers: SeededNumbers
  private var graph = Graph(input: "image")
  /// The nodes with rows and columns, and their channels, rows and columns.
  private var maps: [(id: NodeID, shape: [Int])] = [("image", [4, 19, 16])]

  /// The net of a seed, with five logits.
  static func net(_ seed: UInt64) throws -> Model {
    var nets = RandomNets(numbers: SeededNumbers(seed))
    return try nets.model()
  }

  static func input(_ samples: Int = 2) throws -> Tensor {
    var numbers = SeededNumbers(99)
    return try numbers.tensor([samples, 4, 19, 16])
  }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(numbers.uniform() * Double(range.count))
  }

  private mutating func model() throws -> Model {
    for step in 0..<pick(5...11) {
      // The newest one or two most of the time, so that nets become deep.
      let source = maps[max(0, maps.count - pick(1...2))]
      let (layer, others) =
        step == 0 ? (try convolution(source.shape), []) : try layer(after: source)
      let id = NodeID("\(step)-\(layer.name)")
      try graph.add(layer, as: id, after: [source.id] + others)
      let shape = Array(try graph.forward(Self.input(1)).shape.dropFirst())
      guard shape[1] > 3, shape[2] > 3, shape[0] < 40 else { break }
      maps.append((id, shape))
    }
    let last = maps[maps.count - 1]
    try graph.add(FlattenLayer(), as: "flat", after: [last.id])
    let features = last.shape.reduce(1, *)
    try graph.add(
      DenseLayer(weight: numbers.tensor([5, features], scale: 0.3)), as: "dense", after: ["flat"])
    // A second way out, from an early map.
    let early = maps[maps.count / 2]
    try graph.add(GlobalAveragePoolLayer(), as: "mean", after: [early.id])
    try graph.add(FlattenLayer(), as: "means", after: ["mean"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([5, early.shape[0]])), as: "side", after: ["means"])
    try graph.add(SumLayer(), as: "logits", after: ["dense", "side"])
    return try Model(graph, name: "random")
  }

  private mutating func layer(
    after source: (id: NodeID, shape: [Int])
  ) throws -> (any Layer, [NodeID]) {
    let channels = source.shape[0]
    let (id, shape) = source
    let twins = maps.filter { $0.shape == shape && $0.id != id }.map(\.id)
    let sameMaps = maps.filter { $0.shape[1...] == shape[1...] }.map(\.id)
    switch pick(0...13) {
    case 0...4: return (try convolution(shape), [])
    case 5: return (maxPool(), [])
    case 6:
      let padding = pick(0...1)
      return (
        AveragePoolLayer(
          Window([2 + padding, 3], stride: [pick(1...2), pick(1...2)], padding: [padding, 0]),
          isCeiling: pick(0...3) == 0, countsPadding: pick(0...2) > 0), []
      )
    case 7: return (SumLayer(isDifference: pick(0...1) == 1), twins.isEmpty ? [id] : [twins[0]])
    case 8: return (ConcatenationLayer(), [sameMaps[pick(0...(sameMaps.count - 1))]])
    case 9: return (ProductLayer(), twins.isEmpty ? [id] : [twins[0]])
    case 10:
      return (
        PadLayer(before: [0, pick(0...2), -1], after: [0, 0, pick(0...2)], value: 0.7), []
      )
    case 11:
      return (
        BatchNormLayer(
          scale: try numbers.tensor([channels]), shift: try numbers.tensor([channels]),
          mean: try numbers.tensor([channels]),
          variance: try numbers.tensor([channels]).squared() + 0.5), []
      )
    case 12: return (LocalResponseNormLayer(size: 3, alpha: 0.5), [])
    default: return (ActivationLayer(.tanh), [])
    }
  }

  private mutating func convolution(_ shape: [Int]) throws -> ConvolutionLayer {
    let channels = shape[0]
    let groups = channels % 2 == 0 ? pick(1...2) : 1
    let kernel = [pick(1...4), pick(1...3)]
    let outputs = groups * pick(1...3)
    var layer = ConvolutionLayer(
      weight: try numbers.tensor([outputs, channels / groups] + kernel, scale: 0.4),
      bias: try numbers.tensor([outputs]), stride: [pick(1...2), pick(1...2)],
      dilation: [shape[1] > 6 ? pick(1...2) : 1, 1], groups: groups)
    layer.window.paddingBefore = [pick(0...2), pick(0...3)]
    layer.window.paddingAfter = pick(0...1) == 0 ? layer.window.paddingBefore : [pick(0...2), 1]
    return layer
  }

  private mutating func maxPool() -> MaxPoolLayer {
    let window = Window(
      [pick(2...3), pick(2...3)], stride: [pick(1...3), pick(1...2)],
      padding: [pick(0...1), pick(0...1)])
    return MaxPoolLayer(window, isCeiling: pick(0...1) == 1)
  }
}
