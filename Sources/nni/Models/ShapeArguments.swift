import ArgumentParser
import NNInterpretability

/// The shapes of inputs that are not there: `1,3,224,224`, of a network with several inputs `NAME=1,128`.
struct ShapeArguments: ParsableArguments {
  @Option(
    name: .customLong("shape"), parsing: .singleValue,
    help:
      "The shape of a batch, such as 1,3,224,224; of one of several inputs NAME=1,128, may be repeated; by default one sample as the model states."
  )
  var shapes: [String] = []

  /// The network for these shapes, and a batch of zeros; `nil` where neither they nor the model tell.
  func example(for network: Model) throws -> (model: Model, batch: Tensor)? {
    if shapes.isEmpty {
      guard let shape = network.sampleShape else { return nil }
      return (network, try .full([1] + shape, 0))
    }
    guard !network.inputs.isEmpty else {
      guard shapes.count == 1 else {
        throw InterpretabilityError(.invalidOption, "the network has one input: give --shape once")
      }
      let (name, shape) = try Self.parsed(shapes[0])
      let batch = try network.channelsFirst(.full(shape, 0))
      return try name.isEmpty ? network.batch(of: batch) : network.batch(of: [name: batch])
    }
    var known: [String: [Int]] = [:]
    for text in shapes {
      var (name, shape) = try Self.parsed(text)
      if name.isEmpty, network.inputs.count == 1 { name = network.inputs[0].name }
      guard network.inputs.contains(where: { $0.name == name }) else {
        throw InterpretabilityError(
          .invalidOption,
          "--shape \(text): the network has the inputs \(network.inputs.map(\.name).joined(separator: ", ")); "
            + "give NAME=1,128")
      }
      guard known.updateValue(shape, forKey: name) == nil else {
        throw InterpretabilityError(.invalidOption, "--shape states the input “\(name)” twice")
      }
    }
    let own = try network.fitted(to: known)
    // What is not stated has the others' samples.
    let samples = known.compactMap { name, shape in
      own.inputs.first { $0.name == name }?.sampleAxis.map { shape[$0] }
    }
    let count = samples.max() ?? 1
    guard samples.allSatisfy({ $0 == count }) else {
      throw InterpretabilityError(
        .invalidOption, "--shape states batches of \(samples.sorted()) samples; they must be equal")
    }
    return (own, try .full([count, own.sampleShape?.first ?? 0], 0))
  }

  private static func parsed(_ text: String) throws -> (name: String, shape: [Int]) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let extents = parts.last.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let shape = (extents ?? []).map { Int($0) }
    guard !shape.isEmpty, shape.allSatisfy({ ($0 ?? 0) > 0 }) else {
      throw InterpretabilityError(
        .invalidOption, "--shape takes positive numbers such as 1,3,224,224, not “\(text)”")
    }
    return (parts.count > 1 ? String(parts[0]) : "", shape.compactMap { $0 })
  }
}
