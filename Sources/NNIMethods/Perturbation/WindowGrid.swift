/// Windows of one shape on a regular grid: window `p` along an axis covers `p·stride ..< p·stride + window`.
///
/// The last one of an axis is cut at the border when the stride does not divide, as Captum's is.
struct WindowGrid: InputParts {
  /// The extents of the axes that the windows lie on.
  let extents: [Int]
  let window: [Int]
  let stride: [Int]
  /// How many windows there are along each axis.
  let counts: [Int]
  /// How many axes there are before the windows' own: the batch's, and the channel's if there is one.
  private let leadingAxes: Int

  /// The windows over the axes after the channel axis of `[N, C, …]`, or over the features of
  /// `[N, features]`.
  ///
  /// A stride of one number is at most the window's side along each axis where the window has several.
  ///
  /// - Throws: ``InterpretabilityError`` when a window is larger than the input, or the stride leaves
  ///   gaps.
  init(over shape: [Int], window: WindowExtent, stride: WindowExtent) throws {
    leadingAxes = shape.count > 2 ? 2 : 1
    let extents = Array(shape.dropFirst(leadingAxes))
    self.extents = extents
    let sides = try window.along(extents.count, "window")
    guard !extents.isEmpty, zip(sides, extents).allSatisfy({ $0 <= $1 }) else {
      throw InterpretabilityError(
        .invalidOption,
        "a window of \(window) does not fit into an input of shape \(shape), whose axes have "
          + "\(WindowExtent(extents)); give a side for each axis, such as window="
          + "\(WindowExtent(zip(sides, extents).map { Swift.min($0, Swift.max($1, 1)) }))")
    }
    var steps = try stride.along(extents.count, "stride")
    if window.sides.count > 1, stride.sides.count == 1 {
      steps = zip(steps, sides).map { Swift.min($0, $1) }
    }
    guard
      zip(zip(steps, sides), extents).allSatisfy({ $0.0 <= $0.1 || $0.1 == $1 })
    else {
      throw InterpretabilityError(
        .invalidOption,
        "a stride of \(stride) leaves gaps between windows of \(window); set stride to \(window) or "
          + "less")
    }
    self.window = sides
    self.stride = steps
    counts = zip(extents, zip(sides, steps)).map { ($0 - $1.0 + $1.1 - 1) / $1.1 + 1 }
  }

  /// The same with sides and steps that are alike along all axes.
  init(over shape: [Int], window: Int, stride: Int) throws {
    try self.init(over: shape, window: WindowExtent(window), stride: WindowExtent(stride))
  }

  var count: Int { counts.reduce(1, *) }

  func masks(_ range: Range<Int>) throws -> Tensor {
    var masks = try Tensor.full([1], 1)
    for (axis, extent) in extents.enumerated() {
      let later = counts.dropFirst(axis + 1).reduce(1, *)
      let places = range.map { Int64($0 / later % counts[axis]) }
      let rows = try Tensor.call(
        "aten::index_select", .tensor(coverage(axis)), .int(0),
        .tensor(Tensor(places, shape: [places.count])))
      var shape = [range.count] + extents.map { _ in 1 }
      shape[axis + 1] = extent
      masks = try masks * rows.reshaped(shape)
    }
    let channel = leadingAxes > 1 ? [1] : []
    return try masks.isGreater(than: 0).reshaped([1, range.count] + channel + extents)
  }

  func boxes() -> [[Box]]? {
    guard leadingAxes == 2, extents.count == 2 else { return nil }
    func side(_ place: Int, _ axis: Int) -> Range<Int> {
      place * stride[axis]..<min(place * stride[axis] + window[axis], extents[axis])
    }
    let boxes = (0..<counts[0]).flatMap { row in
      (0..<counts[1]).map { column in
        Box(rows: side(row, 0), columns: side(column, 1))
      }
    }
    return [boxes]
  }

  func masks(_ patches: [Patch], in region: PatchRegion) throws -> Tensor {
    func inside(_ ranges: [Range<Int>], _ begins: [Int], _ extent: Int) -> [Float] {
      zip(ranges, begins).flatMap { range, begin in
        (begin..<begin + extent).map { range.contains($0) ? 1 : 0 }
      }
    }
    let rows = inside(patches.map(\.box.rows), region.rows, region.height)
    let columns = inside(patches.map(\.box.columns), region.columns, region.width)
    return try
      (Tensor(rows, shape: [patches.count, 1, region.height, 1])
      * Tensor(columns, shape: [patches.count, 1, 1, region.width])).isGreater(than: 0)
  }

  /// For each element the mean over the windows that cover it: `[N, count]` becomes `[N, …]`, with the
  /// windows' axes.
  func mean(_ values: Tensor) throws -> Tensor {
    let grid = try values.reshaped([values.shape[0]] + counts)
    return try sum(grid) / sum(grid.onesLike())
  }

  private func sum(_ grid: Tensor) throws -> Tensor {
    var result = grid
    for axis in counts.indices {
      let matrix = try coverage(axis).converted(to: grid.dtype).moved(to: grid.device)
      result = try Tensor.call(
        "aten::matmul", .tensor(result.transposed(axis + 1, counts.count)), .tensor(matrix)
      ).transposed(axis + 1, counts.count)
    }
    return result
  }

  /// 1 where a window of an axis covers an element of it, else 0: `[windows, elements]`.
  private func coverage(_ axis: Int) throws -> Tensor {
    let covers = (0..<counts[axis]).flatMap { place in
      (0..<extents[axis]).map { element -> Float in
        let start = place * stride[axis]
        return element >= start && element < start + window[axis] ? 1 : 0
      }
    }
    return try Tensor(covers, shape: [counts[axis], extents[axis]])
  }
}
