import NNIModels
import NNITestSupport

/// Perturbation methods as their formulas say them: one sample and one part at a time.
enum SlowPerturbation {
  /// A net for inputs of any shape: two dense layers over all elements of a sample, four classes.
  static func denseModel(_ sample: [Int]) throws -> Model {
    var numbers = SeededNumbers(11)
    let count = sample.reduce(1, *)
    var graph = Graph(input: "x")
    try graph.add(FlattenLayer(), as: "flat", after: ["x"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([6, count], scale: 0.5), bias: numbers.tensor([6])),
      as: "hidden", after: ["flat"])
    try graph.add(ActivationLayer(.tanh), as: "tanh", after: ["hidden"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([4, 6]), bias: numbers.tensor([4])), as: "logits",
      after: ["tanh"])
    return try Model(graph)
  }

  static func input(_ shape: [Int]) throws -> Tensor {
    var numbers = SeededNumbers(12)
    return try numbers.tensor(shape)
  }

  /// The indices of each element after the batch axis.
  static func places(_ sample: [Int]) -> [[Int]] {
    sample.reduce([[]]) { places, extent in
      places.flatMap { place in (0..<extent).map { place + [$0] } }
    }
  }

  /// The class's logit, or its probability, for one sample with the elements of `part` replaced.
  static func score(
    _ model: Model, _ values: [Double], _ shape: [Int], replacing part: Set<Int>, by fill: [Double],
    class index: Int, isProbability: Bool = false
  ) throws -> Double {
    let changed = values.indices.map { part.contains($0) ? fill[$0] : values[$0] }
    let logits = try model(Tensor(changed, shape: [1] + shape.dropFirst()))
    return try (isProbability ? logits.softmax(along: 1) : logits).doubles()[index]
  }

  /// Occlusion with windows over the axes from `first` of a sample on.
  static func occlusion(
    _ model: Model, _ input: Tensor, classes: [Int], window: Int, stride: Int, fill: Tensor,
    isProbability: Bool = false
  ) throws -> (map: [Double], scores: [Double]) {
    let sample = Array(input.shape.dropFirst())
    let first = sample.count > 1 ? 1 : 0
    let places = places(sample)
    let starts = sample.dropFirst(first).map { extent in
      var starts = [0]
      while starts[starts.count - 1] + window < extent {
        starts.append(starts[starts.count - 1] + stride)
      }
      return starts
    }
    let corners = starts.reduce([[]]) { corners, starts in
      corners.flatMap { corner in starts.map { corner + [$0] } }
    }
    var (map, scores): ([Double], [Double]) = ([], [])
    for (row, index) in classes.enumerated() {
      let values = try input.selected(axis: 0, index: row).doubles()
      let filling = try fill.selected(axis: 0, index: row).doubles()
      let clean = try score(
        model, values, input.shape, replacing: [], by: filling, class: index,
        isProbability: isProbability)
      var (sums, counts) = (values.map { _ in 0.0 }, values.map { _ in 0.0 })
      for corner in corners {
        let part = places.indices.filter { element in
          zip(places[element].dropFirst(first), corner).allSatisfy {
            $0 >= $1 && $0 < $1 + window
          }
        }
        let covered = try score(
          model, values, input.shape, replacing: Set(part), by: filling, class: index,
          isProbability: isProbability)
        scores.append(covered)
        for element in part {
          sums[element] += clean - covered
          counts[element] += 1
        }
      }
      map += zip(sums, counts).map { $0 / $1 }
    }
    return (map, scores)
  }
}
