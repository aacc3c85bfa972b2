/// The one input of a network, as the file declares it.
struct ONNXInput {
  let name: String
  /// The extents, `nil` where the file leaves one open; empty if it states no shape.
  let shape: [Int?]
  /// The type that the network computes in.
  let dtype: DType

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

  /// The batch's extent, if the file fixes it.
  var batch: Int? { shape.first ?? nil }
}
