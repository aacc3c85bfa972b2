/// Transforms one after the other.
///
/// Those that only move pixels are put together and read the image once, so that it is not blurred again
/// by each. What is seen always has the image's own size: a window that is larger or smaller is scaled to
/// it, as networks with dense layers want it. Beside the image there is grey.
public struct ImageTransforms: Sendable {
  /// The transforms in order.
  public var list: [any ImageTransform]

  /// Creates a list.
  public init(_ list: [any ImageTransform] = []) { self.list = list }

  /// None.
  public static let none = ImageTransforms()

  /// Lucid's: pad 12, jitter 8, scale 0.9…1.1, rotate up to 10°, jitter 4, for images of 224 pixels; less
  /// in proportion for smaller ones.
  public static func standard(for canvas: ImageCanvas) -> ImageTransforms {
    let side = canvas.isImage ? Double(min(canvas.shape[1], canvas.shape[2])) : 0
    func pixels(_ usual: Double) -> Int { Int((usual * min(1, side / 224)).rounded(.up)) }
    return ImageTransforms([
      PadTransform(pixels(12)), JitterTransform(pixels(8)), ScaleTransform(0.9...1.1),
      RotationTransform(10), JitterTransform(pixels(4)),
    ])
  }

  /// MACO's: boxes and noise.
  public static var crops: ImageTransforms {
    ImageTransforms([CropTransform(), NoiseTransform(0.05)])
  }

  /// How many views are made of each image.
  public var copies: Int {
    list.reduce(1) { $0 * max(1, ($1 as? any GeometricTransform)?.copies ?? 1) }
  }

  /// Names and settings, for records.
  public var text: String {
    list.isEmpty ? "none" : list.map(\.text).joined(separator: ", ")
  }

  /// The views of images at a step, `[N · copies, C, H, W]`, those of an image in a row.
  ///
  /// - Parameters:
  ///   - images: The images as the network takes them, `[N, C, H, W]`.
  ///   - step: Which step of the optimisation it is; each has its own random numbers.
  ///   - seed: Decides all random numbers.
  ///   - canvas: What stands for grey.
  /// - Returns: Images of the same size.
  /// - Throws: ``InterpretabilityError`` when what is to be transformed is no image.
  public func applied(
    to images: Tensor, step: Int, seed: UInt64, on canvas: ImageCanvas
  ) throws -> Tensor {
    guard !list.isEmpty else { return images }
    _ = try canvas.extents(for: "a transform")
    let random = CounterRandom(seed: seed, purpose: "image transforms")
    var images = images
    var pending: [ImageView] = []
    func flush() throws {
      guard !pending.isEmpty else { return }
      images = try sampled(images, pending, canvas)
      pending = []
    }
    for (position, transform) in list.enumerated() {
      switch transform {
      case let transform as any GeometricTransform:
        let before =
          pending.isEmpty ? [ImageView](repeating: whole(images), count: images.shape[0]) : pending
        let copies = max(1, transform.copies)
        pending = before.indices.flatMap { index in
          (0..<copies).map { copy in
            var view = before[index]
            let number = index * copies + copy
            transform.change(
              &view, by: TransformDraw(random, step: step, view: number, position: position))
            return view
          }
        }
      case let transform as any PixelTransform:
        try flush()
        let draws = (0..<images.shape[0]).map {
          TransformDraw(random, step: step, view: $0, position: position)
        }
        let range = canvas.low.isEmpty ? [1] : zip(canvas.low, canvas.high).map { $1 - $0 }
        images = try transform.applied(
          to: images, draws: draws, range: canvas.channels(range, like: images))
      default:
        throw InterpretabilityError(
          .unsupported, "the transform \(transform.text) changes neither places nor values")
      }
    }
    try flush()
    return images
  }

  private func whole(_ images: Tensor) -> ImageView {
    ImageView(width: Double(images.shape[3]), height: Double(images.shape[2]))
  }

  /// Reads the images through windows, bilinearly.
  private func sampled(
    _ images: Tensor, _ views: [ImageView], _ canvas: ImageCanvas
  ) throws -> Tensor {
    let (height, width) = (images.shape[2], images.shape[3])
    let copies = views.count / images.shape[0]
    let maps = views.flatMap { $0.map(imageWidth: Double(width), imageHeight: Double(height)) }
    let grid = try Tensor.call(
      "aten::affine_grid_generator",
      .tensor(
        Tensor(maps, shape: [views.count, 2, 3], dtype: images.dtype).moved(to: images.device)),
      .ints([views.count, images.shape[1], height, width]), .bool(false))
    // The sampler takes what lies outside as zero; so grey is made zero, and put back.
    let grey = try canvas.grey(like: images)
    let source = try images - grey
    let repeated = copies == 1 ? source : try source.repeatedInterleaving(copies)
    return try .call(
      "aten::grid_sampler_2d", .tensor(repeated), .tensor(grid), .int(0), .int(0), .bool(false))
      + grey
  }
}
