@testable import NNIModels
import Testing

struct StridedTensorTests {
  private func tensor(
    _ shape: [Int], _ strides: [Int], offset: Int = 0, of count: Int = 24
  ) -> StridedTensor {
    let element = PyTorchElement.supported(.float32)
    return StridedTensor(
      storage: PyTorchStorage(
        key: "0", element: element, start: 0, byteCount: 4 * count, blockByteCount: 4 * count),
      element: element, offset: offset, shape: shape, strides: strides)
  }

  @Test func `The span reaches from the first to the last place`() throws {
    for (tensor, count, span, isContiguous) in [
      (tensor([2, 3, 4], [12, 4, 1]), 24, 24, true),
      (tensor([4, 6], [1, 4]), 24, 24, false),
      (tensor([2, 3], [3, 1], offset: 18), 6, 6, true),
      (tensor([1, 3], [99, 1], offset: 21), 3, 3, true),
      (tensor([5], [5]), 5, 21, false),
      (tensor([1000, 1000], [0, 0], offset: 23), 1_000_000, 1, false),
      (tensor([], []), 1, 1, true),
      (tensor([0, 7], [7, 1], offset: 100), 0, 0, true),
    ] {
      let extent = try tensor.extent()
      #expect(extent.count == count && extent.span == span)
      if count > 0 { #expect(tensor.isContiguous == isContiguous) }
    }
  }

  @Test func `What leaves its storage or overflows is refused`() throws {
    for tensor in [
      tensor([25], [1]), tensor([24], [1], offset: 1), tensor([1], [1], offset: 24),
      tensor([2], [24]), tensor([2], [-1], offset: 3), tensor([-1], [1]), tensor([2], [1, 1]),
      tensor([3], [.max]), tensor([2, 2], [.max, .max]), tensor([.max, .max], [0, 0]),
      tensor([1 << 32], [0]), tensor([1], [1], offset: -1), tensor([1], [1], offset: .max),
      tensor([1], [1], of: 0), tensor([2], [.max], offset: 1),
    ] {
      #expect(throws: InterpretabilityError.self) { try tensor.extent() }
    }
  }
}
