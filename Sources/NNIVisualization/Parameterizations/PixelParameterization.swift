/// An image made of its own pixels.
public struct PixelParameterization: Parameterization {
  /// How pixels are kept between black and white.
  public enum Bound: String, Sendable, CaseIterable {
    /// Not at all, as in the original package.
    case none
    /// What leaves the range is put back on its border after every step.
    case clamp
    /// The parameter is the logit of the pixel: `x = 1 / (1 + exp(−u))`.
    case sigmoid
  }

  /// How pixels are kept between black and white; inputs whose range is not known are not bounded.
  public var bound: Bound
  /// The standard deviation of the noise that an image begins with: of the pixel, or of its logit.
  public var noise: Double

  /// Creates a parametrisation.
  public init(bound: Bound = .sigmoid, noise: Double = 0.01) {
    self.bound = bound
    self.noise = noise
  }

  public var name: String { "pixels" }
  public var text: String { "pixels, bound \(bound.rawValue)" }
  public var learningRate: Double { 0.2 }

  public func parameters(
    _ start: ImageStart, count: Int, random: CounterRandom, on canvas: ImageCanvas
  ) throws -> Tensor {
    let images = try start.images(count: count, random: random, noise: noise, on: canvas)
    return isSigmoid(canvas)
      ? try canvas.pixels(images).logits() : try projected(images, on: canvas)
  }

  public func images(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor {
    guard isSigmoid(canvas) else { return parameters }
    return try canvas.normalized(parameters.sigmoid())
  }

  public func projected(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor {
    guard bound == .clamp, !canvas.low.isEmpty else { return parameters }
    let low = try canvas.channels(canvas.low, like: parameters)
    let high = try canvas.channels(canvas.high, like: parameters)
    return try .call(
      "aten::minimum", .tensor(.call("aten::maximum", .tensor(parameters), .tensor(low))),
      .tensor(high))
  }

  private func isSigmoid(_ canvas: ImageCanvas) -> Bool {
    bound == .sigmoid && !canvas.low.isEmpty
  }
}

extension Tensor {
  /// `1 / (1 + exp(−x))`.
  func sigmoid() throws -> Tensor {
    try mappedInShares { try .call("aten::sigmoid", .tensor($0)) }
  }

  /// `ln(x / (1 − x))`, of numbers that are kept 0.001 away from 0 and 1.
  func logits() throws -> Tensor {
    try mappedInShares { try .call("aten::logit", .tensor($0), .double(1e-3)) }
  }
}
