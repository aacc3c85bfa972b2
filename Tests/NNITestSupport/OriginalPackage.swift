public import NNIModels
import Foundation

/// The original package's digit classifiers, and digits that are drawn by formula.
public enum OriginalPackage {
  /// A digit that all six classifiers recognise: clip(2 − d, 0, 1), with d the distance of a pixel to
  /// the digit's line, computed in double precision and rounded to single.
  public enum Digit: String, CaseIterable, Decodable, Sendable {
    case one = "S1"
    case seven = "S7"
    case zero = "S0"

    /// The class that the digit belongs to, and that the golden values explain.
    public var label: Int {
      switch self {
      case .one: 1
      case .seven: 7
      case .zero: 0
      }
    }

    /// The image, `[1, 1, 28, 28]`.
    public func image(_ dtype: DType = .float64) throws -> Tensor {
      let pixels = (0..<784).map { index in
        Float(min(max(2 - distance(Double(index / 28), Double(index % 28)), 0), 1))
      }
      return try Tensor(pixels, shape: [1, 1, 28, 28]).converted(to: dtype)
    }

    private func distance(_ row: Double, _ column: Double) -> Double {
      switch self {
      case .one: Self.distance((row, column), (5, 19), (24, 9))
      case .seven:
        min(
          Self.distance((row, column), (6, 7), (6, 20)),
          Self.distance((row, column), (6, 20), (23, 11)))
      case .zero:
        abs(hypot((row - 13.5) / 1.25, column - 13.5) - 6.5)
      }
    }

    /// The distance of a point to the segment from `a` to `b`.
    private static func distance(
      _ point: (Double, Double), _ a: (Double, Double), _ b: (Double, Double)
    ) -> Double {
      let way = (b.0 - a.0, b.1 - a.1)
      let along = (point.0 - a.0) * way.0 + (point.1 - a.1) * way.1
      let t = min(max(along / (way.0 * way.0 + way.1 * way.1), 0), 1)
      return hypot(point.0 - a.0 - t * way.0, point.1 - a.1 - t * way.1)
    }
  }

  /// A checkpoint of the original package in the architecture of the catalogue.
  public static func model(
    _ checkpoint: String = "model_cnn", as architecture: String = "general_cnn",
    _ dtype: DType = .float64
  ) throws -> Model {
    let file = try SafetensorsFile(contentsOf: Fixture.url("original/\(checkpoint).safetensors"))
    return try Catalog.architecture(named: architecture).model(WeightSource(file))
      .converted(to: dtype)
  }

  /// `(v − min v) / (max v − min v)`, as the original shows its maps.
  public static func minmax(_ values: [Double]) -> [Double] {
    let low = values.min() ?? 0
    let range = (values.max() ?? 0) - low
    return values.map { ($0 - low) / range }
  }

  /// The relative distance `‖a − b‖₂ / ‖b‖₂`.
  public static func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
    let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (distance / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
