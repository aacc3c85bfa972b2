import Foundation

/// Operators of ONNX's own that simpler ones put together.
extension ONNXSpelling {
  static let composed: [String: Writer] = [
    "CastLike": { spelling, importer in
      let types: [DType: Int] = [
        .uint8: 2, .int8: 3, .int16: 5, .int32: 6, .int64: 7, .bool: 9, .float64: 11,
      ]
      let type = try importer.type(of: spelling.required(1, "pattern"), for: spelling)
      let number = ONNXAttributeProto("to", int: types[type] ?? 1)
      try spelling.finish("Cast", [spelling.required(0, "input")], [number])
    },
    "Swish": { spelling, _ in
      let alpha = spelling.float("alpha", default: 1)
      guard alpha != 1 else { return spelling.keep() }
      let x = try spelling.required(0, "input")
      let scaled = spelling.write("Mul", [x, try spelling.number(alpha)], as: "scaled")
      let gate = spelling.write("Sigmoid", [scaled], as: "gate")
      spelling.finish("Mul", [x, gate])
    },
    "MeanVarianceNormalization": { spelling, _ in
      let stated = spelling.attribute("axes")?.ints.map { Int($0) } ?? [0, 2, 3]
      let x = try spelling.required(0, "input")
      let axes = try spelling.list(stated)
      let mean = spelling.write("ReduceMean", [x, axes], as: "mean")
      let centred = spelling.write("Sub", [x, mean], as: "centred")
      let square = spelling.write("Mul", [centred, centred], as: "square")
      let variance = spelling.write("ReduceMean", [square, axes], as: "variance")
      let root = spelling.write("Sqrt", [variance], as: "deviation")
      let deviation = spelling.write("Add", [root, try spelling.number(1e-9)], as: "divisor")
      spelling.finish("Div", [centred, deviation])
    },
    "LpPool": { spelling, _ in
      let power = spelling.float("p", default: 2, orInt: true)
      let sizes = spelling.attribute("kernel_shape")?.ints.map { Int($0) } ?? []
      let size = TensorSize.count(of: sizes) ?? 0
      guard power > 0, (1...(1 << 24)).contains(size) else {
        throw spelling.malformed("p = \(power), windows of \(size) elements")
      }
      let terms = try spelling.magnitudes(power)
      var attributes = spelling.windowAttributes.filter { $0.name != "count_include_pad" }
      attributes.append(.init("count_include_pad", int: 1))
      let mean = spelling.write("AveragePool", [terms], as: "mean", attributes)
      let sum = spelling.write("Mul", [mean, try spelling.number(Double(size))], as: "sum")
      spelling.finish("Pow", [sum, try spelling.number(1 / power)])
    },
    "GlobalLpPool": { spelling, importer in
      let power = spelling.float("p", default: 2, orInt: true)
      let rank = try importer.rank(of: spelling.required(0, "input"), for: spelling)
      guard power > 0, rank > 2 else { throw spelling.malformed("p = \(power), \(rank) axes") }
      let terms = try spelling.magnitudes(power)
      let sum = spelling.write(
        "ReduceSum", [terms, try spelling.list(Array(2..<rank))], as: "sum")
      spelling.finish("Pow", [sum, try spelling.number(1 / power)])
    },
    "Hardmax": { spelling, importer in
      let x = try spelling.required(0, "input")
      let shape = try importer.shape(of: x, for: spelling)
      var axis = spelling.int("axis", default: -1)
      if axis < 0 { axis += shape.count }
      guard shape.indices.contains(axis), importer.file.version(of: spelling.node) >= 13 else {
        throw spelling.unsupported("axis \(axis) of a value of shape \(shape)")
      }
      let first = spelling.write("ArgMax", [x], as: "largest", [.init("axis", int: axis)])
      let after = [Int](repeating: 1, count: shape.count - axis - 1)
      let range = try Tensor((0..<Int64(shape[axis])).map { $0 }, shape: [shape[axis]] + after)
      let positions = spelling.constant(range, "positions")
      let hot = spelling.write("Equal", [first, positions], as: "is largest")
      spelling.finish("Cast", [hot], [.init("to", int: 1)])
    },
    "CenterCropPad": { spelling, importer in try spelling.writeCenterCropPad(&importer) },
    "AffineGrid": { spelling, importer in try spelling.writeAffineGrid(&importer) },
    "DFT": { spelling, importer in try spelling.writeTransform(&importer) },
    "STFT": { spelling, importer in try spelling.writeShortTimeTransform(&importer) },
    "Col2Im": { spelling, importer in
      let shapes = try (1...2).map {
        try importer.constant($0, "shape", of: spelling).elements(as: Int64.self).map { Int($0) }
      }
      let count = shapes[0].count
      func list(_ name: String, _ standard: Int) -> [Int] {
        spelling.attribute(name)?.ints.map { Int($0) } ?? [Int](repeating: standard, count: count)
      }
      let pads = spelling.attribute("pads")?.ints.map { Int($0) } ?? [0, 0, 0, 0]
      guard count == 2, shapes[1].count == 2, pads.count == 4, pads[..<2] == pads[2...],
        (shapes.joined() + list("strides", 1) + list("dilations", 1)).allSatisfy({
          (1...65_536).contains($0)
        })
      else {
        throw spelling.unsupported("blocks of \(shapes[1]) in \(shapes[0]) with pads \(pads)")
      }
      let layer = NamedOperatorLayer(
        "aten::col2im",
        [
          .computed, .plain(.ints(shapes[0])), .plain(.ints(shapes[1])),
          .plain(.ints(list("dilations", 1))), .plain(.ints(Array(pads[..<2]))),
          .plain(.ints(list("strides", 1))),
        ])
      try importer.addNamed(
        layer, spelling.node, inputs: [importer.value(of: spelling.required(0, "input"))])
    },
    "Det": { spelling, importer in
      let layer = NamedOperatorLayer("aten::det", [.computed])
      try importer.addNamed(
        layer, spelling.node, inputs: [importer.value(of: spelling.required(0, "input"))])
    },
  ]

  private func float(_ name: String, default standard: Double, orInt: Bool) -> Double {
    guard let attribute = attribute(name) else { return standard }
    return attribute.hasI ? Double(attribute.i) : Double.shortest(attribute.f)
  }

  /// Gives `|x|ᵖ`.
  private mutating func magnitudes(_ power: Double) throws -> String {
    let magnitude = write("Abs", [try required(0, "input")], as: "magnitude")
    return power == 1
      ? magnitude : write("Pow", [magnitude, try number(power)], as: "power")
  }

  /// The middle of each axis, or the value in the middle of zeros.
  private mutating func writeCenterCropPad(_ importer: inout ONNXImporter) throws {
    let x = try required(0, "input")
    let shape = try importer.shape(of: x, for: self)
    let wanted = try importer.constant(1, "shape", of: self).elements(as: Int64.self).map {
      Int($0)
    }
    let stated = attribute("axes")?.ints.map { Int($0) } ?? Array(shape.indices)
    let axes = stated.map { $0 < 0 ? $0 + shape.count : $0 }
    guard axes.count == wanted.count, axes.allSatisfy(shape.indices.contains),
      wanted.allSatisfy({ (1...(1 << 20)).contains($0) })
    else { throw malformed("the shape \(wanted) of axes \(stated)") }
    var (starts, ends, cut) = ([Int](), [Int](), [Int]())
    var pads = [Int](repeating: 0, count: 2 * shape.count)
    for (axis, size) in zip(axes, wanted) {
      let rest = shape[axis] - size
      if rest > 0 {
        cut.append(axis)
        starts.append(rest / 2)
        ends.append(rest / 2 + size)
      } else {
        pads[axis] = -rest / 2
        pads[axis + shape.count] = -rest - -rest / 2
      }
    }
    var value = x
    if !cut.isEmpty {
      value = write(
        "Slice", [value, try list(starts), try list(ends), try list(cut)], as: "middle")
    }
    if pads.contains(where: { $0 != 0 }) {
      value = write("Pad", [value, try list(pads)], as: "padded")
    }
    finish("Identity", [value])
  }

  /// The places of a grid after an affine map: `[N, H, W, 2]`, or `[N, D, H, W, 3]`.
  private mutating func writeAffineGrid(_ importer: inout ONNXImporter) throws {
    let size = try importer.constant(1, "size", of: self).elements(as: Int64.self).map { Int($0) }
    let extents = Array(size.dropFirst(2))
    guard (2...3).contains(extents.count), extents.allSatisfy({ (1...65_536).contains($0) }),
      let count = TensorSize.count(of: extents), count <= TensorSize.limit / 4
    else { throw malformed("the size \(size)") }
    let isAligned = int("align_corners", default: 0) != 0
    func place(_ index: Int, _ extent: Int) -> Double {
      if isAligned { return extent > 1 ? 2 * Double(index) / Double(extent - 1) - 1 : 0 }
      return (2 * Double(index) + 1) / Double(extent) - 1
    }
    // Each point is (x, y, 1), or (x, y, z, 1): the last axis first.
    var points: [Double] = []
    for position in 0..<count {
      var rest = position
      for extent in extents.reversed() {
        points.append(place(rest % extent, extent))
        rest /= extent
      }
      points.append(1)
    }
    let base = constant(
      try Tensor(points, shape: [1, count, extents.count + 1]).converted(to: .float32), "points")
    let turned = write(
      "Transpose", [try required(0, "affine map")], as: "map turned",
      [.init("perm", ints: [0, 2, 1])])
    let product = write("MatMul", [base, turned], as: "places")
    finish("Reshape", [product, try list([0] + extents + [extents.count])])
  }

  /// A Fourier transform along one axis, as a product with its matrix.
  private mutating func writeTransform(_ importer: inout ONNXImporter) throws {
    let shape = try importer.shape(of: required(0, "signal"), for: self)
    let stated =
      importer.file.version(of: node) < 20
      ? int("axis", default: 1)
      : try input(2).isEmpty ? -2 : importer.integer(2, "axis", of: self)
    let axis = stated < 0 ? stated + shape.count : stated
    guard shape.count >= 3, (0..<(shape.count - 1)).contains(axis), let parts = shape.last,
      (1...2).contains(parts)
    else { throw malformed("axis \(stated) of a signal of shape \(shape)") }
    var length = shape[axis]
    if !input(1).isEmpty { length = try importer.integer(1, "length", of: self) }
    let isInverse = int("inverse", default: 0) != 0
    let isOneSided = int("onesided", default: 0) != 0
    let bins = isOneSided ? length / 2 + 1 : length
    guard length > 0, length <= min(shape[axis], 65_536), !isOneSided || (!isInverse && parts == 1),
      4 * bins * length <= TensorSize.limit
    else {
      throw unsupported(
        "\(length) elements of \(shape[axis]); a whole or shorter axis is supported, one side of real numbers"
      )
    }
    // Rows are elements and their parts, columns bins and theirs.
    var matrix = [Double](repeating: 0, count: length * parts * bins * 2)
    for index in 0..<length {
      for bin in 0..<bins {
        let angle = (isInverse ? 2 : -2) * Double.pi * Double(bin * index % length) / Double(length)
        let factor = isInverse ? 1 / Double(length) : 1
        let (real, imaginary) = (factor * cos(angle), factor * sin(angle))
        for part in 0..<parts {
          let place = (index * parts + part) * bins * 2 + bin * 2
          matrix[place] = part == 0 ? real : -imaginary
          matrix[place + 1] = part == 0 ? imaginary : real
        }
      }
    }
    let weight = constant(
      try Tensor(matrix, shape: [length * parts, bins * 2]).converted(to: .float32), "matrix")
    var value = input(0)
    if length < shape[axis] {
      value = write(
        "Slice", [value, try list([0]), try list([length]), try list([axis])], as: "beginning")
    }
    // The axis beside the parts, and both as one.
    let others = (0..<(shape.count - 1)).filter { $0 != axis }
    let order = others + [axis, shape.count - 1]
    let beside = write("Transpose", [value], as: "axis last", [.init("perm", ints: order)])
    let rows = write(
      "Reshape", [beside, try list(others.map { shape[$0] } + [length * parts])], as: "elements")
    let product = write("MatMul", [rows, weight], as: "product")
    let apart = write(
      "Reshape", [product, try list(others.map { shape[$0] } + [bins, 2])], as: "bins")
    let back = (0..<shape.count).map { order.firstIndex(of: $0) ?? 0 }
    finish("Transpose", [apart], [.init("perm", ints: back)])
  }

  /// Fourier transforms of windows, as what they are: fixed filters.
  private mutating func writeShortTimeTransform(_ importer: inout ONNXImporter) throws {
    let shape = try importer.shape(of: required(0, "signal"), for: self)
    let step = try importer.integer(1, "step", of: self)
    var window: [Double] = []
    if !input(2).isEmpty { window = try importer.constant(2, "window", of: self).doubles() }
    var length = window.count
    if !input(3).isEmpty { length = try importer.integer(3, "length", of: self) }
    if window.isEmpty { window = [Double](repeating: 1, count: max(length, 0)) }
    guard shape.count == 2 || (shape.count == 3 && shape[2] == 1), (1...65_536).contains(length),
      window.count == length, (1...65_536).contains(step), shape[1] >= length
    else {
      throw unsupported(
        "a signal of shape \(shape) in windows of \(length) at steps of \(step); real ones are supported"
      )
    }
    let bins = int("onesided", default: 1) != 0 ? length / 2 + 1 : length
    guard bins * length * 2 <= TensorSize.limit else { throw unsupported("\(bins) bins") }
    var filters: [Double] = []
    for part in 0..<2 {
      for bin in 0..<bins {
        for index in 0..<length {
          let angle = -2 * Double.pi * Double(bin * index % length) / Double(length)
          filters.append(window[index] * (part == 0 ? cos(angle) : sin(angle)))
        }
      }
    }
    let weight = constant(
      try Tensor(filters, shape: [2 * bins, 1, length]).converted(to: .float32), "filters")
    let signal = write("Reshape", [input(0), try list([0, 1, shape[1]])], as: "signal")
    let all = write(
      "Conv", [signal, weight], as: "filtered", [.init("strides", ints: [step])])
    let parts = write("Reshape", [all, try list([0, 2, bins, -1])], as: "parts")
    finish("Transpose", [parts], [.init("perm", ints: [0, 3, 2, 1])])
  }
}
