import NNIGraph
import NNITestSupport
import Testing
import TorchTensor

/// Products in float32, which have kernels of their own, against those of libtorch in float64.
struct MatrixProductTests {
  /// A tensor of extents that lies in memory in another order, or repeats along axes.
  struct Form: Sendable, CustomTestStringConvertible {
    var left: [Int]
    var right: [Int]
    var swapsLeft = false
    var swapsRight = false
    /// What each is expanded to; empty for nothing.
    var expandedLeft: [Int] = []
    var expandedRight: [Int] = []
    var testDescription: String {
      "\(left)\(swapsLeft ? "ᵀ" : "")\(expandedLeft) \(right)\(swapsRight ? "ᵀ" : "")\(expandedRight)"
    }
  }

  static let forms = [
    Form(left: [40, 60], right: [60, 50]), Form(left: [1, 60], right: [60, 50]),
    Form(left: [60, 40], right: [50, 60], swapsLeft: true, swapsRight: true),
    Form(left: [3, 40, 60], right: [60, 50]), Form(left: [40, 60], right: [3, 60, 50]),
    Form(left: [2, 3, 40, 16], right: [2, 3, 40, 16], swapsRight: true),
    Form(left: [2, 1, 40, 16], right: [5, 16, 30]), Form(left: [1, 40, 1], right: [6, 1, 30]),
    Form(left: [1, 40, 60], right: [1, 60, 50], expandedRight: [4, 60, 50]),
    Form(left: [1, 40, 60], right: [4, 60, 50], expandedLeft: [4, 40, 60]),
    Form(
      left: [1, 40, 60], right: [1, 60, 50], expandedLeft: [4, 40, 60], expandedRight: [4, 60, 50]),
    Form(left: [2, 0, 4], right: [2, 4, 3]), Form(left: [7], right: [7, 3]),
  ]

  private func factors(_ form: Form, _ type: DType) throws -> (Tensor, Tensor) {
    var numbers = SeededNumbers(4)
    func factor(_ shape: [Int], _ swaps: Bool, _ expanded: [Int]) throws -> Tensor {
      var tensor = try numbers.tensor(shape).converted(to: type)
      if swaps { tensor = try tensor.transposed(shape.count - 2, shape.count - 1) }
      return expanded.isEmpty ? tensor : try tensor.expanded(to: expanded)
    }
    return (
      try factor(form.left, form.swapsLeft, form.expandedLeft),
      try factor(form.right, form.swapsRight, form.expandedRight)
    )
  }

  @Test(arguments: forms, ["nni::matrix_product", "aten::matmul"])
  func `Products are those of float64, and so are their derivatives`(
    form: Form, name: String
  ) throws {
    func results(_ type: DType) throws -> [Tensor] {
      let (left, right) = try factors(form, type)
      let tape = try Tape([left, right]) {
        try .call(name, .tensor($0[0]), .tensor($0[1]))
      }
      var numbers = SeededNumbers(8)
      let cotangent = try numbers.tensor(tape.output.shape).converted(to: type)
      return [tape.output] + (try tape.pullback(cotangent))
    }
    for (found, wanted) in zip(try results(.float32), try results(.float64)) {
      #expect(found.shape == wanted.shape)
      try expectClose(found.converted(to: .float64), wanted, relative: 1e-5)
    }
  }

  @Test(arguments: [1, 3, 20, 40], [false, true])
  func `Dense layers take any number of rows and any layout of weights`(
    rows: Int, isTransposed: Bool
  ) throws {
    var numbers = SeededNumbers(2)
    let weight =
      isTransposed
      ? try numbers.tensor([70, 90]).transposed(0, 1) : try numbers.tensor([90, 70])
    let (bias, input) = (try numbers.tensor([90]), try numbers.tensor([rows, 5, 70]))
    let cotangent = try numbers.tensor([rows, 5, 90])
    for axes in [[rows, 5], [rows * 5]] {
      func results(_ type: DType) throws -> [Tensor] {
        // A weight that changes is arranged anew.
        let layer = DenseLayer(
          weight: try weight.converted(to: type), bias: try bias.converted(to: type))
        let x = try input.reshaped(axes + [70]).converted(to: type)
        let g = try cotangent.reshaped(axes + [90]).converted(to: type)
        return [try layer.forward([x]), try layer.transposed(g, like: x)]
      }
      for (found, wanted) in zip(try results(.float32), try results(.float64)) {
        try expectClose(found.converted(to: .float64), wanted, relative: 1e-5)
      }
    }
  }

  /// A weight that has met many rows is arranged, which changes no bit; then it must not be taken for another at the same
  /// place.
  @Test func `Dense layers of long runs give what those of short ones do`() throws {
    var numbers = SeededNumbers(3)
    let input = try numbers.tensor([1 << 15, 24]).converted(to: .float32)
    for _ in 0..<3 {
      let weight = try numbers.tensor([40, 24])
      let layer = DenseLayer(weight: try weight.converted(to: .float32))
      let wanted = try DenseLayer(weight: weight).forward([input.converted(to: .float64)])
      let first = try layer.forward([input])
      try expectClose(first.converted(to: .float64), wanted, relative: 1e-5)
      for _ in 0..<3 {
        #expect(try (layer.forward([input]) - first).magnitude().sum().item() == 0)
      }
    }
  }

  @Test func `Factors that do not fit are refused`() throws {
    let left = try Tensor.full([40, 60], 1), right = try Tensor.full([50, 60], 1)
    #expect(throws: TorchError.self) {
      try Tensor.call("nni::matrix_product", .tensor(left), .tensor(right)) as Tensor
    }
  }
}
