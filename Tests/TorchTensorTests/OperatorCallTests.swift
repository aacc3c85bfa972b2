import Testing
import TorchTensor

@Suite struct OperatorCallTests {
  @Test func missingArgumentsTakeTheSchemasDefaults() throws {
    let tensor = try Tensor([3, 1, 2], shape: [3])
    let sorted = try Tensor.tensors(of: "aten::sort", [.tensor(tensor)])
    #expect(try sorted[0].doubles() == [1, 2, 3])
    #expect(try sorted[1].doubles() == [1, 2, 0])
  }

  @Test func listsGoInAndComeOut() throws {
    let tensor = try Tensor([1, 2, 3, 4], shape: [4])
    let parts = try Tensor.tensors(
      of: "aten::split_with_sizes", [.tensor(tensor), .ints([1, 3]), .int(0)])
    #expect(parts.map(\.shape) == [[1], [3]])
    #expect(try Tensor.concatenated(parts, axis: 0).doubles() == [1, 2, 3, 4])
  }

  @Test func numbersComeOut() throws {
    let tensor = try Tensor([1, 2], shape: [2])
    let results = try Tensor.results(of: "aten::equal", [.tensor(tensor), .tensor(tensor)])
    guard case .bool(true) = results[0] else {
      Issue.record("aten::equal gave \(results)")
      return
    }
  }

  @Test func refusalsNameOperatorAndShapesInOneLine() throws {
    let image = try Tensor.full([1, 3, 4, 4], 1)
    let weight = try Tensor.full([2, 5, 3, 3], 1)
    let error = #expect(throws: TorchError.self) {
      try Tensor.call("aten::conv2d", .tensor(image), .tensor(weight))
    }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("aten::conv2d: "))
    #expect(text.contains("[1, 3, 4, 4], [2, 5, 3, 3]"))
    #expect(!text.contains("\n"))
  }

  @Test func unknownOperatorsAndArgumentsAreErrors() throws {
    let tensor = try Tensor([1, 2], shape: [2])
    #expect(throws: TorchError.self) { try Tensor.call("aten::no_such_thing", .tensor(tensor)) }
    #expect(throws: TorchError.self) {
      try Tensor.call("aten::relu", .tensor(tensor), .int(1), .int(2))
    }
    #expect(throws: TorchError.self) { try Tensor.call("aten::add.Tensor", .tensor(tensor)) }
    #expect(throws: TorchError.self) {
      try Tensor.call("aten::add.Tensor", .tensor(tensor), .string("two"))
    }
  }
}
