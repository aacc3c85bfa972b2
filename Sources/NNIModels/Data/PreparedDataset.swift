/// Images in memory as a network wants them: resized and normalised as photographs are.
public struct PreparedDataset: DerivedDataset {
  /// The images, `[N, 1 or 3, H, W]` in bytes.
  public let images: TensorDataset
  /// How an image becomes an input.
  public let spec: InputSpec

  /// Images and what the network wants.
  ///
  /// - Throws: ``InterpretabilityError`` when they are no images in bytes, or `spec` states no size.
  public init(_ base: TensorDataset, spec: InputSpec) throws {
    let shape = base.values.shape
    guard base.values.dtype == .uint8, shape.count == 4, [1, 3].contains(shape[1]) else {
      throw InterpretabilityError(
        .invalidInput,
        "images in bytes, [N, 1 or 3, H, W], can be prepared; found \(base.values.dtype) \(shape)")
    }
    guard spec.size.count == 2 else {
      throw InterpretabilityError(.invalidOption, "images can only be prepared for a stated size")
    }
    images = base
    self.spec = spec
  }

  /// The data as `spec` wants them: as they are, divided by 255, if that is it already.
  ///
  /// - Throws: ``InterpretabilityError`` as the initialiser does.
  public static func of(_ base: TensorDataset, _ spec: InputSpec) throws -> any Dataset {
    let shape = base.values.shape
    let isSize = spec.size.isEmpty || spec.size == Array(shape.suffix(2))
    let isColor = spec.size.isEmpty || (spec.channels == .grey) == (shape[1] == 1)
    let isPlain =
      spec.resize == 0 && spec.channels != .bgr && (spec.mean + spec.std).isEmpty
    return isSize && isColor && isPlain ? base : try PreparedDataset(base, spec: spec)
  }

  public var base: any Dataset { images }

  public var labels: [Int] { images.labels }

  public var classNames: [String] { images.classNames }

  public var digest: String { images.digest }

  public func inputs(_ indices: [Int]) throws -> Tensor {
    let (channels, height, width) = (
      images.values.shape[1], images.values.shape[2], images.values.shape[3]
    )
    return try .concatenated(
      indices.map { index in
        let sample = try images.values.selected(axis: 0, index: index).permuted([1, 2, 0])
        let image = try Image(
          width: width, height: height, layout: channels == 1 ? .grey : .rgb,
          pixels: sample.elements(as: UInt8.self))
        return try spec.tensor(from: image).tensor
      }, axis: 0)
  }
}
