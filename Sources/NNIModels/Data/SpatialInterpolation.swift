/// How an image is read between its pixels.
public enum SpatialInterpolation: String, Sendable, Codable, CaseIterable {
  /// From the four nearest pixels; stays within their range.
  case linear
  /// A cubic B-spline through all pixels; sharper, and goes beyond their range at edges.
  case cubicSpline = "cubic-spline"
}

/// What one axis contributes to reading an image at places between its pixels: which samples, with
/// which weights.
struct InterpolationTaps {
  /// For each tap, positions on the axis in int64, of the shape of the coordinates.
  let indices: [Tensor]
  /// For each tap, its weights in float64.
  let weights: [Tensor]

  /// The taps of coordinates, float64 of any shape, on an axis of `extent` samples.
  ///
  /// Samples beyond the axis are mirrored at its first and last one, as the spline is; coordinates
  /// beyond it are for the caller to leave out.
  init(_ coordinates: Tensor, extent: Int, _ interpolation: SpatialInterpolation) throws {
    let below = try Tensor.call("aten::floor", .tensor(coordinates))
    let t = try coordinates - below
    let u = try 1 - t
    let first: Int
    switch interpolation {
    case .linear:
      first = 0
      weights = [u, t]
    case .cubicSpline:
      // β³ at the distances 1 + t, t, 1 − t, 2 − t.
      first = -1
      let outer = try (u.squared() * u / 6, t.squared() * t / 6)
      let left = try (t.squared() * (t - 2) * 3 + 4) / 6
      let right = try (u.squared() * (u - 2) * 3 + 4) / 6
      weights = [outer.0, left, right, outer.1]
    }
    let start = try below.converted(to: .int64)
    indices = try weights.indices.map { tap in
      let moved = try Tensor.call("aten::add.Scalar", .tensor(start), .int(first + tap))
      return try Self.mirrored(moved, extent)
    }
  }

  /// Positions folded into 0..<extent: … 2 1 0 1 2 … n−2 n−1 n−2 ….
  private static func mirrored(_ positions: Tensor, _ extent: Int) throws -> Tensor {
    guard extent > 1 else { return try positions.zerosLike() }
    let period = 2 * (extent - 1)
    let folded = try Tensor.call("aten::remainder.Scalar", .tensor(positions), .int(period))
    let back = try Tensor.call("aten::rsub.Scalar", .tensor(folded), .int(period))
    return try Tensor.call("aten::minimum", .tensor(folded), .tensor(back))
  }
}
