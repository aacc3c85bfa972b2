import Foundation
import Testing
import TorchTensor

@Suite struct TensorTests {
  @Test func keepsElementsShapeAndType() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.dtype == .float32)
    #expect(tensor.device == .cpu)
    #expect(try tensor.elements(as: Int64.self) == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.transposed(0, 1).doubles() == [1, 4, 2, 5, 3, 6])
  }

  @Test(arguments: DType.allCases) func bytesGoInAndComeOut(dtype: DType) throws {
    let tensor = try Tensor([0, 1, 1, 0], shape: [2, 2], dtype: dtype)
    let data = try tensor.data()
    #expect(data.count == 4 * dtype.byteCount)
    let again = try Tensor(data: data, shape: [2, 2], dtype: dtype)
    #expect(try again.doubles() == [0, 1, 1, 0])
  }

  @Test func aShapeThatDoesNotFitIsRefused() {
    #expect(throws: TorchError.self) { try Tensor([1, 2, 3], shape: [2, 2]) }
    #expect(throws: TorchError.self) { try Tensor([1, 2, 3], shape: [-3]) }
    #expect(throws: TorchError.self) {
      try Tensor(data: Data(count: 7), shape: [2], dtype: .float32)
    }
  }

  @Test func emptyTensorsAreTensors() throws {
    let empty = try Tensor([Double](), shape: [0, 3])
    #expect(empty.count == 0)
    #expect(try empty.doubles().isEmpty)
    #expect(try empty.isFinite())
  }

  @Test func nothingChangesATensor() throws {
    let tensor = try Tensor([1, -2], shape: [2])
    _ = try tensor.positivePart() + 5
    _ = try Tape([tensor]) { try $0[0] * 2 }.pullback(tensor)
    #expect(try tensor.doubles() == [1, -2])
  }

  @Test func infinityAndNaNAreFound() throws {
    #expect(try Tensor([1, 2], shape: [2]).isFinite())
    #expect(try !Tensor([1, Double.nan], shape: [2]).isFinite())
    #expect(try !Tensor([Double.infinity, -.infinity], shape: [2]).isFinite())
    let huge = try Tensor([Float.greatestFiniteMagnitude, .greatestFiniteMagnitude], shape: [2])
    #expect(try huge.isFinite())
  }

  @Test func aDeviceThatIsNotThereIsAnError() throws {
    let tensor = try Tensor([1, 2], shape: [2])
    let error = #expect(throws: TorchError.self) { try tensor.moved(to: Device("nowhere:0")) }
    #expect(error?.description.contains("\n") == false)
  }
}
