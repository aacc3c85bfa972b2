public import NNIImages

/// A photograph changed so that a layer, or one channel of it, answers more strongly: what the layer looks
/// for appears where the photograph suggests it.
///
/// The mean square of the layer's activation, `J = Σ A² / n`, is raised by gradient ascent on the pixels,
/// `x ← clamp(x + rate · g / √(mean g²), 0, 1)` with `g = ∂J/∂x` and pixels in 0…1, at several sizes of the
/// photograph (octaves), the smallest first. What the dream added at one size is enlarged and laid over the
/// photograph at the next, so that the detail that a small picture lacks comes back.
///
/// At each step the picture is rolled by a random shift and the derivative is computed in tiles of bounded
/// size, whatever the size of the picture. A tile sees ``margin`` pixels more on each side, which are cut off
/// again; at the picture's edge they come from the opposite edge. With a margin of at least the layer's
/// receptive field less one the tiles give what one tile would give; with less, what is left of the borders
/// lies elsewhere at each step. Layers that see the whole input (dense ones) get tiles of the size that
/// the network takes.
///
/// The same seed gives the same bits, whatever number of threads is set: fast kernels divide their sums by
/// the threads that there are, so that a dream always takes two. Where the model's budget of memory does not
/// hold a tile, tiles are smaller, which is seen in the last digits or, with a small margin, faintly.
///
/// ```swift
/// let feature = try FeatureReference("features.7", in: model.graph)
/// let dream = try DeepDream(octaves: 4, steps: 10).run(model, on: photograph, raising: feature)
/// try dream.image.writePNG(to: URL(filePath: "dream.png"))
/// ```
///
/// - Reference: Mordvintsev, Olah and Tyka 2015, *Inceptionism: Going Deeper into Neural Networks*, and the
///   authors' notebook `dream.ipynb`, whose octaves, random shifts and normalised step these are
///   (`mordvintsev2015inceptionism`). There the step is 1.5 of 255 times `g / mean|g|`, which for a channel
///   that answers at few places turns these into noise, and the picture is not tiled. nn_interpretability
///   raises the mean activation, and adds a term that makes pixels larger.
public struct DeepDream: Sendable, Hashable, Codable {
  /// At how many sizes the picture is changed; 1 to 32.
  public var octaves: Int
  /// How much larger each size is than the one before; above 1, at most 8.
  public var octaveScale: Double
  /// Steps at each size; 1 to 100 000.
  public var steps: Int
  /// The root of the mean square of what a step adds to a pixel, where white is 1; above 0, at most 1.
  public var rate: Double
  /// The most pixels on a side of a tile, without margins; 16 or more, fewer where the budget of memory
  /// wants it.
  public var tile: Int
  /// How many pixels around a tile are seen but not changed.
  public var margin: Int
  /// The standard deviation of normal noise that is added at the start of each size, where white is 1.
  public var noise: Double
  /// Decides the shifts and the noise.
  public var seed: UInt64

  /// Creates the options.
  public init(
    octaves: Int = 4, octaveScale: Double = 1.4, steps: Int = 10, rate: Double = 0.008,
    tile: Int = 512, margin: Int = 32, noise: Double = 0, seed: UInt64 = 0
  ) {
    self.octaves = octaves
    self.octaveScale = octaveScale
    self.steps = steps
    self.rate = rate
    self.tile = tile
    self.margin = margin
    self.noise = noise
    self.seed = seed
  }

  /// Changes a photograph at its own size.
  ///
  /// - Parameters:
  ///   - model: The network; only what lies before the layer runs.
  ///   - photograph: Any picture; opacity is dropped.
  ///   - feature: The layer, or the channel of it.
  ///   - onStep: Called after each step; what it throws ends the dream.
  /// - Returns: The picture, of the photograph's size.
  /// - Throws: ``InterpretabilityError`` for an option out of range, an unknown layer or channel, a picture
  ///   too small for the layer at the smallest size, or a derivative that is not finite.
  public func run(
    _ model: Model, on photograph: Image, raising feature: FeatureReference,
    onStep: (DeepDreamStep) throws -> Void = { _ in }
  ) throws -> Dream {
    try validate()
    let threads = Torch.threadCount
    Torch.setThreadCount(Self.threadCount)
    defer { Torch.setThreadCount(threads) }
    let objective = try DeepDreamObjective(model, feature)
    let sizes = try DeepDreamOctaves(self).sizes(
      height: photograph.height, width: photograph.width, atLeast: objective.strides)
    let spec = model.inputSpec
    let (dtype, device) = try (model.parameterType, model.graph.device)
    let original = try spec.pixels(of: photograph).converted(to: dtype).moved(to: device)
    let random = CounterRandom(seed: seed)
    var options = self
    options.tile = try objective.affordable(
      tile, margin: margin, picture: max(photograph.height, photograph.width))
    var pixels = original
    var detail = try original.zerosLike()
    var scores: [[Double]] = []
    try Computation.forEach(Array(sizes.enumerated())) { octave, size in
      let base = try original.resampled(height: size.height, width: size.width)
      pixels = try base + detail.resampled(height: size.height, width: size.width)
      if noise > 0 {
        let normals = random.normals(pixels.count, stream: 1 << 32 | UInt64(octave))
        pixels =
          try pixels
          + Tensor(normals, shape: pixels.shape).converted(to: dtype).moved(to: device) * noise
      }
      let tiles = objective.tiles(options, height: size.height, width: size.width)
      scores.append([])
      try Computation.forEach(0..<steps) { step in
        let shift = Self.shift(random, octave, step, size)
        let (score, gradient) = try objective.gradient(pixels, tiles, shift: shift)
        pixels = try stepped(pixels, along: gradient)
        scores[octave].append(score)
        try onStep(
          DeepDreamStep(
            octave: octave, octaves: sizes.count, step: step, steps: steps, score: score,
            pixels: pixels, spec: spec))
      }
      detail = try pixels - base
    }
    return Dream(image: try spec.picture(of: pixels), pixels: pixels, scores: scores)
  }

  /// How many threads an operator takes, for its sums may depend on it.
  private static let threadCount = 2

  /// `clamp(x + rate · g / √(mean g²), 0, 1)`; a derivative of zero changes nothing.
  func stepped(_ pixels: Tensor, along gradient: Tensor) throws -> Tensor {
    let largest = try Tensor.call("aten::max", .tensor(gradient.magnitude())).item()
    guard largest > 0 else { return pixels }
    // Divided by the largest first, for squares of small numbers are zero in single precision.
    let direction = try gradient / largest
    let mean = try direction.squared().orderedSum() / Double(gradient.count)
    return try .call(
      "aten::clamp", .tensor(pixels + direction * (rate / mean.squareRoot())), .double(0),
      .double(1))
  }

  /// How far the picture is rolled before a step: down and to the right.
  private static func shift(
    _ random: CounterRandom, _ octave: Int, _ step: Int, _ size: (height: Int, width: Int)
  ) -> (rows: Int, columns: Int) {
    let (down, right, _, _) = random.words(stream: UInt64(octave), block: UInt64(step))
    // The high part of a product is uniform up to 2⁻³² of its range.
    func place(_ word: UInt32, _ extent: Int) -> Int { (Int(word) * extent) >> 32 }
    return (place(down, size.height), place(right, size.width))
  }

  private func validate() throws {
    func check(_ holds: Bool, _ name: String, _ found: Any, _ wanted: String) throws {
      guard !holds else { return }
      throw InterpretabilityError(
        .invalidOption, "DeepDream: \(name) is \(found), wanted \(wanted)")
    }
    try check((1...32).contains(octaves), "the number of octaves", octaves, "1 to 32")
    try check(
      octaveScale > 1 && octaveScale <= 8, "the octave scale", octaveScale, "more than 1, up to 8")
    try check((1...100_000).contains(steps), "the number of steps", steps, "1 to 100000")
    try check(rate > 0 && rate <= 1, "the rate", rate, "more than 0, up to 1")
    try check((16...65_536).contains(tile), "the side of a tile", tile, "16 to 65536")
    try check((0...65_536).contains(margin), "the margin", margin, "0 to 65536")
    try check(noise >= 0 && noise <= 1, "the noise", noise, "0 to 1")
  }
}

/// What a dream made.
public struct Dream: Sendable {
  /// The picture.
  public let image: Image
  /// The picture before rounding, `[1, C, H, W]` with values from 0 to 1, channels in the network's order.
  public let pixels: Tensor
  /// The mean square of the activation before each step, for each size.
  public let scores: [[Double]]
}

/// Where a dream is.
public struct DeepDreamStep: Sendable {
  /// The size at work, from 0, the smallest.
  public let octave: Int
  /// How many sizes there are.
  public let octaves: Int
  /// The step that is done, from 0.
  public let step: Int
  /// How many steps each size has.
  public let steps: Int
  /// The mean square of the activation before the step.
  public let score: Double
  /// The picture at the size at work, `[1, C, H, W]` with values from 0 to 1.
  public let pixels: Tensor
  let spec: InputSpec

  /// The picture at the size at work.
  public func image() throws -> Image { try spec.picture(of: pixels) }
}
