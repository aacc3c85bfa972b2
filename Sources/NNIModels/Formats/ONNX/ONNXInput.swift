/// An input of a network, as the file declares it.
struct ONNXInput {
  let name: String
  /// The extents, `nil` where the file leaves one open; empty if it states no shape.
  let shape: [Int?]
  /// The type that the network computes in.
  let dtype: DType
  /// Whether its channels are moved from the last axis to the first before anything else reads them.
  let isMovedFirst: Bool

  /// The name of each open extent, empty where the file gives none.
  private let names: [String]

  /// The inputs that the output depends on.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none, or one that holds no numbers.
  static func all(_ graph: ONNXGraphProto, used: [String]) throws -> [ONNXInput] {
    let inputs = try used.compactMap { name in
      try graph.input.first { $0.name == name }.map { try ONNXInput($0, in: graph) }
    }
    guard !inputs.isEmpty else {
      throw InterpretabilityError(
        .unsupported, "the file's output does not depend on an input")
    }
    return inputs
  }

  private init(_ proto: ONNXValueInfoProto, in graph: ONNXGraphProto) throws {
    name = proto.name
    isMovedFirst = Self.isMovedFirst(proto.name, in: graph)
    let tensor = proto.type.tensorType
    let type = try ONNXTensorReader.type(
      tensor.hasElemType ? tensor.elemType : 1, of: "the input “\(proto.name)”")
    dtype = type.isFloatingPoint && type != .float64 ? .float32 : type
    names = tensor.shape.dim.map(\.dimParam)
    shape = tensor.shape.dim.map { dim in
      dim.hasDimValue && (1...65_536).contains(dim.dimValue) ? Int(dim.dimValue) : nil
    }
  }

  /// Whether the input is an image with its channels in the last axis.
  ///
  /// - Parameter size: Height and width as the card states them; empty if it does not.
  /// - Returns: Whether a transposition or the card's size says so.
  func isChannelsLast(size: [Int]) -> Bool {
    guard shape.count == 4 else { return false }
    if isMovedFirst { return true }
    guard size.count == 2 else { return false }
    func fits(_ places: ArraySlice<Int?>, _ channels: Int?) -> Bool {
      zip(places, size).allSatisfy { $0 == nil || $0 == $1 } && [nil, 1, 3].contains(channels)
    }
    return fits(shape[1...2], shape[3]) && !fits(shape[2...3], shape[1])
  }

  /// The extents with the channels first.
  func channelsFirstShape(_ isChannelsLast: Bool) -> [Int?] {
    isChannelsLast ? [0, 3, 1, 2].map { shape[$0] } : shape
  }

  /// Whether all that reads the input, after scaling, transposes it to `[N, C, H, W]`.
  private static func isMovedFirst(_ name: String, in graph: ONNXGraphProto) -> Bool {
    let passing: Set = ["Identity", "Cast", "Sub", "Add", "Mul", "Div"]
    var names: Set = [name]
    var isMoved = false
    // The order of nodes is that of computation.
    for node in graph.node where node.input.contains(where: names.contains) {
      if node.opType == "Transpose" {
        guard node.attribute.first(where: { $0.name == "perm" })?.ints == [0, 3, 1, 2] else {
          return false
        }
        isMoved = true
      } else if passing.contains(node.opType) {
        names.formUnion(node.output)
      } else if node.opType != "Shape" {
        return false
      }
    }
    return isMoved
  }

  /// The batch's extent, if the file fixes it.
  var batch: Int? { shape.first ?? nil }

  /// The axis of the samples, which is the first one unless an open extent of another axis bears the name
  /// that the batch has in `other`; `nil` where there is no axis of samples.
  func sampleAxis(beside other: ONNXInput) -> Int? {
    if shape.isEmpty { return nil }
    if let batch = other.names.first, !batch.isEmpty, let axis = names.firstIndex(of: batch) {
      return axis
    }
    if let batch = other.batch, shape[0] != batch { return shape.firstIndex(of: batch) }
    let isShared = other.batch == nil && shape.count == 1 && shape[0] != nil
    return isShared ? nil : 0
  }
}

extension ONNXInput {
  /// The inputs as parts of one row; none where there is one input of real numbers.
  ///
  /// - Throws: ``InterpretabilityError`` when the size of one is not known.
  static func parts(_ inputs: [ONNXInput], _ spec: InputSpec) throws -> [InputPart] {
    guard inputs.count > 1 || !inputs[0].dtype.isFloatingPoint else { return [] }
    let reference = inputs.first { $0.shape.count > 1 } ?? inputs[0]
    var start = 0
    return try inputs.map { input in
      let axis = input.sampleAxis(beside: reference)
      var open = input.shape
      if let axis { open.remove(at: axis) }
      if open.count == 3, axis == 0, spec.size.count == 2, input.dtype.isFloatingPoint {
        open[1] = open[1] ?? spec.size[0]
        open[2] = open[2] ?? spec.size[1]
      }
      let shape = open.compactMap { $0 }
      guard shape.count == open.count, let count = TensorSize.count(of: shape),
        count + start <= TensorSize.limit
      else {
        throw InterpretabilityError(
          .unsupported,
          "the input “\(input.name)” leaves its size open; export with a fixed size, only the batch open"
        )
      }
      defer { start += count }
      return InputPart(
        name: input.name, shape: shape, type: input.dtype, sampleAxis: axis, start: start)
    }
  }
}
