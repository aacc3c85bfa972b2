/// A grid of tokens `[N, H, W, C]` that is cut into square windows, which may be shifted by half a window.
///
/// - Reference: Liu et al. 2021, *Swin Transformer*, section 3.2 and figure 4 (`liu2021swin`).
struct WindowGrid {
  /// Rows of tokens.
  var height: Int
  /// Columns of tokens.
  var width: Int
  /// Tokens along one side of a window.
  let window: Int

  /// Rows and columns of windows; the last ones may reach over the edge.
  private var rows: Int { (height + window - 1) / window }
  private var columns: Int { (width + window - 1) / window }
  /// How many windows there are.
  var count: Int { rows * columns }

  /// How far every second block shifts along each axis: half a window, or nothing where one window is all.
  var shifts: [Int] { [rows, columns].map { $0 > 1 ? window / 2 : 0 } }

  /// What keeps tokens from seeing others that were not their neighbours before the shift: −100 or 0, `[1, windows,
  /// 1, tokens, tokens]`; `nil` without a shift.
  func mask(shifts: [Int]) throws -> Tensor? {
    guard shifts.contains(where: { $0 > 0 }) else { return nil }
    func band(_ position: Int, _ extent: Int, _ shift: Int) -> Double {
      guard shift > 0 else { return 0 }
      return position < extent - window ? 0 : position < extent - shift ? 1 : 2
    }
    let (height, width) = (rows * window, columns * window)
    let regions = (0..<height).flatMap { row in
      (0..<width).map { column in
        3 * band(row, height, shifts[0]) + band(column, width, shifts[1])
      }
    }
    let tokens = try Tensor(regions, shape: [rows, window, columns, window])
      .permuted([0, 2, 1, 3]).reshaped([count, window * window])
    let differences = try tokens.unsqueezed(1) - tokens.unsqueezed(2)
    let areDifferent = try Tensor.call("aten::ne.Scalar", .tensor(differences), .double(0))
    return try (areDifferent.converted(to: .float64) * -100).unsqueezed(1).unsqueezed(0)
  }

  /// Pads, shifts and cuts the last value, `[N, H, W, C]`, into `[N, windows, tokens, C]`.
  func addPartition(
    _ name: String, to net: inout NetworkBuilder, width channels: Int, shifts: [Int]
  ) throws {
    let missing = [rows * window - height, columns * window - width]
    if missing != [0, 0] {
      try net.add(PadLayer(before: [0, 0, 0], after: missing + [0]), as: "\(name).pad")
    }
    for (axis, shift) in zip([1, 2], shifts) where shift > 0 {
      try addRotation("\(name).shift\(axis)", to: &net, axis: axis, from: shift)
    }
    try net.add(
      ReshapeLayer([rows, window, columns, window, channels]), as: "\(name).windows.split")
    try net.add(TransposeLayer([0, 1, 3, 2, 4, 5]), as: "\(name).windows.transpose")
    try net.add(ReshapeLayer([count, window * window, channels]), as: "\(name).windows")
  }

  /// Puts windows back into `[N, H, W, C]`.
  func addDepartition(
    _ name: String, to net: inout NetworkBuilder, width channels: Int, shifts: [Int]
  ) throws {
    try net.add(
      ReshapeLayer([rows, columns, window, window, channels]), as: "\(name).grid.split")
    try net.add(TransposeLayer([0, 1, 3, 2, 4, 5]), as: "\(name).grid.transpose")
    try net.add(ReshapeLayer([rows * window, columns * window, channels]), as: "\(name).grid")
    for (axis, shift) in zip([1, 2], shifts) where shift > 0 {
      try addRotation("\(name).unshift\(axis)", to: &net, axis: axis, from: -shift)
    }
    guard [rows * window, columns * window] != [height, width] else { return }
    try net.add(
      SliceLayer([
        .init(axis: 1, start: 0, end: height), .init(axis: 2, start: 0, end: width),
      ]), as: "\(name).unpad")
  }

  /// What begins at `start` before what comes before it.
  private func addRotation(
    _ name: String, to net: inout NetworkBuilder, axis: Int, from start: Int
  ) throws {
    let source = net.last
    let parts = [
      try net.add(
        SliceLayer([.init(axis: axis, start: start)]), as: "\(name).first", after: [source]),
      try net.add(
        SliceLayer([.init(axis: axis, start: 0, end: start)]), as: "\(name).second",
        after: [source]),
    ]
    try net.add(ConcatenationLayer(axis: axis), as: name, after: parts)
  }
}
