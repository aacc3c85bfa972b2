/// An explanation as one number for each pixel of the input, channels together.
///
/// Signed maps are summed over the channels; of maps that say how strongly the score reacts
/// (``MapPromise/sensitivity``) the largest magnitude over the channels counts, as pictures show it. A
/// coarser map, such as a CAM, is interpolated linearly to the input's size (half-pixel centres). For
/// `[N, features]` each feature is a pixel.
public struct PixelMap: Sendable {
  /// For each sample one value for each pixel, row by row.
  public let values: [[Double]]
  /// The extents of the axes on which the pixels lie, such as height and width.
  public let extents: [Int]

  /// The pixels of an explanation of an input.
  ///
  /// - Throws: ``InterpretabilityError`` when the map does not fit and cannot be resized.
  public init(_ attribution: Attribution, over input: Tensor) throws {
    let map = try Self.resized(attribution.map.converted(to: .float64), to: input)
    let pixels: Tensor
    if map.rank < 3 {
      pixels = attribution.promise == .sensitivity ? try map.magnitude() : map
    } else if attribution.promise == .sensitivity {
      pixels = try map.magnitude().maximum(over: [1])
    } else {
      pixels = try map.sum(over: [1])
    }
    extents = Array(pixels.shape.dropFirst())
    let count = extents.reduce(1, *)
    let numbers = try pixels.doubles()
    values = (0..<pixels.shape[0]).map { Array(numbers[($0 * count)..<(($0 + 1) * count)]) }
  }

  /// A map in the size of the input, `[N, C or 1, …]`.
  static func resized(_ map: Tensor, to input: Tensor) throws -> Tensor {
    let (places, wanted) = (map.shape.dropFirst(2), Array(input.shape.dropFirst(2)))
    if map.rank == input.rank, Array(places) == wanted,
      map.rank > 2 || map.shape == input.shape
    {
      return map
    }
    guard map.rank == 4, input.rank == 4 else {
      throw InterpretabilityError(
        .invalidInput,
        "a map of shape \(map.shape) cannot be laid over an input of shape \(input.shape); only maps "
          + "of images are resized")
    }
    return try .call(
      "aten::upsample_bilinear2d", .tensor(map), .ints(wanted), .bool(false), .none, .none)
  }

  /// How many pixels there are.
  public var count: Int { extents.reduce(1, *) }

  /// For each sample the pixels by falling value; of equal ones the first comes first.
  public var order: [[Int]] {
    values.map(Regions.falling)
  }
}
