public import Foundation

/// Protocol-buffer bytes, written without the generated code that is under test.
public struct ProtoBytes {
  public private(set) var data = Data()

  public init() {}

  public func varint(_ field: Int, _ value: Int) -> ProtoBytes {
    appending {
      $0.key(field, 0); $0.raw(UInt64(bitPattern: Int64(value)))
    }
  }

  public func float(_ field: Int, _ value: Float) -> ProtoBytes {
    appending {
      $0.key(field, 5)
      for shift in [0, 8, 16, 24] {
        $0.data.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
      }
    }
  }

  public func bytes(_ field: Int, _ value: Data) -> ProtoBytes {
    appending {
      $0.key(field, 2); $0.raw(UInt64(value.count)); $0.data.append(value)
    }
  }

  public func text(_ field: Int, _ value: String) -> ProtoBytes { bytes(field, Data(value.utf8)) }

  public func message(_ field: Int, _ value: ProtoBytes) -> ProtoBytes { bytes(field, value.data) }

  public func messages(_ field: Int, _ values: [ProtoBytes]) -> ProtoBytes {
    values.reduce(self) { $0.message(field, $1) }
  }

  private func appending(_ body: (inout ProtoBytes) -> Void) -> ProtoBytes {
    var copy = self
    body(&copy)
    return copy
  }

  private mutating func key(_ field: Int, _ type: UInt64) { raw(UInt64(field) << 3 | type) }

  private mutating func raw(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      data.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    data.append(UInt8(rest))
  }
}

/// A small ONNX file made by hand; field numbers from the public specification.
public struct ONNXFileWriter {
  public var version: Int
  public var inputs: [(name: String, shape: [Int])]
  public var inputType: Int
  public var outputs: [String]
  public var nodes: [ProtoBytes]
  public var tensors: [ProtoBytes]
  public var functions: [ProtoBytes]
  public var metadata: [String: String]

  public init(
    version: Int = 17, inputs: [(name: String, shape: [Int])] = [("x", [0, 4])],
    inputType: Int = 1, outputs: [String] = ["y"], nodes: [ProtoBytes] = [],
    tensors: [ProtoBytes] = [], functions: [ProtoBytes] = [], metadata: [String: String] = [:]
  ) {
    self.version = version
    self.inputs = inputs
    self.inputType = inputType
    self.outputs = outputs
    self.nodes = nodes
    self.tensors = tensors
    self.functions = functions
    self.metadata = metadata
  }

  public var data: Data {
    let graph = ProtoBytes().messages(1, nodes).text(2, "g").messages(5, tensors)
      .messages(11, inputs.map { Self.value($0.name, $0.shape, inputType) })
      .messages(12, outputs.map { Self.value($0, nil, 1) })
    let properties = metadata.map { ProtoBytes().text(1, $0.key).text(2, $0.value) }
    return ProtoBytes().varint(1, 8).message(7, graph)
      .message(8, ProtoBytes().text(1, "").varint(2, version))
      .messages(14, properties).messages(25, functions).data
  }

  /// An extent of 0 is open.
  private static func value(_ name: String, _ shape: [Int]?, _ type: Int) -> ProtoBytes {
    var tensor = ProtoBytes().varint(1, type)
    if let shape {
      let dims = shape.map { $0 == 0 ? ProtoBytes().text(2, "n") : ProtoBytes().varint(1, $0) }
      tensor = tensor.message(2, ProtoBytes().messages(1, dims))
    }
    return ProtoBytes().text(1, name).message(2, ProtoBytes().message(1, tensor))
  }

  public static func node(
    _ type: String, _ inputs: [String], _ outputs: [String], name: String = "",
    domain: String = "", _ attributes: [ProtoBytes] = []
  ) -> ProtoBytes {
    var node = ProtoBytes()
    for input in inputs { node = node.text(1, input) }
    for output in outputs { node = node.text(2, output) }
    return node.text(3, name).text(4, type).messages(5, attributes).text(7, domain)
  }

  public static func attribute(_ name: String, int value: Int) -> ProtoBytes {
    ProtoBytes().text(1, name).varint(3, value).varint(20, 2)
  }

  public static func attribute(_ name: String, ints values: [Int]) -> ProtoBytes {
    values.reduce(ProtoBytes().text(1, name)) { $0.varint(8, $1) }.varint(20, 7)
  }

  public static func attribute(_ name: String, float value: Float) -> ProtoBytes {
    ProtoBytes().text(1, name).float(2, value).varint(20, 1)
  }

  public static func attribute(_ name: String, text value: String) -> ProtoBytes {
    ProtoBytes().text(1, name).text(4, value).varint(20, 3)
  }

  public static func attribute(_ name: String, tensor value: ProtoBytes) -> ProtoBytes {
    ProtoBytes().text(1, name).message(5, value).varint(20, 4)
  }

  public static func tensor(_ name: String, _ dims: [Int], type: Int, raw: Data) -> ProtoBytes {
    dims.reduce(ProtoBytes()) { $0.varint(1, $1) }.varint(2, type).text(8, name).bytes(9, raw)
  }

  public static func floats(_ name: String, _ dims: [Int], _ values: [Float]) -> ProtoBytes {
    tensor(name, dims, type: 1, raw: values.withUnsafeBytes { Data($0) })
  }

  public static func integers(_ name: String, _ values: [Int], dims: [Int]? = nil) -> ProtoBytes {
    tensor(name, dims ?? [values.count], type: 7, raw: values.withUnsafeBytes { Data($0) })
  }
}
