public import ArgumentParser
import Foundation
import NNIShipped
public import NNInterpretability

/// How images are made.
struct MaximizeSettings: ParsableArguments {
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case pixels, fourier, maco, code
  }

  enum Transforms: String, ExpressibleByArgument, CaseIterable {
    case standard, crops, none
  }

  enum Optimizer: String, ExpressibleByArgument, CaseIterable {
    case adam, gradient
  }

  @Option(help: "A network that makes images of codes (a GAN's generator); its code is optimised.")
  var generator: String?

  @Option(
    help: "What an image is made of: pixels, fourier, maco or code; by default fourier, or code.")
  var parameterization: Kind?

  @Option(help: "How pixels are kept between black and white: sigmoid, clamp or none.")
  var bound: PixelParameterization.Bound = .sigmoid

  @Option(help: "noise, uniform, zero, class-mean (of the shipped digits), or a picture's file.")
  var start = "noise"

  @Option(
    help: ArgumentHelp(
      "How many random starts are tried for each image; the best is taken.",
      discussion: "By default 256 codes, and 1 otherwise."))
  var candidates: Int?

  @Option(
    help: ArgumentHelp(
      "Small changes before the network looks: standard, crops or none.",
      discussion:
        "By default standard for a generator's images and for those of 64 pixels and more, else none."
    ))
  var transforms: Transforms?

  @Option(help: "adam, or gradient (normalised).")
  var optimizer: Optimizer = .adam

  @Option(help: "Adam's weight decay.")
  var weightDecay = 0.0

  @Option(help: "How many steps at most.")
  var steps = 256

  @Option(help: "How far one step goes; by default as the parametrisation wants it.")
  var learningRate: Double?

  @Option(help: "Stop an image when its class is so probable.")
  var stopAt = 0.0

  @Option(help: "Stop an image after so many steps without a better score; 0 for never.")
  var patience = 0

  @Option(help: "Height and width of the images, such as 224 or 192,256; by default the model's.")
  var size: String?

  @Option(help: "The picture for inversion and caricature.", completion: .file())
  var image: String?

  @Option(help: "Directions for dot and cosine: a safetensors file.", completion: .file())
  var directions: String?

  @Option(
    name: .customLong("photograph"),
    help: "A photograph for MACO's magnitudes; may be repeated. By default the shipped ones.",
    completion: .file())
  var photographs: [String] = []

  /// Height and width; empty for the model's.
  func extents() throws -> [Int] {
    guard let size else { return [] }
    let numbers = size.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(numbers.count), !numbers.contains(nil) else {
      throw InterpretabilityError(
        .invalidOption, "--size takes one number or two, such as 192,256, not “\(size)”")
    }
    let extents = numbers.compactMap { $0 }
    return extents.count == 1 ? [extents[0], extents[0]] : extents
  }

  /// The optimisation of some goals.
  func maximization(
    _ goals: [MaximizeGoals.Goal], resources: MaximizeResources
  ) throws -> ActivationMaximization {
    let canvas = resources.canvas
    let chosen = try parameterization(resources)
    let indices = goals.compactMap(\.index)
    guard stopAt == 0 || indices.count == goals.count else {
      throw InterpretabilityError(
        .invalidOption, "--stop-at needs images of classes: --class or --all-classes")
    }
    // A code alone finds images that only this network reads as it should; small changes prevent that.
    let isStandard =
      canvas.isImage && (generator != nil || min(canvas.shape[1], canvas.shape[2]) >= 64)
    let list: ImageTransforms =
      switch transforms ?? (isStandard ? .standard : .none) {
      case .standard: .standard(for: canvas)
      case .crops: .crops
      case .none: .none
      }
    return ActivationMaximization(
      .each(goals.map(\.objective)) + resources.penalty, parameterization: chosen,
      start: try resources.start(start, goals: goals), candidates: candidates, transforms: list,
      method: optimizer == .adam
        ? .adam(AdamOptimizer(weightDecay: weightDecay)) : .normalizedGradient,
      learningRate: learningRate, steps: steps,
      stopping: StoppingRule(probability: stopAt, patience: patience),
      classes: indices.count == goals.count ? indices : [], count: goals.count,
      size: try extents(), snapshots: 40, seed: resources.seed)
  }

  private func parameterization(
    _ resources: MaximizeResources
  ) throws -> any Parameterization {
    let kind = parameterization ?? (generator == nil ? .fourier : .code)
    guard (kind == .code) == (generator != nil) else {
      throw InterpretabilityError(
        .invalidOption, "--parameterization code and --generator go together")
    }
    switch kind {
    case .pixels: return PixelParameterization(bound: bound)
    case .fourier: return FourierParameterization()
    case .maco: return MACOParameterization(try resources.spectrum(photographs))
    case .code: return try CodeParameterization(resources.generator(generator ?? ""))
    }
  }
}

extension PixelParameterization.Bound: ExpressibleByArgument {}
