import Foundation
import NNIShipped
public import NNInterpretability

/// A handwritten 1 that is turned until it could be something else: the subject of the lessons on
/// uncertainty.
public struct TurningDigit {
  /// Its position in the test part, for `nni uncertainty --sample`.
  public static let position = 97
  /// Degrees, clockwise ones negative.
  public let angles: [Double]
  /// The digit at each angle, `[angles, 1, 28, 28]`.
  public let images: Tensor
  /// What a person sees at each angle.
  public let pictures: [Image]

  /// Turns the digit.
  ///
  /// - Throws: `InterpretabilityError` when the shipped digits are missing.
  public init(_ angles: [Double] = stride(from: 0, through: -54, by: -6).map { $0 }) throws {
    let digit = try DatasetSplit().parts(of: Shipped.digits()).test.inputs([Self.position])
    self.angles = angles
    images = try .concatenated(try angles.map { try digit.rotated(degrees: $0) }, axis: 0)
    let turned = images
    pictures = try angles.indices.map {
      try Pictures.grey(turned, sample: $0, magnification: 2)
    }
  }

  /// The digit at one angle, `[1, 1, 28, 28]`.
  public subscript(index: Int) -> Tensor {
    get throws { try images.narrowed(axis: 0, to: index..<(index + 1)) }
  }

  /// How far it is turned clockwise, in degrees, for charts.
  public var turns: [Double] { angles.map { abs($0) } }

  /// The same as words.
  public var names: [String] { turns.map { "\($0.fixed(0))°" } }
}

extension TurningDigit {
  /// The classes that are the most probable at some angle, at most so many.
  public static func leading(_ probabilities: [[Double]], _ count: Int = 3) -> [Int] {
    let classes = (probabilities.first ?? []).indices
    let peaks = classes.map { index in probabilities.map { $0[index] }.max() ?? 0 }
    return classes.sorted { (peaks[$1], $0) < (peaks[$0], $1) }.prefix(count).sorted()
  }
}

extension [Double] {
  /// The position of the largest number.
  public var largest: Int { indices.max { self[$0] < self[$1] } ?? 0 }

  /// Their mean; 0 of none.
  public var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
