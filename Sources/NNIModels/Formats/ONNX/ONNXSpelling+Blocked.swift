import Foundation

/// Layers of ONNX Runtime's own orders of axes: channels last, and channels in blocks.
extension ONNXSpelling {
  static let blocked: [String: Writer] = [
    "com.microsoft::NhwcConv": { spelling, importer in try spelling.writeLastConvolution(&importer)
    },
    "com.microsoft::NhwcFusedConv": { spelling, importer in
      try spelling.writeLastConvolution(&importer)
    },
    "com.microsoft::NhwcMaxPool": { spelling, importer in
      let rank = try importer.rank(of: spelling.required(0, "input"), for: spelling)
      let x = spelling.turned(spelling.input(0), rank: rank, toLast: false)
      let pool = spelling.write("MaxPool", [x], as: "pool", spelling.windowAttributes)
      spelling.finish("Identity", [spelling.turned(pool, rank: rank, toLast: true)])
    },
    "com.microsoft::GroupNorm": { spelling, importer in
      try spelling.writeGroupNorm(&importer, skip: false)
    },
    "com.microsoft::SkipGroupNorm": { spelling, importer in
      try spelling.writeGroupNorm(&importer, skip: true)
    },
    "com.microsoft.nchwc::ReorderInput": { spelling, importer in
      let x = try spelling.required(0, "input")
      let shape = try importer.shape(of: x, for: spelling)
      guard shape.count == 4 else { throw spelling.unsupported("a value of shape \(shape)") }
      let isLast = spelling.int("channels_last", default: 0) != 0
      let value = isLast ? spelling.turned(x, rank: 4, toLast: false) : x
      let channels = isLast ? shape[3] : shape[1]
      let block = try importer.blockSize(for: spelling)
      try spelling.finishPadded(value, by: (block - channels % block) % block)
    },
    "com.microsoft.nchwc::ReorderOutput": { spelling, _ in
      let x = try spelling.required(0, "input")
      let channels = spelling.int("channels", default: 0)
      let part = spelling.write(
        "Slice",
        [x, try spelling.list([0]), try spelling.list([channels]), try spelling.list([1])],
        as: "channels")
      let isLast = spelling.int("channels_last", default: 0) != 0
      spelling.finish(
        "Identity", [isLast ? spelling.turned(part, rank: 4, toLast: true) : part])
    },
    "com.microsoft.nchwc::Conv": { spelling, importer in
      try spelling.writeBlockedConvolution(&importer)
    },
    "com.microsoft.nchwc::MaxPool": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft.nchwc::AveragePool": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft.nchwc::GlobalMaxPool": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft.nchwc::GlobalAveragePool": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft.nchwc::Upsample": { spelling, _ in
      let scales = spelling.attribute("scales")?.ints.map { Double($0) } ?? []
      guard scales.count == 4 else { throw spelling.malformed("the factors \(scales)") }
      let factors = spelling.constant(
        try Tensor(scales, shape: [4]).converted(to: .float32), "factors")
      spelling.finish(
        "Resize", [try spelling.required(0, "input"), "", factors],
        spelling.attributes("mode", "coordinate_transformation_mode")
          + [.init("nearest_mode", text: "floor")])
    },
  ]

  private mutating func finishPadded(_ value: String, by count: Int) throws {
    guard count > 0 else { return finish("Identity", [value]) }
    finish("Pad", [value, try list([0, 0, 0, 0, 0, count, 0, 0])])
  }

  private mutating func writeLastConvolution(_ importer: inout ONNXImporter) throws {
    let rank = try importer.rank(of: required(0, "input"), for: self)
    guard rank > 2 else { throw malformed("an input of \(rank) axes") }
    let x = turned(input(0), rank: rank, toLast: false)
    let weight = turned(try required(1, "weight"), rank: rank, toLast: false)
    var value = write("Conv", [x, weight, input(2)], as: "convolution", windowAttributes)
    if !input(3).isEmpty {
      let summand = turned(input(3), rank: rank, toLast: false)
      value = write("Add", [value, summand], as: "sum")
    }
    let parameters = attribute("activation_params")?.floats ?? []
    try activate(turned(value, rank: rank, toLast: true), parameters: parameters)
  }

  private mutating func writeGroupNorm(_ importer: inout ONNXImporter, skip: Bool) throws {
    let rank = try importer.rank(of: required(0, "input"), for: self)
    guard rank > 2 else { throw malformed("an input of \(rank) axes") }
    var x = input(0)
    if skip {
      x = try sum([x, required(3, "skip"), input(4)])
      finish("Identity", [x], output: 1)
    }
    let isLast = int("channels_last", default: 1) != 0
    if isLast { x = turned(x, rank: rank, toLast: false) }
    var value = write(
      "GroupNormalization", [x, try required(1, "scale"), try required(2, "shift")],
      as: "normalised",
      [
        .init("num_groups", int: int("groups", default: 1)),
        .init("epsilon", float: float("epsilon", default: 1e-5)),
      ])
    if int("activation", default: 0) != 0 { value = write("Swish", [value], as: "activation") }
    finish("Identity", [isLast ? turned(value, rank: rank, toLast: true) : value])
  }

  // MARK: Blocks

  /// A convolution whose weights lie in blocks of channels.
  private mutating func writeBlockedConvolution(_ importer: inout ONNXImporter) throws {
    let block = try importer.blockSize(for: self)
    let stored = try importer.constant(1, "weight", of: self)
    let shape = stored.shape
    let group = int("group", default: 1)
    guard shape.count == 4, shape[0] % block == 0, shape[0] > 0, stored.count > 0 else {
      throw malformed("a weight of shape \(shape) in blocks of \(block)")
    }
    let (o, i, h, w) = (shape[0], shape[1], shape[2], shape[3])
    let isDepthwise = group > 1 && i == 1
    let weight: Tensor
    if isDepthwise || (group == 1 && i < block) {
      // The output's channels alone: [O / b, I, H, W, b].
      weight = try stored.reshaped([o / block, i, h, w, block]).permuted([0, 4, 1, 2, 3])
    } else {
      guard i % block == 0 else {
        throw malformed("a weight of shape \(shape) in blocks of \(block)")
      }
      // [O / b, I / b, H, W, b of I, b of O]
      weight = try stored.reshaped([o / block, i / block, h, w, block, block])
        .permuted([0, 5, 1, 4, 2, 3])
    }
    let plain = constant(try weight.reshaped(shape), "weight")
    let inputs = [try required(0, "input"), plain] + (input(2).isEmpty ? [] : [input(2)])
    var attributes = windowAttributes.filter { $0.name != "group" }
    attributes.append(.init("group", int: isDepthwise ? o : group))
    var value = write("Conv", inputs, as: "convolution", attributes)
    if !input(3).isEmpty { value = write("Add", [value, input(3)], as: "sum") }
    try activate(value, parameters: attribute("activation_params")?.floats ?? [])
  }
}

extension ONNXImporter {
  /// How many channels a block has: 8 or 16, as the processor has it that the file was written on.
  ///
  /// Shapes tell it where a number of channels was filled up. Where they do not, the file is read as ONNX
  /// Runtime reads it on this processor, and the model's notes say so.
  ///
  /// - Throws: ``InterpretabilityError`` when neither fits.
  fileprivate mutating func blockSize(for spelling: ONNXSpelling) throws -> Int {
    var fits8 = true
    var fits16 = true
    let weights = Dictionary(
      file.model.graph.initializer.map { ($0.name, $0.dims.map { Int($0) }) }
    ) { first, _ in first }
    var widths: [String: Int] = [:]
    for node in file.model.graph.node where node.domain == "com.microsoft.nchwc" {
      if node.opType == "Conv", node.input.count > 1, let shape = weights[node.input[1]],
        shape.count == 4
      {
        if shape[0] % 16 != 0 { fits16 = false }
        if shape[1] % 16 != 0, shape[1] >= 16 { fits16 = false }
        if shape[0] % 8 != 0 { fits8 = false }
        // Up to a block of channels is read as it is, and padded above.
        if shape[1] > 8, shape[1] < 16 { fits8 = false }
        for name in node.output { widths[name] = shape[0] }
      } else if node.opType == "ReorderOutput",
        let width = node.input.first.flatMap({ widths[$0] }),
        let channels = node.attribute.first(where: { $0.name == "channels" })?.i,
        (1...(1 << 30)).contains(channels)
      {
        if (channels - 1) / 16 * 16 + 16 != Int64(width) { fits16 = false }
        if (channels - 1) / 8 * 8 + 8 != Int64(width) { fits8 = false }
      } else if let width = node.input.first.flatMap({ widths[$0] }) {
        for name in node.output { widths[name] = width }
      }
    }
    guard fits8 || fits16 else {
      throw spelling.malformed("its channels are in blocks of neither 8 nor 16")
    }
    if fits8 != fits16 || widths.isEmpty { return fits8 ? 8 : 16 }
    let block = Self.blockSizeHere
    let note =
      "weights lie in blocks of 8 or 16 channels, as the processor had it that the file was written on; "
      + "they are read in blocks of \(block), as ONNX Runtime does on this one; a file saved with "
      + "ORT_ENABLE_EXTENDED depends on no processor"
    if !notes.contains(note) { notes.append(note) }
    return block
  }

  /// What ONNX Runtime's kernels have on this processor.
  private static let blockSizeHere: Int = {
    #if arch(arm64)
    return 16
    #else
    let text = try? String(contentsOf: URL(filePath: "/proc/cpuinfo"), encoding: .utf8)
    return text?.contains(" avx512f") == true ? 16 : 8
    #endif
  }()
}
