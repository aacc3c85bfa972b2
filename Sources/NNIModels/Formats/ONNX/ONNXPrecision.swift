/// What a file's element types mean for those who read its results, each in one sentence.
enum ONNXPrecision {
  /// - Parameters:
  ///   - file: The file.
  ///   - graph: The network that it became.
  /// - Returns: The sentences; none of a network of float32.
  static func notes(of file: ONNXFile, _ graph: Graph) -> [String] {
    let nodes = file.model.graph.node
    var types = Set(file.model.graph.initializer.map(\.dataType))
    types.formUnion(file.model.graph.input.map(\.type.tensorType.elemType))
    for node in nodes where node.opType == "Cast" || node.opType == "Constant" {
      for attribute in node.attribute {
        types.insert(attribute.hasT ? attribute.t.dataType : Int32(clamping: attribute.i))
      }
    }
    var notes: [String] = []
    let half = [(Int32(10), "float16"), (16, "bfloat16")].filter { types.contains($0.0) }.map(\.1)
    if !half.isEmpty {
      notes.append(
        "the file computes in \(half.joined(separator: " and ")); here it is computed in float32, and "
          + "conversions round nothing")
    }
    let rounds = graph.nodes.contains {
      $0.layer is QuantizationLayer || $0.layer is DynamicQuantizationLayer
    }
    if rounds {
      notes.append(
        "the network is quantised: values are rounded to levels as the file says, and derivatives are "
          + "straight-through, as if nothing were rounded, where no value is clamped")
    } else if nodes.contains(where: { weighted.contains($0.opType) }) {
      notes.append(
        "the network's weights are quantised: they are read as the real numbers that they stand for"
      )
    }
    return notes
  }

  /// Operators with weights that are levels.
  private static let weighted: Set = ["DequantizeLinear", "MatMulNBits", "QAttention"]
}
