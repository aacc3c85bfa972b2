/// Which pixels of each sample belong to the object that should be found.
public struct ObjectRegions: Sendable {
  /// Boolean, `[N, …]` with the input's spatial axes; a sample without a true element has no object.
  public let mask: Tensor

  /// Regions by a mask; elements above 0 are inside.
  ///
  /// - Throws: ``InterpretabilityError`` for a mask without a batch axis and spatial ones.
  public init(mask: Tensor) throws {
    guard mask.rank >= 2 else {
      throw InterpretabilityError(
        .invalidInput, "a mask of shape \(mask.shape); wanted [N, H, W], one for each sample")
    }
    self.mask = mask.dtype == .bool ? mask : try mask.isGreater(than: 0)
  }

  /// A box in pixels with fractions: row 0 spans 0 to 1.
  public struct Box: Sendable, Codable, Hashable {
    /// The left edge.
    public var left: Double
    /// The upper edge.
    public var top: Double
    /// The right edge.
    public var right: Double
    /// The lower edge.
    public var bottom: Double

    /// Creates a box.
    public init(left: Double, top: Double, right: Double, bottom: Double) {
      self.left = left
      self.top = top
      self.right = right
      self.bottom = bottom
    }
  }

  /// Regions by boxes: for each sample those around its objects, in pixels of the input.
  ///
  /// A pixel belongs to a box that holds its centre.
  public init(boxes: [[Box]], height: Int, width: Int) throws {
    var inside = [Float](repeating: 0, count: boxes.count * height * width)
    for (sample, boxes) in boxes.enumerated() {
      for box in boxes {
        for row in 0..<height where (box.top..<box.bottom).contains(Double(row) + 0.5) {
          for column in 0..<width where (box.left..<box.right).contains(Double(column) + 0.5) {
            inside[(sample * height + row) * width + column] = 1
          }
        }
      }
    }
    try self.init(mask: Tensor(inside, shape: [boxes.count, height, width]))
  }

  /// - Throws: ``InterpretabilityError`` when the masks are not as large as the input's samples.
  func check(fits input: Tensor) throws {
    let wanted = [input.shape[0]] + input.shape.dropFirst(input.rank > 2 ? 2 : 1)
    guard mask.shape == wanted else {
      throw InterpretabilityError(
        .invalidInput,
        "masks of shape \(mask.shape) do not fit an input of shape \(input.shape); wanted \(wanted)"
      )
    }
  }

  /// For each sample whether each pixel is inside, row by row; `nil` for a sample without an object.
  func pixels() throws -> [[Bool]?] {
    let count = mask.shape.dropFirst().reduce(1, *)
    let all = try mask.converted(to: .float32).elements(as: Float.self).map { $0 > 0 }
    return (0..<mask.shape[0]).map { sample in
      let own = Array(all[(sample * count)..<((sample + 1) * count)])
      return own.contains(true) ? own : nil
    }
  }
}

extension MetricCase {
  /// For each sample a number of its pixels' values and which of them are inside the object; `nil` where
  /// there is no object.
  func localized(
    _ body: (_ values: [Double], _ isInside: [Bool], _ extents: [Int]) throws -> Double?
  ) throws -> [Double?] {
    let pixels = try PixelMap(attribution, over: input)
    let inside = try regions?.pixels() ?? [[Bool]?](repeating: nil, count: samples)
    return try zip(pixels.values, inside).map { values, isInside in
      try Task.checkCancellation()
      return try isInside.flatMap { try body(values, $0, pixels.extents) }
    }
  }
}
