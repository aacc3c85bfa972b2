/// The geometry of a sliding window over the spatial axes of `[N, C, …]`.
public struct Window: Sendable, Hashable {
  /// Extent along each spatial axis.
  public var size: [Int]
  /// Step along each spatial axis.
  public var stride: [Int]
  /// Zeros added before each spatial axis.
  public var paddingBefore: [Int]
  /// Zeros added after each spatial axis.
  public var paddingAfter: [Int]
  /// Distance between the elements of a window.
  public var dilation: [Int]

  /// A window with the same padding on both sides; one number serves all axes.
  public init(_ size: [Int], stride: [Int]? = nil, padding: [Int]? = nil, dilation: [Int]? = nil) {
    let ones = [Int](repeating: 1, count: size.count)
    self.size = size
    self.stride = stride ?? ones
    paddingBefore = padding ?? ones.map { _ in 0 }
    paddingAfter = paddingBefore
    self.dilation = dilation ?? ones
  }

  /// The window that an ONNX node describes by `strides`, `pads` and `dilations`.
  init(_ node: OperatorNode, size: [Int]) throws {
    self.init(size, stride: try node.ints("strides"), dilation: try node.ints("dilations"))
    let pads = try node.ints("pads") ?? [Int](repeating: 0, count: 2 * size.count)
    guard pads.count == 2 * size.count, stride.count == size.count, dilation.count == size.count
    else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type): strides, pads and dilations do not fit a kernel of \(size)",
        node: node.id)
    }
    let limit = 1 << 24
    guard (size + stride + dilation).allSatisfy({ (1...limit).contains($0) }),
      pads.allSatisfy({ (0...limit).contains($0) })
    else {
      throw InterpretabilityError(
        .invalidFile,
        "\(node.type): a kernel of \(size), strides \(stride), pads \(pads) and dilations "
          + "\(dilation) is impossible", node: node.id)
    }
    paddingBefore = Array(pads.prefix(size.count))
    paddingAfter = Array(pads.suffix(size.count))
    switch try node.string("auto_pad", default: "NOTSET") {
    case "NOTSET", "": break
    case "VALID":
      paddingBefore = size.map { _ in 0 }
      paddingAfter = paddingBefore
    case let mode where mode.hasPrefix("SAME"):
      // The total needed at stride 1; for larger strides it depends on the image's size.
      guard stride.allSatisfy({ $0 == 1 }) else {
        throw node.unsupported("auto_pad=\(mode) with strides \(stride); export explicit pads")
      }
      let total = zip(size, dilation).map { ($0 - 1) * $1 }
      let less = total.map { $0 / 2 }
      let more = zip(total, less).map { $0 - $1 }
      (paddingBefore, paddingAfter) = mode == "SAME_LOWER" ? (more, less) : (less, more)
    case let mode: throw node.unsupported("auto_pad=\(mode)")
    }
  }

  /// Whether the padding is the same on both sides, as libtorch's operators want it.
  package var isSymmetric: Bool { paddingBefore == paddingAfter }

  /// libtorch's padding list: last axis first, before and after.
  var padList: [Int] {
    zip(paddingBefore, paddingAfter).reversed().flatMap { [$0, $1] }
  }

  /// `tensor` with the padding laid around it, filled with `value`.
  func padded(_ tensor: Tensor, with value: Double) throws -> Tensor {
    guard padList.contains(where: { $0 != 0 }) else { return tensor }
    return try .call(
      "aten::constant_pad_nd", .tensor(tensor), .ints(padList), .double(value))
  }

  /// The same windows with a padding at the end with which rounding down gives all of them: what no
  /// window reaches is cut off, and rounding up adds what the last one needs.
  ///
  /// A window that would begin in the padding at the end does not count.
  func fitted(to extents: [Int], isCeiling: Bool) throws -> Window {
    var fitted = self
    for axis in size.indices {
      let span = (size[axis] - 1) * dilation[axis] + 1
      let total = extents[axis] + paddingBefore[axis] + paddingAfter[axis]
      guard total >= span else {
        throw InterpretabilityError(
          .invalidInput, "a window of \(span) does not fit into \(total) elements with padding")
      }
      var last = (total - span + (isCeiling ? stride[axis] - 1 : 0)) / stride[axis]
      if last * stride[axis] >= extents[axis] + paddingBefore[axis] { last -= 1 }
      fitted.paddingAfter[axis] =
        last * stride[axis] + span - extents[axis] - paddingBefore[axis]
    }
    return fitted
  }

  /// The same window over a tensor that is padded already.
  var unpadded: Window { Window(size, stride: stride, dilation: dilation) }

  /// Such as `3×3, stride 2, pad 1`.
  var text: String {
    func short(_ values: [Int]) -> String {
      Set(values).count == 1 ? "\(values[0])" : values.map(String.init).joined(separator: "×")
    }
    var parts = [size.map(String.init).joined(separator: "×")]
    if stride.contains(where: { $0 != 1 }) { parts.append("stride \(short(stride))") }
    if isSymmetric {
      if paddingBefore.contains(where: { $0 != 0 }) { parts.append("pad \(short(paddingBefore))") }
    } else {
      parts.append("pad \(paddingBefore) and \(paddingAfter)")
    }
    if dilation.contains(where: { $0 != 1 }) { parts.append("dilation \(short(dilation))") }
    return parts.joined(separator: ", ")
  }
}
