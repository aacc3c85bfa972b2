extension Tensor {
  /// The images of a batch, `[N, C, H, W]`, mapped in the plane.
  ///
  /// As `scipy.ndimage.affine_transform` with `mode="constant"` does it: a place outside the rectangle
  /// of the outermost pixels' centres is 0, and none is blended with an outside (PyTorch's
  /// `grid_sample` with zeros does blend, within one pixel of the edge). A cubic spline is filtered with
  /// mirrored ends. Coordinates and weights are computed in float64.
  ///
  /// - Parameters:
  ///   - maps: One map for each image, or one for all.
  ///   - interpolation: How images are read between pixels.
  /// - Returns: Images of the same shape and type.
  /// - Throws: ``InterpretabilityError`` for a tensor that is no batch of images of fractions, or another
  ///   number of maps.
  public func mapped(
    by maps: [AffineMap], interpolation: SpatialInterpolation = .linear
  ) throws -> Tensor {
    guard rank == 4, dtype.isFloatingPoint, count > 0 else {
      throw InterpretabilityError(
        .invalidInput,
        "only a batch of images of fractions, [N, C, H, W], can be turned or moved; found \(dtype) "
          + "\(shape)")
    }
    guard maps.count == 1 || maps.count == shape[0] else {
      throw InterpretabilityError(
        .invalidInput, "\(maps.count) maps were given for \(shape[0]) images")
    }
    if maps.allSatisfy({ $0 == .identity }) { return self }
    let (height, width) = (shape[2], shape[3])
    let (rows, columns) = try Self.coordinates(maps, height, width)
    let vertical = try InterpolationTaps(rows, extent: height, interpolation)
    let horizontal = try InterpolationTaps(columns, extent: width, interpolation)
    let source = try coefficients(interpolation).reshaped([shape[0], shape[1], height * width])
    var result: Tensor?
    for (row, rowWeight) in zip(vertical.indices, vertical.weights) {
      for (column, columnWeight) in zip(horizontal.indices, horizontal.weights) {
        let position = try Tensor.call("aten::mul.Scalar", .tensor(row), .int(width)) + column
        let weight = try (rowWeight * columnWeight).converted(to: source.dtype)
        let term = try source.read(at: position) * weight.unsqueezed(1)
        result = try result.map { try $0 + term } ?? term
      }
    }
    let inside = try Self.isInside(rows, height) * Self.isInside(columns, width)
    let values = try (result ?? source).selected(where: inside.unsqueezed(1), otherwise: 0)
    return try values.reshaped(shape).converted(to: dtype)
  }

  /// The coefficients that an interpolation weighs, `[N, C, H, W]`.
  private func coefficients(_ interpolation: SpatialInterpolation) throws -> Tensor {
    guard interpolation == .cubicSpline else { return self }
    let vertical = try SplineFilter.matrix(extent: shape[2])
    let horizontal = try SplineFilter.matrix(extent: shape[3]).transposed(0, 1)
    let columns = try Tensor.call(
      "aten::matmul", .tensor(vertical), .tensor(converted(to: .float64)))
    return try .call("aten::matmul", .tensor(columns), .tensor(horizontal))
  }

  /// The elements of `[N, C, H·W]` at positions `[N or 1, H·W]`.
  private func read(at positions: Tensor) throws -> Tensor {
    if positions.shape[0] == 1 {
      return try .call(
        "aten::index_select", .tensor(self), .int(2), .tensor(positions.reshaped([-1])))
    }
    let all = try positions.unsqueezed(1).expanded(to: shape)
    return try .call("aten::gather", .tensor(self), .int(2), .tensor(all))
  }

  /// The rows and columns at which each pixel is read, `[maps, H·W]` in float64.
  private static func coordinates(
    _ maps: [AffineMap], _ height: Int, _ width: Int
  ) throws -> (rows: Tensor, columns: Tensor) {
    let center = (Double(height - 1) / 2, Double(width - 1) / 2)
    let places = (0..<(height * width)).map { (Double($0 / width), Double($0 % width)) }
    let y = try Tensor(places.map { $0.0 - center.0 }, shape: [1, places.count])
    let x = try Tensor(places.map { $0.1 - center.1 }, shape: [1, places.count])
    func column(_ value: (AffineMap) -> Double) throws -> Tensor {
      try Tensor(maps.map(value), shape: [maps.count, 1])
    }
    let rows = try column(\.yy) * y + column(\.yx) * x + column { $0.down + center.0 }
    let columns = try column(\.xy) * y + column(\.xx) * x + column { $0.right + center.1 }
    return (rows, columns)
  }

  private static func isInside(_ coordinates: Tensor, _ extent: Int) throws -> Tensor {
    let low = try Tensor.call("aten::ge.Scalar", .tensor(coordinates), .double(0))
    let high = try Tensor.call(
      "aten::le.Scalar", .tensor(coordinates), .double(Double(extent - 1)))
    return try .call("aten::logical_and", .tensor(low), .tensor(high))
  }
}

extension Tensor {
  /// The images of a batch, `[N, C, H, W]`, turned about their centres and cut off at their frames.
  ///
  /// Equals `scipy.ndimage.rotate(image, degrees, reshape=False, order=1)`, and `order=3` for
  /// ``SpatialInterpolation/cubicSpline``; see ``mapped(by:interpolation:)``.
  ///
  /// - Parameters:
  ///   - degrees: The angle, counter-clockwise as the image is seen.
  ///   - interpolation: How images are read between pixels.
  /// - Returns: Images of the same shape and type.
  /// - Throws: ``InterpretabilityError`` for a tensor that is no batch of images, or an angle that is not
  ///   finite.
  public func rotated(
    degrees: Double, interpolation: SpatialInterpolation = .linear
  ) throws -> Tensor {
    try mapped(by: [AffineMap(degrees: degrees)], interpolation: interpolation)
  }
}
