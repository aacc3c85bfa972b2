import Foundation
import NNITestSupport
import SwiftProtobuf
import Testing

@testable import NNIModels

/// Large tensors stay in the file until they are needed, and then are what they would be in the message.
@Suite struct ONNXLargeTensorsTests {
  private static let count = 40_000

  private static func tensor(_ name: String, of type: Int32 = 1, _ bytes: Data) -> ONNXTensorProto {
    var tensor = ONNXTensorProto()
    tensor.name = name
    tensor.dims = [4, Int64(count / 4)]
    tensor.dataType = type
    tensor.rawData = bytes
    return tensor
  }

  private static func info(_ name: String, _ shape: [Int]) -> ONNXValueInfoProto {
    var info = ONNXValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = 1
    info.type.tensorType.shape.dim = shape.map { extent in
      var dimension = ONNXTensorShapeProto.Dimension()
      dimension.dimValue = Int64(extent)
      return dimension
    }
    return info
  }

  private static let floats = (0..<count).map { Float($0 % 101) - 50 }
  private static let bytes = floats.withUnsafeBytes { Data($0) }

  /// `y = x wᵀ + Σ c`, whose weight and constant are large.
  private static func model() -> ONNXModelProto {
    var product = ONNXNodeProto()
    (product.name, product.opType) = ("product", "Gemm")
    (product.input, product.output) = (["x", "w", "bias"], ["y"])
    var transposed = ONNXAttributeProto()
    (transposed.name, transposed.type, transposed.i) = ("transB", 2, 1)
    product.attribute = [transposed]
    var constant = ONNXNodeProto()
    (constant.name, constant.opType, constant.output) = ("constant", "Constant", ["c"])
    var value = ONNXAttributeProto()
    (value.name, value.type) = ("value", 4)
    value.t = tensor("", bytes)
    constant.attribute = [value]
    var sum = ONNXNodeProto()
    (sum.name, sum.opType, sum.input, sum.output) = ("sum", "ReduceSum", ["c"], ["bias"])
    var axes = ONNXAttributeProto()
    (axes.name, axes.type, axes.ints) = ("axes", 7, [1])
    var keeps = ONNXAttributeProto()
    (keeps.name, keeps.type, keeps.i) = ("keepdims", 2, 0)
    sum.attribute = [axes, keeps]
    var graph = ONNXGraphProto()
    graph.node = [constant, sum, product]
    graph.initializer = [tensor("w", bytes)]
    graph.input = [info("x", [1, count / 4])]
    graph.output = [info("y", [1, 4])]
    var model = ONNXModelProto()
    model.irVersion = 8
    var set = ONNXOperatorSetIdProto()
    set.version = 11
    model.opsetImport = [set]
    model.graph = graph
    return model
  }

  private func opened(_ data: Data, as name: String = "net.onnx") throws -> Tensor {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: name)
      try data.write(to: url)
      let network = try ONNXFormat.read(url).converted(to: .float64)
      return try network(Tensor.full([1, Self.count / 4], 0.5, dtype: .float64))
    }
  }

  @Test func `What is parsed is small, and the network the same`() throws {
    let data: Data = try Self.model().serializedBytes()
    let left = ONNXLargeTensors.leftOut(of: data, in: "net.onnx")
    #expect(left.count < 1000)
    let parsed = try ONNXModelProto(serializedBytes: left)
    #expect(parsed.graph.initializer[0].dataLocation == 1)
    #expect(!parsed.graph.initializer[0].hasRawData)
    #expect(parsed.graph.node[0].attribute[0].t.dataLocation == 1)
    #expect(parsed.graph.node[1] == Self.model().graph.node[1])

    let sums = (0..<4).map { row in
      Self.floats[row * Self.count / 4..<(row + 1) * Self.count / 4].reduce(0) { $0 + Double($1) }
    }
    let wanted = try Tensor(sums.map { 1.5 * $0 }, shape: [1, 4])
    try expectClose(opened(data), wanted, relative: 1e-12)
    // A name that no location of other data may have.
    try expectClose(opened(data, as: #"a\b.onnx"#), wanted, relative: 1e-12)
  }

  @Test func `A file behind a link is read`() throws {
    try Fixture.withTemporaryFolder { folder in
      let (real, link) = (folder.appending(path: "blobs"), folder.appending(path: "models"))
      for place in [real, link] {
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      }
      let data: Data = try Self.model().serializedBytes()
      try data.write(to: real.appending(path: "0af3"))
      let url = link.appending(path: "net.onnx")
      try FileManager.default.createSymbolicLink(
        at: url, withDestinationURL: real.appending(path: "0af3"))
      let input = try Tensor.full([1, Self.count / 4], 0.5)
      #expect(try ONNXFormat.read(url)(input).shape == [1, 4])
    }
  }

  @Test(arguments: [10, 16] as [Int32])
  func `Halves are read from the file`(type: Int32) throws {
    var model = Self.model()
    let halves = Self.floats.map {
      type == 10 ? Float16($0).bitPattern : UInt16($0.bitPattern >> 16)
    }
    model.graph.initializer[0] = Self.tensor(
      "w", of: type, halves.withUnsafeBytes { Data($0) })
    try expectClose(
      opened(model.serializedBytes()), opened(Self.model().serializedBytes()), relative: 1e-12)
  }

  @Test func `A size that is not that of the shape is named`() throws {
    var model = Self.model()
    model.graph.initializer[0].rawData.removeLast(4)
    let error = try #require(throws: InterpretabilityError.self) {
      try opened(model.serializedBytes())
    }
    #expect(error.message.contains("needs 160000 bytes, found 159996"))
  }

  @Test func `Places beyond the file are refused`() throws {
    for (offset, length) in [("1000000", "160000"), ("-8", "160000"), ("x", "160000"), ("0", "")] {
      var model = Self.model()
      model.graph.initializer[0].clearRawData()
      model.graph.initializer[0].dataLocation = 1
      model.graph.initializer[0].externalData = [
        ("location", "net.onnx"), ("offset", offset), ("length", length),
      ].map { key, value in
        var entry = ONNXStringStringEntryProto()
        (entry.key, entry.value) = (key, value)
        return entry
      }
      let error = try #require(throws: InterpretabilityError.self) {
        try opened(model.serializedBytes())
      }
      #expect(error.message.contains("its place in the file is impossible"))
    }
  }

  @Test func `Damaged files are left as they are`() throws {
    let data: Data = try Self.model().serializedBytes()
    for count in [data.count - 1, data.count / 2, 70_000] {
      let damaged = Data(data.prefix(count))
      #expect(ONNXLargeTensors.leftOut(of: damaged, in: "net.onnx") == damaged)
      #expect(throws: InterpretabilityError.self) { try opened(damaged) }
    }
  }
}
