/// Axes resized by copying or interpolation, as the operator `Resize` of ONNX defines it.
///
/// Each element of a resized axis is a weighted sum of elements of the input's axis. ``UpsampleLayer``
/// is the plain case that libtorch computes in one call.
///
/// - Reference: Keys 1981, *Cubic Convolution Interpolation for Digital Image Processing*, for the
///   cubic filter (`keys1981cubic`).
public struct ResizeLayer: Layer {
  /// How values between elements are found.
  public enum Mode: Sendable, Hashable {
    /// The nearest element, by that rounding.
    case nearest(Rounding)
    /// Between two neighbours.
    case linear
    /// Between four neighbours, with Keys's parameter.
    case cubic(Double)
  }

  /// Which element is the nearest.
  public enum Rounding: String, Sendable, CaseIterable {
    case floor
    case ceiling = "ceil"
    case halfDown = "round_prefer_floor"
    case halfUp = "round_prefer_ceil"
    /// Down, or up where the axis shrinks: ONNX Runtime's reading of operator sets before 11, which
    /// say nothing.
    case simple
  }

  /// How positions of the result become positions of the input, by ONNX's names.
  public enum Coordinates: String, Sendable, CaseIterable {
    case asymmetric
    case halfPixel = "half_pixel"
    /// As ``halfPixel``, and 0 where the result has one element.
    case halfPixelUnlessOne = "pytorch_half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    /// Half-pixel centres without taking the half off again; operator set 11 alone.
    case halfPixelFloor = "tf_half_pixel_for_nn"
    case alignCorners = "align_corners"
    case cropAndResize = "tf_crop_and_resize"
  }

  /// What becomes of each axis that changes.
  public var axes: [ResizeAxis]
  /// How values between elements are found.
  public var mode: Mode
  /// How positions are found.
  public var coordinates: Coordinates
  /// Whether the filter is stretched where an axis shrinks (`antialias`).
  public var isSmoothing: Bool
  /// Whether positions outside the input get no weight; else the edge is repeated.
  public var excludesOutside: Bool

  /// Creates the layer.
  public init(
    _ axes: [ResizeAxis], mode: Mode, coordinates: Coordinates = .halfPixel,
    isSmoothing: Bool = false, excludesOutside: Bool = false
  ) {
    self.axes = axes
    self.mode = mode
    self.coordinates = coordinates
    self.isSmoothing = isSmoothing
    self.excludesOutside = excludesOutside
  }

  public var kind: LayerKind { .averagePooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var tensor = inputs[0]
    if let plain = try plain(tensor) { return plain }
    for axis in axes {
      let position = try tensor.sampleAxis(axis.axis)
      let old = tensor.shape[position]
      let new = try size(of: axis, old)
      let taps = ResizeTaps(self, axis, from: old, to: new)
      tensor = try resized(tensor, position, taps)
    }
    return tensor
  }

  private func size(of axis: ResizeAxis, _ old: Int) throws -> Int {
    let new = axis.resized(old, isCropping: coordinates == .cropAndResize)
    guard old > 0, (1...(1 << 20)).contains(new) else {
      throw InterpretabilityError(
        .invalidInput,
        "an axis of extent \(old) cannot be resized to \(new); wanted 1 to \(1 << 20) elements")
    }
    return new
  }

  /// Bilinear interpolation of images without more, by libtorch's own operator.
  private func plain(_ tensor: Tensor) throws -> Tensor? {
    guard mode == .linear, !isSmoothing, !excludesOutside, tensor.rank == 4,
      axes.allSatisfy({ $0.axis == 2 || $0.axis == 3 }),
      [.halfPixel, .halfPixelUnlessOne, .alignCorners].contains(coordinates)
    else { return nil }
    var size = Array(tensor.shape[2...])
    for axis in axes {
      size[axis.axis - 2] = try self.size(of: axis, size[axis.axis - 2])
      if case .factor(let factor) = axis.extent, factor != factor.rounded() { return nil }
    }
    guard coordinates != .halfPixelUnlessOne || !size.contains(1) else { return nil }
    return try .call(
      "aten::upsample_bilinear2d", .tensor(tensor), .ints(size),
      .bool(coordinates == .alignCorners))
  }

  private func resized(_ tensor: Tensor, _ axis: Int, _ taps: ResizeTaps) throws -> Tensor {
    if taps.indices.count > 4, taps.indices[0].count * tensor.shape[axis] <= 1 << 24 {
      let matrix = try Tensor(
        taps.matrix(columns: tensor.shape[axis]),
        shape: [taps.indices[0].count, tensor.shape[axis]], dtype: tensor.dtype
      ).moved(to: tensor.device).transposed(0, 1)
      let last = tensor.rank - 1
      return try Tensor.call(
        "aten::matmul", .tensor(tensor.transposed(axis, last)), .tensor(matrix)
      ).transposed(axis, last)
    }
    var sum: Tensor?
    for (indices, weights) in zip(taps.indices, taps.weights) {
      let list = try Tensor(indices, shape: [indices.count]).moved(to: tensor.device)
      var part = try Tensor.call(
        "aten::index_select", .tensor(tensor), .int(axis), .tensor(list))
      if !taps.isSelection {
        let factors = try Tensor(weights, shape: [weights.count], dtype: tensor.dtype)
          .moved(to: tensor.device)
        part = try part * factors.aligned(toAxis: axis, rank: tensor.rank)
      }
      sum = try sum.map { try $0 + part } ?? part
    }
    return sum ?? tensor
  }

  public var settings: String {
    let name =
      switch mode {
      case .nearest(let rounding): "nearest (\(rounding.rawValue))"
      case .linear: "linear"
      case .cubic: "cubic"
      }
    let extents = axes.map { axis in
      switch axis.extent {
      case .factor(let factor): "axis \(axis.axis) × \(factor)"
      case .size(let size): "axis \(axis.axis) to \(size)"
      }
    }
    return ([name, coordinates.rawValue] + extents).joined(separator: ", ")
      + (isSmoothing ? ", antialias" : "")
  }
}

extension ResizeLayer {
  /// The layer that a node `Resize` or `Upsample` describes; the reader states `sizes` and axes of all
  /// axes, and the coordinates of early operator sets.
  init(_ node: OperatorNode) throws {
    let extents = try node.resizedExtents()
    let name = try node.string("coordinate_transformation_mode", default: "half_pixel")
    guard let coordinates = Coordinates(rawValue: name) else {
      throw node.unsupported("coordinate_transformation_mode \(name)")
    }
    let rounding = try node.string("nearest_mode", default: "round_prefer_floor")
    var mode = Mode.linear
    switch try node.string("mode", default: "nearest") {
    case "nearest":
      guard let known = Rounding(rawValue: rounding) else {
        throw node.unsupported("nearest_mode \(rounding)")
      }
      mode = .nearest(known)
    case "linear", "bilinear", "trilinear": break
    case "cubic": mode = .cubic(try node.float("cubic_coeff_a", default: -0.75))
    case let other: throw node.unsupported("mode \(other)")
    }
    let isCropping = coordinates == .cropAndResize
    let regions = isCropping ? try node.constant(1)?.doubles() ?? [] : []
    guard
      !isCropping
        || (regions.count == 2 * extents.count && regions.allSatisfy((-100...100).contains))
    else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type): tf_crop_and_resize needs roi with two numbers for each axis",
        node: node.id)
    }
    guard try !isCropping || node.float("extrapolation_value", default: 0) == 0 else {
      throw node.unsupported("an extrapolation_value other than 0")
    }
    var axes: [ResizeAxis] = []
    for (axis, extent) in extents.enumerated() {
      let region = isCropping ? [regions[axis], regions[axis + extents.count]] : [0, 1]
      guard let extent, extent != .factor(1) || region != [0, 1] else { continue }
      guard axis > 0 else { throw node.unsupported("it resizes the batch") }
      axes.append(ResizeAxis(axis: axis, extent: extent, region: region))
    }
    self.init(
      axes, mode: mode, coordinates: coordinates,
      isSmoothing: mode.isFilter ? try node.int("antialias", default: 0) != 0 : false,
      excludesOutside: mode.isFilter ? try node.int("exclude_outside", default: 0) != 0 : false)
  }
}

extension ResizeLayer.Mode {
  fileprivate var isFilter: Bool { if case .nearest = self { false } else { true } }
}

extension OperatorNode {
  /// What becomes of each axis; `nil` for one that stays.
  fileprivate func resizedExtents() throws -> [ResizeAxis.Extent?] {
    if let sizes = try integers(3), !sizes.isEmpty {
      guard sizes.allSatisfy({ (0...(1 << 20)).contains($0) }) else {
        throw unsupported("sizes \(sizes)")
      }
      // The reader writes 0 for an axis that stays.
      return sizes.map { $0 == 0 ? nil : .size($0) }
    }
    let position = type == "Upsample" || version < 11 ? 1 : 2
    guard let scales = try constant(position)?.doubles() ?? attributedScales,
      scales.count >= 2, scales.allSatisfy({ (1e-3...1024).contains($0) })
    else { throw unsupported("sizes or factors that are not stated, or beyond 1e-3 to 1024") }
    return scales.map { .factor($0) }
  }

  private var attributedScales: [Double]? {
    if case .floats(let scales) = attributes["scales"] { scales } else { nil }
  }
}
