import Testing
import TorchTensor

/// `nni::windows`, judged by reading one element after the other.
@Suite struct WindowsOperatorTests {
  private struct Place {
    let sample, row, column, patchRow, patchColumn: Int
  }

  private static let places = [
    Place(sample: 1, row: -2, column: 3, patchRow: 0, patchColumn: 4),
    Place(sample: 0, row: 2, column: -1, patchRow: 3, patchColumn: 1),
    Place(sample: 1, row: 4, column: 5, patchRow: 0, patchColumn: 0),
    Place(sample: 0, row: 9, column: -8, patchRow: 2, patchColumn: 2),
  ]
  private static let (channels, height, width) = (32, 6, 7)
  private static let size = (rows: 5, columns: 4)
  private static let patch = (rows: 2, columns: 3)

  private let record: [Double]
  private let patches: [Double]

  init() {
    let count = 2 * Self.channels * Self.height * Self.width
    record = (0..<count).map { Double($0) }
    patches = (0..<4 * Self.channels * 6).map { -1 - Double($0) }
  }

  private func expected(hasPatches: Bool) -> [Double] {
    Self.places.enumerated().flatMap { index, place in
      (0..<Self.channels).flatMap { channel in
        (0..<Self.size.rows).flatMap { i in
          (0..<Self.size.columns).map { j in
            let (row, column) = (place.row + i, place.column + j)
            guard (0..<Self.height).contains(row), (0..<Self.width).contains(column) else {
              return 0.5
            }
            let (y, x) = (row - place.patchRow, column - place.patchColumn)
            if hasPatches, (0..<Self.patch.rows).contains(y), (0..<Self.patch.columns).contains(x) {
              return patches[((index * Self.channels + channel) * 2 + y) * 3 + x]
            }
            return record[
              ((place.sample * Self.channels + channel) * Self.height + row) * Self.width + column]
          }
        }
      }
    }
  }

  @Test(arguments: [DType.float32, .float64], [0, 1, 2, 3])
  func cutsAndPastes(dtype: DType, form: Int) throws {
    let table = Self.places.flatMap {
      [$0.sample, $0.row, $0.column, $0.patchRow, $0.patchColumn].map { Int64($0) }
    }
    let shape = [2, Self.channels, Self.height, Self.width]
    let map = try Tensor(record, shape: shape).converted(to: dtype)
    let over = try Tensor(patches, shape: [4, Self.channels, 2, 3]).converted(to: dtype)
    let places = OperatorArgument.tensor(try Tensor(table, shape: [4, 5]))
    let size = [OperatorArgument.int(Self.size.rows), .int(Self.size.columns), .double(0.5)]
    let source = try form & 1 == 0 ? map : map.asConvolved()
    let bare = try Tensor.tensors(of: "nni::windows", [.tensor(source), places] + size)[0]
    // A handle knows that its channels are stored in blocks, and shows them in their order.
    #expect(bare.shape == [4, Self.channels, Self.size.rows, Self.size.columns])
    #expect(try bare.doubles() == expected(hasPatches: false))
    let changed = try form & 2 == 0 ? over : over.asConvolved()
    let pasted = try Tensor.tensors(
      of: "nni::windows", [.tensor(source), places] + size + [.tensor(changed)])[0]
    #expect(try pasted.doubles() == expected(hasPatches: true))
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let map = try Tensor.full([1, 2, 3, 3], 1)
    func cut(_ sample: Int64, _ patches: Tensor) throws -> Tensor {
      try .call(
        "nni::windows", .tensor(map), .tensor(Tensor([sample, 0, 0, 0, 0], shape: [1, 5])), .int(2),
        .int(2), .double(0), .tensor(patches))
    }
    let fitting = try Tensor.full([1, 2, 1, 1], 1)
    #expect(try cut(0, fitting).shape == [1, 2, 2, 2])
    #expect(throws: TorchError.self) { try cut(1, fitting) }
    #expect(throws: TorchError.self) { try cut(-1, fitting) }
    #expect(throws: TorchError.self) { try cut(0, Tensor.full([1, 3, 1, 1], 1)) }
    #expect(throws: TorchError.self) { try cut(0, Tensor.full([2, 2, 1, 1], 1)) }
    #expect(throws: TorchError.self) { try cut(0, Tensor.full([1, 2, 1, 1], 1, dtype: .float64)) }
  }
}
