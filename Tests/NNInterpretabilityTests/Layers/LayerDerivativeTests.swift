import NNITestSupport
import NNInterpretability
import Testing

/// Derivatives of layers by finite differences, and float32 as float64.
struct LayerDerivativeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let layer: any Layer
    let shape: [Int]
    var shift = 0.0
    var scale = 2.0

    var testDescription: String { "\(layer.name) \(layer.settings)" }
  }

  private static func resize(
    _ extents: [ResizeAxis.Extent], _ mode: ResizeLayer.Mode,
    _ coordinates: ResizeLayer.Coordinates = .halfPixel, smooth: Bool = false,
    excludes: Bool = false
  ) -> Case {
    let axes = extents.enumerated().map { ResizeAxis(axis: $0.offset + 2, extent: $0.element) }
    return Case(
      layer: ResizeLayer(
        axes, mode: mode, coordinates: coordinates, isSmoothing: smooth, excludesOutside: excludes),
      shape: [2, 3, 5, 6])
  }

  static let cases: [Case] =
    [
      resize([.size(8), .size(3)], .linear), resize([.size(8), .size(3)], .linear, smooth: true),
      resize([.factor(2), .factor(2)], .linear, .alignCorners),
      resize([.factor(1.5), .factor(0.6)], .nearest(.floor), .asymmetric),
      resize([.size(7), .size(9)], .cubic(-0.75), excludes: true),
      resize([.size(2), .size(2)], .cubic(-0.5), smooth: true, excludes: true),
      resize([.size(1), .size(4)], .linear, .halfPixelUnlessOne),
      Case(layer: ActivationLayer(.celu(0.5)), shape: [2, 5]),
      Case(layer: ActivationLayer(.scaledELU(alpha: 0.7, gamma: 1.3)), shape: [2, 5]),
      Case(layer: ActivationLayer(.scaledSoftplus(beta: 2, threshold: 50)), shape: [2, 5]),
      Case(layer: ActivationLayer(.thresholdedReLU(0.4)), shape: [2, 5]),
      Case(layer: ActivationLayer(.shrink(threshold: 0.3, bias: 0.3)), shape: [2, 5]),
      Case(layer: ActivationLayer(.softsign), shape: [2, 5]),
      Case(
        layer: CurvedReductionLayer(.norm, over: [1, -1], isKeepingAxes: false), shape: [2, 3, 4]),
      Case(
        layer: CurvedReductionLayer(.logSumExponential, over: [2], isKeepingAxes: true),
        shape: [2, 3, 4]),
      Case(
        layer: CurvedReductionLayer(.product, over: [1, 2], isKeepingAxes: false), shape: [2, 3, 2]),
      Case(layer: NormalizeLayer(over: [1], floor: 1e-12), shape: [2, 4, 3]),
      Case(layer: NormalizeLayer(over: [-1], power: 1), shape: [2, 4, 3]),
      Case(layer: UnscaledNormLayer(over: [-1, 1]), shape: [2, 4, 3]),
      Case(layer: UnscaledNormLayer(over: [1]), shape: [2, 4, 3]),
      Case(layer: UnscaledNormLayer(over: [2], isCentred: false), shape: [2, 4, 3]),
      Case(layer: ExpandLayer([1, 3, 4]), shape: [2, 3, 1]),
      Case(
        layer: GatherPositionsLayer([[0, 1], [2, 0], [0, 1]], shape: [3]), shape: [2, 3, 2, 4]),
      Case(layer: SpaceDepthLayer(block: 2, isToSpace: true), shape: [2, 8, 3, 2]),
      Case(
        layer: SpaceDepthLayer(block: 2, isToSpace: true, order: .columnFirst), shape: [2, 8, 3, 2]),
      Case(layer: SpaceDepthLayer(block: 2, isToSpace: false), shape: [2, 3, 4, 2]),
      Case(layer: SliceLayer([.init(axis: 1, start: -1, end: .min, step: -2)]), shape: [2, 5, 2]),
      pool(ceiling: true, maximum: true), pool(ceiling: true, maximum: false),
      pool(ceiling: false, maximum: false),
    ] + elementary

  private static var elementary: [Case] {
    ActivationLayer.Elementary.allCases.map { function in
      Case(
        layer: ActivationLayer(.elementary(function)), shape: [2, 5],
        shift: function == .acosh ? 2.5 : 0,
        scale: [.asin, .acos, .atanh].contains(function) ? 0.9 : 1.2)
    }
  }

  private static func pool(ceiling: Bool, maximum: Bool) -> Case {
    var window = Window([3, 3], stride: [2, 3])
    window.paddingBefore = [1, 0]
    window.paddingAfter = [2, 1]
    let layer: any Layer =
      maximum
      ? MaxPoolLayer(window, isCeiling: ceiling) : AveragePoolLayer(window, isCeiling: ceiling)
    return Case(layer: layer, shape: [2, 2, 7, 9])
  }

  @Test(arguments: cases) func `The derivative is that of differences`(item: Case) throws {
    var random = SeededNumbers(11)
    let values = (0..<item.shape.reduce(1, *)).map { _ in
      item.shift + item.scale * (random.uniform() * 2 - 1)
    }
    let input = try Tensor(values, shape: item.shape)
    let output = try item.layer.forward([input])
    let cotangent = try Tensor(
      (0..<output.count).map { _ in random.uniform() - 0.5 }, shape: output.shape)
    let map = try Tape([input], item.layer.forward).pullback(cotangent)[0].doubles()
    let step = 1e-6
    for index in values.indices {
      func score(_ shift: Double) throws -> Double {
        var moved = values
        moved[index] += shift
        return try (item.layer.forward([Tensor(moved, shape: item.shape)]) * cotangent).sum().item()
      }
      let slope = try (score(step) - score(-step)) / (2 * step)
      #expect(abs(map[index] - slope) < 1e-6 * max(1, abs(slope)), "at \(index)")
    }
    let single = try Tape([input.converted(to: .float32)], item.layer.forward)
    try expectClose(
      single.output.converted(to: .float64), output, relative: 1e-5, absolute: 1e-6)
    try expectClose(
      single.pullback(cotangent.converted(to: .float32))[0].doubles(), map, relative: 2e-5,
      absolute: 1e-6)
  }
}
