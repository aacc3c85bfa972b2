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
  let names: [String]

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
    // What some exporters write for an extent without a name.
    names = tensor.shape.dim.map { ["?", "None", "-1"].contains($0.dimParam) ? "" : $0.dimParam }
    shape = tensor.shape.dim.map { dim in
      dim.hasDimValue && (1...(1 << 26)).contains(dim.dimValue) ? Int(dim.dimValue) : nil
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
    // Steps that all inputs share are no samples.
    if other.isSequenceFirst { return names.firstIndex { $0.lowercased().contains("batch") } }
    if let batch = other.names.first, !batch.isEmpty, let axis = names.firstIndex(of: batch) {
      return axis
    }
    if let batch = other.batch, shape[0] != batch { return shape.firstIndex(of: batch) }
    // A state before the samples: its one open extent that bears no name is that of the samples.
    if other.batch == nil, !other.shape.isEmpty, shape.count > 1, shape[0] != nil {
      let open = shape.indices.filter { shape[$0] == nil && names[$0].isEmpty }
      if open.count == 1 { return open[0] }
    }
    let isShared = other.batch == nil && shape.count == 1 && shape[0] != nil
    return isShared ? nil : 0
  }
}
