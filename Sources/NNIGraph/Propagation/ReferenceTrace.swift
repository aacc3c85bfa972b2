/// A second forward pass that the first is compared with, and the differences between the two.
///
/// For the linear rule and RevealCancel, a node's difference `Δ` comes in two parts, `Δ = Δ⁺ + Δ⁻`:
///
/// - at a weighted layer, the sums of its inputs' positive and negative contributions,
///   `Δz⁺ = w⁺Δa⁺ + w⁻Δa⁻` and `Δz⁻ = w⁺Δa⁻ + w⁻Δa⁺`;
/// - through sums, concatenations, scales, average pools, rearrangements and noise, what the inputs' parts
///   become;
/// - at all other nodes the difference's own sign decides, and one part is zero.
public struct ReferenceTrace: Sendable {
  /// The pass on the input.
  package let trace: Trace
  /// The pass on the reference.
  let reference: Trace
  private let parts: [Int: Parts]

  /// The two parts of a difference.
  package struct Parts: Sendable {
    package var positive: Tensor
    package var negative: Tensor
  }

  /// Compares two passes of one graph; of the nodes in `splitting` the difference is needed in two parts.
  ///
  /// The reference has as many samples as the input, or one that all of them are compared with.
  package init(_ trace: Trace, against reference: Trace, splitting: Set<Int> = []) throws {
    self.trace = trace
    self.reference = reference
    parts = try Self.parts(trace, reference, of: splitting)
  }

  /// The reference's value at a node, with the input's number of samples.
  package func value(_ index: Int) throws -> Tensor {
    guard let value = reference.steps[index]?.value, let own = trace.steps[index]?.value else {
      throw InterpretabilityError(
        .invalidGraph, "the reference was not computed", node: trace.graph.nodes[index].id)
    }
    guard value.shape.first == 1, let samples = own.shape.first, samples > 1 else { return value }
    return try .call("aten::repeat_interleave.self_int", .tensor(value), .int(samples), .int(0))
  }

  /// `Δ`, the input's value less the reference's.
  package func difference(_ index: Int) throws -> Tensor {
    try Self.difference(trace, reference, index)
  }

  /// `Δ⁺` and `Δ⁻` of a node that was asked for.
  package func parts(_ index: Int) throws -> Parts {
    if let parts = parts[index] { return parts }
    return try Self.signedParts(difference(index))
  }

  private static func difference(_ trace: Trace, _ reference: Trace, _ index: Int) throws -> Tensor
  {
    guard let value = trace.steps[index]?.value, let other = reference.steps[index]?.value else {
      throw InterpretabilityError(
        .invalidGraph, "its value was not computed", node: trace.graph.nodes[index].id)
    }
    return try value - other
  }

  private static func signedParts(_ difference: Tensor) throws -> Parts {
    Parts(positive: try difference.positivePart(), negative: try difference.negativePart())
  }

  /// The parts at the wanted nodes and at those that they are made from.
  private static func parts(
    _ trace: Trace, _ reference: Trace, of wanted: Set<Int>
  ) throws -> [Int: Parts] {
    let nodes = trace.graph.nodes
    var needed = wanted
    for index in nodes.indices.reversed() where needed.contains(index) {
      // A weighted layer begins anew from the signs of its inputs' whole differences.
      guard nodes[index].layer.kind.carriesParts else { continue }
      needed.formUnion(nodes[index].inputIndices)
    }
    var parts: [Int: Parts] = [:]
    for index in needed.sorted() {
      let (node, layer) = (nodes[index], nodes[index].layer)
      if layer.kind.isWeighted || layer.kind == .affine, let linear = layer as? any LinearLayer {
        let source = node.inputIndices[0]
        let input =
          try layer.kind == .affine
          ? parts[source] ?? signedParts(difference(trace, reference, source))
          : signedParts(difference(trace, reference, source))
        parts[index] = try contributions(linear, input, whole: difference(trace, reference, index))
      } else if layer.kind.carriesParts {
        let inputs = node.inputIndices.compactMap { parts[$0] }
        if (layer as? SumLayer)?.isDifference == true {
          parts[index] = try difference(of: inputs)
        } else {
          let zero = try node.inputIndices.map { try reference.steps[$0]?.value.zerosLike() }
          // Rearrangements and means are linear, but a padded border need not be zero.
          let offset = try layer.forward(zero.compactMap { $0 })
          parts[index] = Parts(
            positive: try layer.forward(inputs.map(\.positive)) - offset,
            negative: try layer.forward(inputs.map(\.negative)) - offset)
        }
      } else {
        parts[index] = try signedParts(difference(trace, reference, index))
      }
    }
    return parts
  }

  /// `Δz⁺` and `Δz⁻` of a linear layer.
  private static func contributions(
    _ layer: any LinearLayer, _ input: Parts, whole: Tensor
  ) throws -> Parts {
    var bare = layer
    bare.bias = nil
    let (rising, falling) = (try bare.weighing(.rising), try bare.weighing(.falling))
    let positive = try rising.forward([input.positive]) + falling.forward([input.negative])
    return Parts(positive: positive, negative: try whole - positive)
  }

  /// A difference of nodes exchanges the parts of what it takes away.
  private static func difference(of inputs: [Parts]) throws -> Parts {
    try inputs.dropFirst().reduce(inputs[0]) { left, taken in
      Parts(
        positive: try left.positive - taken.negative, negative: try left.negative - taken.positive)
    }
  }
}

extension LayerKind {
  /// Whether positive and negative parts of the inputs' differences go through such a layer apart.
  package var carriesParts: Bool {
    switch self {
    case .affine, .sum, .concatenation, .averagePooling, .structural, .noise: true
    default: false
    }
  }
}
