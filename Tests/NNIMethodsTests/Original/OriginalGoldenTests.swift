import NNIMethods
import Foundation
import NNITestSupport
import Testing

/// The correct algorithms' values on the original package's classifier, as its own code, Captum and
/// zennit gave them in single precision; see `Tests/Fixtures/original/SOURCE.md`.
@Suite struct OriginalGoldenTests {
  /// One row: a digit, a method, and some numbers of its map.
  struct Row: Decodable, CustomTestStringConvertible {
    let digit: OriginalPackage.Digit
    let quantity: String
    let sum, norm, minimum, maximum: Double
    /// Where the maximum is.
    let row, column: Int
    let at10x13, at15x15: Double
    var testDescription: String { "\(digit.rawValue) \(quantity)" }
  }

  static func rows() throws -> [Row] {
    try JSONDecoder().decode(
      [Row].self, from: Data(contentsOf: Fixture.url("original/golden.json")))
  }

  /// The methods behind the rows' names.
  ///
  /// Those of RevealCancel carry its parts from layer to layer, which
  /// the paper does not: they are not to be met. Those with the original's own ε are met by
  /// ``OriginalEpsilonTests``.
  static let methods: [String: any AttributionMethod] = {
    let box = (low: ChannelValues.numbers([-1]), high: ChannelValues.numbers([1]))
    func lrp(_ rule: LRP.Rule, alpha: Double = 2, isBoxed: Bool) -> LRP {
      LRP(
        rule, alpha: alpha, beta: alpha - 1, input: isBoxed ? .zBox : .same, low: box.low,
        high: box.high, stabilizer: 1e-9)
    }
    return [
      "gradient": Gradient(),
      "gradient x input": SimpleTaylor(),
      "guided backprop": GuidedBackpropagation(),
      "deconvnet from one-hot target": DeconvNet(),
      "IG 500 Gauss-Legendre x (x-b)": IntegratedGradients(steps: 500),
      "DeepLIFT Rescale (reference)": DeepLIFT(.rescale),
      "LRP-0, no z-beta": lrp(.zero, isBoxed: false),
      "LRP-0, z-beta [-1,1] at input": lrp(.zero, isBoxed: true),
      "LRP-gamma 0.25, no z-beta": lrp(.gamma, isBoxed: false),
      "LRP-gamma 0.25, z-beta [-1,1] at input": lrp(.gamma, isBoxed: true),
      "LRP-a1b0, no z-beta": lrp(.alphaBeta, alpha: 1, isBoxed: false),
      "LRP-a1b0, z-beta [-1,1] at input": DeepTaylor(
        low: box.low, high: box.high, stabilizer: 1e-9),
      "LRP-a2b1, no z-beta": lrp(.alphaBeta, isBoxed: false),
      "LRP-a2b1, z-beta [-1,1] at input": lrp(.alphaBeta, isBoxed: true),
      "LRP-0, z-beta [0,1] at input (zennit)": LRP(
        .zero, input: .zBox, low: .numbers([0]), high: .numbers([1]), stabilizer: 1e-9),
    ]
  }()

  @Test(arguments: try rows().filter { methods[$0.quantity] != nil })
  func theMapIsTheSame(_ row: Row) throws {
    let method = try #require(Self.methods[row.quantity])
    let result = try method.attribute(
      OriginalPackage.model(), input: row.digit.image(), target: .class(row.digit.label))
    try Self.expectSame(result.map, row)
  }

  /// Six digits are printed, and the original computed in single precision.
  static func expectSame(_ map: Tensor, _ row: Row) throws {
    let values = try map.doubles()
    let found = [
      values.reduce(0, +), values.reduce(0) { $0 + $1 * $1 }.squareRoot(), values.min() ?? 0,
      values.max() ?? 0, values[10 * 28 + 13], values[15 * 28 + 15],
    ]
    let wanted = [row.sum, row.norm, row.minimum, row.maximum, row.at10x13, row.at15x15]
    // Measured: at most 4e-6 of a sum of 784 numbers, 7e-7 of the others; half a digit is 5e-7.
    for (index, difference) in zip(found, wanted).map(-).enumerated() {
      #expect(abs(difference) <= (index == 0 ? 5e-6 : 1e-6), "number \(index)")
    }
    #expect(values.firstIndex(of: values.max() ?? 0) == row.row * 28 + row.column)
  }
}
