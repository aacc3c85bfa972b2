internal import Foundation

/// The sizes at which a dream works.
struct DeepDreamOctaves {
  let count: Int
  let scale: Double

  init(_ options: DeepDream) {
    count = options.octaves
    scale = options.octaveScale
  }

  /// The sizes, the smallest first; the last one is the picture's own.
  ///
  /// - Parameters:
  ///   - height: The rows of the picture.
  ///   - width: Its columns.
  ///   - strides: How many pixels an element of the layer stands for, along rows and columns; a size
  ///     below that holds not one.
  /// - Returns: Height and width of each.
  /// - Throws: ``InterpretabilityError`` when the smallest size is too small.
  func sizes(
    height: Int, width: Int, atLeast strides: (rows: Int, columns: Int)
  ) throws -> [(height: Int, width: Int)] {
    let sizes = (0..<count).map { octave in
      let factor = pow(scale, Double(octave - count + 1))
      return (
        height: Int((Double(height) * factor).rounded()),
        width: Int((Double(width) * factor).rounded())
      )
    }
    guard let first = sizes.first, first.height >= max(1, strides.rows),
      first.width >= max(1, strides.columns)
    else {
      let smallest = sizes.first ?? (0, 0)
      throw InterpretabilityError(
        .invalidInput,
        "the picture is too small: of \(width) × \(height) pixels the smallest of \(count) octaves has "
          + "\(smallest.width) × \(smallest.height), and one element of the layer stands for "
          + "\(strides.columns) × \(strides.rows); take fewer octaves, a larger picture or an earlier layer"
      )
    }
    return sizes
  }
}

extension Tensor {
  /// An image batch `[N, C, H, W]` at another size, bilinear; a smaller picture averages what it covers.
  func resampled(height: Int, width: Int) throws -> Tensor {
    guard [height, width] != Array(shape.suffix(2)) else { return self }
    return try .call(
      "aten::_upsample_bilinear2d_aa", .tensor(self), .ints([height, width]), .bool(false),
      .none, .none)
  }

  /// The sum of all elements in an order that does not depend on the number of threads: along the last axis,
  /// whose sums each one thread makes, then in float64.
  func orderedSum() throws -> Double {
    guard rank > 1 else { return try doubles().reduce(0, +) }
    return try sum(over: [rank - 1]).doubles().reduce(0, +)
  }
}
