/// Attributes of a node as layers read them.
struct ONNXAttributes {
  /// The attributes by name; those with subgraphs and the like are left out.
  ///
  /// - Throws: ``InterpretabilityError`` when a tensor cannot be read or a text is no UTF-8.
  static func attributes(
    of node: ONNXNodeProto, _ reader: ONNXTensorReader
  ) throws -> [String: OperatorNode.Attribute] {
    var result: [String: OperatorNode.Attribute] = [:]
    for attribute in node.attribute {
      guard result[attribute.name] == nil else {
        throw InterpretabilityError(
          .invalidFile, "\(node.opType): the attribute \(attribute.name) is stated twice",
          node: node.id)
      }
      do {
        result[attribute.name] = try value(of: attribute, reader)
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, error.message, node: node.id, cause: error.cause)
      }
    }
    return result
  }

  private static func value(
    of attribute: ONNXAttributeProto, _ reader: ONNXTensorReader
  ) throws -> OperatorNode.Attribute? {
    switch attribute.type {
    case 1: return .float(Double.shortest(attribute.f))
    case 2: return .int(Int(attribute.i))
    case 3: return .string(String(decoding: attribute.s, as: UTF8.self))
    case 4:
      var tensor = attribute.t
      if tensor.name.isEmpty { tensor.name = attribute.name }
      return .tensor(try reader.tensor(tensor))
    case 6: return .floats(attribute.floats.map { Double.shortest($0) })
    case 7: return .ints(attribute.ints.map { Int($0) })
    case 8: return .strings(attribute.strings.map { String(decoding: $0, as: UTF8.self) })
    case 0: return try untyped(attribute, reader)
    default: return nil
    }
  }

  /// The value of an attribute that does not state its type, as early exporters wrote them.
  private static func untyped(
    _ attribute: ONNXAttributeProto, _ reader: ONNXTensorReader
  ) throws -> OperatorNode.Attribute? {
    var typed = attribute
    typed.type =
      attribute.hasF
      ? 1
      : attribute.hasI
        ? 2
        : attribute.hasS
          ? 3
          : attribute.hasT
            ? 4
            : !attribute.floats.isEmpty
              ? 6 : !attribute.ints.isEmpty ? 7 : !attribute.strings.isEmpty ? 8 : 5
    return try value(of: typed, reader)
  }
}
