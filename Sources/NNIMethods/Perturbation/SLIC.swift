/// Superpixels: an image cut into connected regions of similar colour and about equal size.
///
/// k-means over colour and place. With `K` clusters on a grid of distance `S = √(H·W/K)`, the distance
/// between pixel and centre is `D² = d_colour² + (d_place / S)² m²`, where `d_colour` is Euclidean in CIELAB
/// and `m` the ``compactness``; a centre takes pixels within `S` rows and columns of it. Then pieces of
/// less than a quarter of `S²` pixels are given to a neighbour, so that each region is 4-connected.
///
/// Deterministic: ties go to the centre that comes first, row by row.
///
/// ```swift
/// let labels = try SLIC(segments: 100).labels(image)   // [H, W], 0, 1, 2, …
/// ```
///
/// - Reference: Achanta et al. 2012, *SLIC Superpixels Compared to State-of-the-Art Superpixel Methods*,
///   algorithm 1 and equations 2 and 3 (`achanta2012slic`). It stops when no pixel changes its centre, or
///   after ``iterations`` rounds. Grid distances may differ between rows and columns, so that the grid
///   fills the image.
public struct SLIC: Sendable, Hashable, Codable {
  /// About how many regions there are, `K`.
  public var segments: Int
  /// `m`, the weight of place against colour; the paper takes 1…40.
  public var compactness: Double
  /// The largest number of rounds.
  public var iterations: Int

  /// Creates the algorithm.
  public init(segments: Int = 50, compactness: Double = 10, iterations: Int = 10) {
    self.segments = segments
    self.compactness = compactness
    self.iterations = iterations
  }

  /// The region of each pixel.
  ///
  /// - Parameter image: `[C, H, W]` with values in 0…1: sRGB for three channels, grey for one. Other
  ///   numbers of channels are compared as they are, times 100.
  /// - Returns: `int64` `[H, W]`, numbered from 0 without gaps in the order of the regions' first
  ///   pixels.
  /// - Throws: ``InterpretabilityError`` when there are fewer pixels than regions asked for, or the
  ///   tensor is no image.
  public func labels(_ image: Tensor) throws -> Tensor {
    guard image.rank == 3 else {
      throw InterpretabilityError(
        .invalidInput,
        "superpixels need images [C, H, W]; a sample here has shape \(image.shape)")
    }
    let (height, width) = (image.shape[1], image.shape[2])
    guard segments >= 1, segments <= height * width else {
      throw InterpretabilityError(
        .invalidOption,
        "\(segments) superpixels were asked for in \(height)×\(width) pixels; set segments to at most "
          + "\(height * width)")
    }
    let pixels = try PixelColors(image)
    var clustering = PixelClustering(pixels, segments: segments, compactness: compactness)
    for _ in 0..<iterations {
      try Task.checkCancellation()
      guard clustering.assign() else { break }
      clustering.moveCenters()
    }
    let regions = ConnectedRegions(
      clustering.labels, height: height, width: width,
      smallest: Int(clustering.distance * clustering.distance / 4))
    return try Tensor(regions.labels.map { Int64($0) }, shape: [height, width])
  }

  /// The regions of each sample of a network's input, `[N, 1, H, W]`.
  ///
  /// The input's normalisation is undone where it is known; else each sample's values are scaled to
  /// 0…1, all channels together.
  func labels(of input: Tensor, _ spec: InputSpec) throws -> Tensor {
    guard input.rank == 4 else {
      throw InterpretabilityError(
        .invalidOption,
        "mask=superpixels needs images [N, C, H, W]; the input has shape \(input.shape); take "
          + "mask=windows")
    }
    let images = try spec.pixels(of: input)
    let regions = try (0..<input.shape[0]).map { sample in
      try labels(images.selected(axis: 0, index: sample)).unsqueezed(0).unsqueezed(0)
    }
    return try .concatenated(regions, axis: 0)
  }
}

extension InputSpec {
  /// A network's input `[N, C, H, W]` as pixels from 0 to 1, red first.
  fileprivate func pixels(of input: Tensor) throws -> Tensor {
    guard channelCount == input.shape[1] else {
      let low = try input.minimum(over: [1, 2, 3], keepingAxes: true)
      let span = try input.maximum(over: [1, 2, 3], keepingAxes: true) - low
      return try (input - low) / span.clamped(min: 1e-12)
    }
    func aligned(_ values: [Double], _ fallback: Double) throws -> Tensor {
      let known = values.isEmpty ? [fallback] : values
      return try Tensor(known, shape: [known.count], dtype: input.dtype)
        .moved(to: input.device).aligned(toAxis: 1, rank: 4)
    }
    let pixels = try (input * aligned(std, 1) + aligned(mean, 0)).clamped(min: 0).clamped(max: 1)
    return channels == .bgr ? try .call("aten::flip", .tensor(pixels), .ints([1])) : pixels
  }
}

extension SLIC {
  /// For planning, boxes on a regular grid as large as a region can become around its centre: `2S`
  /// rows and columns; `nil` for inputs that are no images `[C, H, W]`.
  static func largestBoxes(_ segments: Int, over shape: [Int]) -> [[Box]]? {
    guard shape.count == 3 else { return nil }
    let distance = (Double(shape[1] * shape[2]) / Double(segments)).squareRoot()
    func sides(_ extent: Int) -> [Range<Int>] {
      let count = max(1, Int((Double(extent) / distance).rounded()))
      return (0..<count).map { place in
        let center = (Double(place) + 0.5) * Double(extent) / Double(count)
        let begin = max(0, Int(center - distance))
        return begin..<max(begin + 1, min(extent, Int((center + distance).rounded(.up))))
      }
    }
    let columns = sides(shape[2])
    return [sides(shape[1]).flatMap { rows in columns.map { Box(rows: rows, columns: $0) } }]
  }
}
