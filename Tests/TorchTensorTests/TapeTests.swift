import Testing
import TorchTensor

@Suite struct TapeTests {
  @Test func pullsACotangentBackThroughAProduct() throws {
    let left = try Tensor([1, 2], shape: [2])
    let right = try Tensor([3, -4], shape: [2])
    let tape = try Tape([left, right]) { try $0[0] * $0[1] }
    #expect(try tape.output.doubles() == [3, -8])
    let seed = try Tensor([10, 100], shape: [2])
    let gradients = try tape.pullback(seed)
    #expect(try gradients[0].doubles() == [30, -400])
    #expect(try gradients[1].doubles() == [10, 200])
    // A tape may be read again.
    #expect(try tape.pullback(seed)[0].doubles() == [30, -400])
  }

  @Test func whatDoesNotDependHasAGradientOfZero() throws {
    let left = try Tensor([1, 2], shape: [2])
    let right = try Tensor([3, -4, 5], shape: [3])
    let tape = try Tape([left, right]) { try $0[0] * 2 }
    #expect(try tape.pullback(left.onesLike())[1].doubles() == [0, 0, 0])
    let constant = try Tape([left]) { _ in right }
    #expect(try constant.pullback(right)[0].doubles() == [0, 0])
  }

  @Test func maxPoolingSendsTiesToTheFirst() throws {
    let tensor = try Tensor([1, 1, 1, 1], shape: [1, 1, 2, 2])
    let tape = try Tape([tensor]) {
      try .call("aten::max_pool2d", .tensor($0[0]), .ints([2, 2]))
    }
    #expect(try tape.pullback(tape.output.onesLike())[0].doubles() == [1, 0, 0, 0])
  }

  /// Its strides are those of the row, which libtorch takes for contiguous.
  @Test func aColumnThatWasARowIsMultiplied() throws {
    let input = try Tensor.full([2, 6, 3], 1)
    let weight = try Tensor([1 as Float, 2, 3], shape: [1, 3])
    let tape = try Tape([input]) {
      try .call("nni::linear", .tensor($0[0]), .tensor(weight), .none)
    }
    let row = try Tensor((0..<12).map(Float.init), shape: [2, 1, 6])
    let gradient = try tape.pullback(row.transposed(1, 2))[0]
    #expect(
      try gradient.doubles() == (0..<12).flatMap { row in [1, 2, 3].map { Double(row) * $0 } })
  }

  @Test func aCotangentOfAnotherShapeIsRefused() throws {
    let tensor = try Tensor([1, 2], shape: [2])
    let tape = try Tape([tensor]) { try $0[0] * 2 }
    #expect(throws: TorchError.self) { try tape.pullback(Tensor([1], shape: [1])) }
  }
}
