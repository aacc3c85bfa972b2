/// The one input of a network, as the file declares it.
struct ONNXInput {
  let name: String
  /// The extents, `nil` where the file leaves one open; empty if it states no shape.
  let shape: [Int?]
  /// The type that the network computes in.
  let dtype: DType
  /// Whether its channels are moved from the last axis to the first before anything else reads them.
  let isMovedFirst: Bool

  /// - Throws: ``InterpretabilityError`` when there is not exactly one, or not of real numbers.
  init(_ graph: ONNXGraphProto, used: [String]) throws {
    guard used.count == 1, let proto = graph.input.first(where: { $0.name == used[0] }) else {
      throw InterpretabilityError(
        .unsupported,
        used.isEmpty
          ? "the file's output does not depend on an input"
          : "the network has \(used.count) inputs, \(used.joined(separator: ", ")); one is supported"
      )
    }
    name = proto.name
    isMovedFirst = Self.isMovedFirst(proto.name, in: graph)
    let tensor = proto.type.tensorType
    let type = try ONNXTensorReader.type(tensor.hasElemType ? tensor.elemType : 1, of: "the input")
    guard type.isFloatingPoint else {
      throw InterpretabilityError(
        .unsupported, "the input “\(proto.name)” has elements of type \(type), wanted real numbers")
    }
    dtype = type == .float64 ? .float64 : .float32
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
}
