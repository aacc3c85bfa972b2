@testable import NNIVisualization
import Foundation
import NNITestSupport
import Testing

/// What images are made of.
struct ParameterizationTests {
  private let model: Model
  private let canvas: ImageCanvas
  /// Pixels that keep away from black and white.
  private let images: Tensor

  init() throws {
    model = try VisualizationNets.smooth()
    canvas = try ImageCanvas(model)
    let pixels = CounterRandom(seed: 2).uniforms(2 * 189, stream: 0).map { 0.1 + 0.8 * $0 }
    images = try canvas.normalized(Tensor(pixels, shape: [2, 3, 9, 7]).converted(to: .float64))
  }

  @Test(arguments: ["free", "sigmoid", "fourier", "plain-fourier"])
  func `An image that it begins with is kept`(kind: String) throws {
    let parameterization = try VisualizationNets.parameterization(kind, on: canvas)
    let parameters = try parameterization.parameters(
      .images(images), count: 2, random: CounterRandom(seed: 0), on: canvas)
    try expectClose(parameterization.images(parameters, on: canvas), images, relative: 1e-9)
  }

  @Test func `Images lie between black and white`() throws {
    for kind in VisualizationNets.parameterizations where kind != "free" {
      let parameterization = try VisualizationNets.parameterization(kind, on: canvas)
      let parameters = try parameterization.parameters(
        .noise, count: 3, random: CounterRandom(seed: 1), on: canvas)
      let pixels = try canvas.pixels(parameterization.images(parameters * 30, on: canvas)).doubles()
      #expect(pixels.allSatisfy { (-1e-12...1 + 1e-12).contains($0) }, "\(kind)")
    }
    let clamp = PixelParameterization(bound: .clamp)
    let far = try clamp.projected(images * 100, on: canvas)
    let pixels = try canvas.pixels(far).doubles()
    #expect(pixels.allSatisfy { (-1e-12...1 + 1e-12).contains($0) })
    try expectClose(clamp.projected(images, on: canvas), images)
  }

  @Test func `Waves by the formula of the inverse transform`() throws {
    // One wave with two cycles down and one across in one colour axis.
    let (height, width) = (9, 7)
    var numbers = [Double](repeating: 0, count: 3 * height * 4 * 2)
    numbers[((0 * height + 2) * 4 + 1) * 2] = 0.7
    numbers[((0 * height + 2) * 4 + 1) * 2 + 1] = -0.3
    let parameters = try Tensor(numbers, shape: [1, 3, height, 4, 2])
    let made = try FourierParameterization().images(parameters, on: canvas)
    let pixels = try canvas.pixels(made).doubles()
    // Lucid's numbers: the first colour axis, divided by the largest length of a column.
    let root = [[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]]
    let longest = (0..<3).map { c in root.reduce(0) { $0 + $1[c] * $1[c] }.squareRoot() }.max() ?? 0
    let frequency = (4.0 / 81 + 1.0 / 49).squareRoot()
    // Every decay has the strength of 1/|f|: the root of the mean square over the half spectrum.
    var (ours, usual) = (0.0, 0.0)
    for row in 0..<height {
      for column in 0..<4 {
        let (down, across) = (Double(min(row, height - row)) / 9, Double(column) / 7)
        let length = max((down * down + across * across).squareRoot(), 1.0 / 9)
        ours += pow(length, -3)
        usual += pow(length, -2)
      }
    }
    let strength = (usual / ours).squareRoot() * pow(frequency, -1.5)
    for channel in 0..<3 {
      for row in 0..<height {
        for column in 0..<width {
          let angle = 2 * Double.pi * (2 * Double(row) / 9 + Double(column) / 7)
          // The opposite frequency has the conjugate number.
          let wave = 2 * (0.7 * cos(angle) + 0.3 * sin(angle)) / 63.0.squareRoot() * strength / 4
          let expected = 1 / (1 + exp(-wave * root[channel][0] / longest))
          let found = pixels[(channel * height + row) * width + column]
          #expect((found - expected).magnitude < 1e-12)
        }
      }
    }
  }

  @Test(arguments: [[9, 7], [8, 6], [9, 6], [8, 7]])
  func `MACO keeps every magnitude`(size: [Int]) throws {
    let canvas = try ImageCanvas(model, size: size)
    let count = 3 * size[0] * size[1]
    let photographs = try canvas.normalized(
      Tensor(
        CounterRandom(seed: 6).uniforms(2 * count, stream: 3), shape: [2, 3] + size
      ).converted(to: .float64))
    let spectrum = try MagnitudeSpectrum(photographs, on: canvas)
    let maco = MACOParameterization(spectrum)
    let parameters = try maco.parameters(
      .noise, count: 2, random: CounterRandom(seed: 8), on: canvas)
    let made = try maco.images(parameters, on: canvas)
    // Back through the sigmoid and the colours, by another way than the parametrisation's.
    let pixels = try canvas.pixels(made)
    let canvasValues = try Tensor.call("aten::logit", .tensor(pixels))
    let values = try ColorCorrelation.applied(
      ColorCorrelation.inverse, to: canvasValues, on: canvas)
    let pairs = try values.spectrum()
    let magnitudes = try pairs.squared().sum(over: [4]).squareRoot()
    // A frequency that is its own opposite has a real coefficient, a mean of magnitudes too.
    for image in 0..<2 {
      try expectClose(
        magnitudes.selected(axis: 0, index: image), spectrum.magnitudes, relative: 1e-9)
    }
  }

  @Test func `MACO keeps the one image whose magnitudes it has`() throws {
    let one = try images.narrowed(axis: 0, to: 0..<1)
    let maco = MACOParameterization(try MagnitudeSpectrum(one, on: canvas))
    let parameters = try maco.parameters(
      .images(one), count: 1, random: CounterRandom(seed: 0), on: canvas)
    try expectClose(maco.images(parameters, on: canvas), one, relative: 1e-9)
  }

  @Test func `Colours and their inverse are each other's`() throws {
    let product = (0..<3).flatMap { i in
      (0..<3).map { j in
        (0..<3).reduce(0.0) {
          $0 + ColorCorrelation.matrix[i][$1] * ColorCorrelation.inverse[$1][j]
        }
      }
    }
    expectClose(product, [1, 0, 0, 0, 1, 0, 0, 0, 1], absolute: 1e-12)
  }

  @Test func `A generator's range becomes the network's`() throws {
    for function in [ActivationLayer.Function.tanh, .sigmoid] {
      let code = try CodeParameterization(VisualizationNets.generator(function))
      #expect(code.length == 4)
      let parameters = try code.parameters(
        .zero, count: 1, random: CounterRandom(seed: 0), on: canvas)
      // A code of zeros gives tanh 0 = 0 or sigmoid 0 = ½: middle grey in both.
      let pixels = try canvas.pixels(code.images(parameters, on: canvas)).doubles()
      expectClose(pixels, [Double](repeating: 0.5, count: 189))
    }
    #expect(throws: InterpretabilityError.self) { try CodeParameterization(model) }
    let code = try CodeParameterization(VisualizationNets.generator())
    #expect(throws: InterpretabilityError.self) {
      try code.parameters(.uniform, count: 1, random: CounterRandom(seed: 0), on: canvas)
    }
  }

  @Test func `Starts that do not fit are refused`() throws {
    for start in [
      ImageStart.images(try .full([1, 3, 8, 7], 0)), .images(try .full([3, 3, 9, 7], 0)),
      .images(try .full([1, 3, 9, 7], .nan)),
    ] {
      for kind in ["free", "fourier", "maco"] {
        let parameterization = try VisualizationNets.parameterization(kind, on: canvas)
        #expect(throws: InterpretabilityError.self) {
          try parameterization.parameters(
            start, count: 2, random: CounterRandom(seed: 0), on: canvas)
        }
      }
    }
    #expect(throws: InterpretabilityError.self) { try ImageCanvas(model, size: [0, 3]) }
  }
}
