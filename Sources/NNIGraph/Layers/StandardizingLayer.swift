/// A normalisation by a statistic of each sample's own elements: `w (x − mean) / √(mean (x − mean)² + ε) + b`,
/// with or without the mean taken away.
package protocol StandardizingLayer: Layer {
  /// A shape of as many elements, and those of its axes over which the statistics run.
  func statistics(over shape: [Int]) throws -> (shape: [Int], axes: [Int])
  /// Whether the mean is taken away.
  var isCentred: Bool { get }
  /// Whether the squares are averaged, and not added up.
  var isAveraging: Bool { get }
  /// ε.
  var epsilon: Double { get }
  /// `w` times a tensor of the value's shape.
  func weighted(_ tensor: Tensor) throws -> Tensor
}

extension StandardizingLayer {
  /// How many elements of a value of that shape share a statistic, if they stand in a row.
  package func width(over shape: [Int]) throws -> Int? {
    let (arranged, axes) = try statistics(over: shape)
    guard axes == Array(arranged.count - axes.count..<arranged.count) else { return nil }
    return arranged.suffix(axes.count).reduce(1, *)
  }

  /// A value, or what stands in its place, without its mean where the layer takes that away.
  package func centred(_ values: Tensor, over axes: [Int]) throws -> Tensor {
    isCentred ? try values - values.mean(over: axes, keepingAxes: true) : values
  }

  /// What a value is divided by.
  ///
  /// - Parameters:
  ///   - values: In the shape that ``statistics(over:)`` gives.
  ///   - axes: The axes that it gives.
  /// - Returns: The divisor, with extent 1 along these axes.
  /// - Throws: `TorchError` when the shapes differ.
  package func divisor(of values: Tensor, over axes: [Int]) throws -> Tensor {
    if let layer = self as? NormalizeLayer { return try layer.divisor(of: values) }
    let squares = try centred(values, over: axes).squared()
    return try (squares.mean(over: axes, keepingAxes: true) + epsilon).squareRoot()
  }
}

extension LayerNormLayer: StandardizingLayer {
  package func statistics(over shape: [Int]) throws -> (shape: [Int], axes: [Int]) {
    (shape, Array(shape.count - scale.rank..<shape.count))
  }

  package var isCentred: Bool { true }

  package var isAveraging: Bool { true }

  package func weighted(_ tensor: Tensor) throws -> Tensor { try tensor * scale }
}

extension RMSNormLayer: StandardizingLayer {
  package func statistics(over shape: [Int]) throws -> (shape: [Int], axes: [Int]) {
    (shape, Array(shape.count - axisCount..<shape.count))
  }

  package var isCentred: Bool { false }

  package var isAveraging: Bool { true }

  package func weighted(_ tensor: Tensor) throws -> Tensor { try tensor * scale }
}

extension UnscaledNormLayer: StandardizingLayer {
  package func statistics(over shape: [Int]) throws -> (shape: [Int], axes: [Int]) {
    (shape, axes.map { $0 < 0 ? $0 + shape.count : $0 })
  }

  package var isAveraging: Bool { true }

  package func weighted(_ tensor: Tensor) throws -> Tensor { tensor }
}

extension GroupNormLayer: StandardizingLayer {
  package func statistics(over shape: [Int]) throws -> (shape: [Int], axes: [Int]) {
    let elements = shape.dropFirst().reduce(1, *)
    return ([shape[0], groups, elements / groups], [2])
  }

  package var isCentred: Bool { true }

  package var isAveraging: Bool { true }

  package func weighted(_ tensor: Tensor) throws -> Tensor {
    try tensor * scale.aligned(toAxis: 1, rank: tensor.rank)
  }
}

extension InstanceNormLayer: StandardizingLayer {
  package func statistics(over shape: [Int]) throws -> (shape: [Int], axes: [Int]) {
    (shape, Array(2..<shape.count))
  }

  package var isCentred: Bool { true }

  package var isAveraging: Bool { true }

  package func weighted(_ tensor: Tensor) throws -> Tensor {
    try tensor * scale.aligned(toAxis: 1, rank: tensor.rank)
  }
}

extension NormalizeLayer: StandardizingLayer {
  package func statistics(over shape: [Int]) throws -> (shape: [Int], axes: [Int]) {
    (shape, axes.map { $0 < 0 ? $0 + shape.count : $0 })
  }

  package var isCentred: Bool { false }

  package var isAveraging: Bool { false }

  package var epsilon: Double { 0 }

  package func weighted(_ tensor: Tensor) throws -> Tensor { tensor }
}
