import Foundation
import NNIShipped
import NNInterpretability

/// What `nni maximize` reads beside the network.
struct MaximizeResources {
  let network: Model
  let canvas: ImageCanvas
  let context: ObjectiveContext
  let penalty: Objective
  let seed: UInt64
  private let computation: ComputationArguments

  init(
    _ network: Model, _ canvas: ImageCanvas, goals: MaximizeGoals, settings: MaximizeSettings,
    distribution: DistributionArguments, computation: ComputationArguments
  ) throws {
    self.network = network
    self.canvas = canvas
    self.computation = computation
    seed = distribution.seed
    var context = ObjectiveContext(network)
    if let path = settings.image {
      context.image = try Self.picture(path, network, canvas)
    }
    if let path = settings.directions {
      let file = try SafetensorsFile(contentsOf: URL(filePath: path))
      context.directions = { try file[$0] }
    }
    if goals.objectives.contains(where: { $0.contains("entropy") || $0.contains("mutual") }) {
      context.members = try distribution.distribution(of: network) {
        try computation.apply(to: ModelArgument.open($0))
      }
    }
    if goals.regularizers.contains(where: { $0.hasPrefix("mean-") })
      || goals.objectives.contains(where: { $0.contains("mean-") })
    {
      context.mean = try Self.means(
        of: goals.wanted(in: context).map(\.index), network, canvas)
    }
    penalty = try goals.penalty(in: context)
    self.context = context
  }

  /// Where images begin.
  func start(_ text: String, goals: [MaximizeGoals.Goal]) throws -> ImageStart {
    switch text {
    case "noise": .noise
    case "uniform": .uniform
    case "zero": .zero
    case "class-mean": .images(try Self.means(of: goals.map(\.index), network, canvas))
    default: .images(try Self.picture(text, network, canvas))
    }
  }

  /// A generator's file or the name of a shipped one.
  func generator(_ name: String) throws -> Model {
    try computation.apply(to: ModelArgument.open(name))
  }

  /// The magnitudes of photographs, by default the shipped ones.
  func spectrum(_ photographs: [String]) throws -> MagnitudeSpectrum {
    let urls = try photographs.isEmpty ? Shipped.photographs : photographs.map { URL(filePath: $0) }
    return try MagnitudeSpectrum(
      of: urls.map { try Image(contentsOf: $0) }, for: network, on: canvas)
  }

  private static func picture(
    _ path: String, _ network: Model, _ canvas: ImageCanvas
  ) throws -> Tensor {
    var spec = network.inputSpec
    if canvas.isImage { spec.size = Array(canvas.shape.dropFirst()) }
    return try spec.tensor(from: Image(contentsOf: URL(filePath: path))).tensor
      .converted(to: canvas.dtype)
  }

  /// The mean of the shipped digits of each class, as the network takes them.
  private static func means(
    of classes: [Int?], _ network: Model, _ canvas: ImageCanvas
  ) throws -> Tensor {
    guard canvas.shape == [1, 28, 28] else {
      throw InterpretabilityError(
        .unsupported,
        "class means are those of the shipped digits, 28 × 28 and grey; the network takes "
          + "\(canvas.shape)")
    }
    let digits = try Shipped.digits()
    let means = try classes.map { index in
      guard let index, (0..<10).contains(index) else {
        throw InterpretabilityError(
          .invalidOption, "a class mean needs one class for each image: --class or --all-classes")
      }
      let own = digits.labels.indices.filter { digits.labels[$0] == index }
      return try digits.inputs(own).mean(over: [0], keepingAxes: true)
    }
    return try canvas.normalized(.concatenated(means, axis: 0).converted(to: canvas.dtype))
  }
}
