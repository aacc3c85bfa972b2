import Testing
import TorchTensor

/// The operators that rules are made of, against their formulas element by element.
@Suite struct RelevanceOperatorTests {
  private static func numbers(_ shape: [Int], _ seed: Int, dtype: DType) throws -> Tensor {
    let count = shape.reduce(1, *)
    // Zeros among them.
    return try Tensor(
      (0..<count).map { Double((($0 + seed) * 7919) % 23) / 4 - 2.75 + ($0 % 5 == 0 ? 0 : 0.5) }
        .map { abs($0) < 0.3 ? 0 : $0 }, shape: shape, dtype: dtype)
  }

  @Test(
    arguments: [[2, 32, 3, 5], [3, 10], [1, 4, 6], [2, 3, 2, 3, 2]], [DType.float64, .float32])
  func share(shape: [Int], dtype: DType) throws {
    let r = try Self.numbers(shape, 1, dtype: dtype)
    let z = try Self.numbers(shape, 2, dtype: dtype)
    let gate = try Self.numbers(shape, 3, dtype: dtype)
    let hasBias = shape.count == 2 || shape.count == 4
    let bias = hasBias ? try Self.numbers([shape[1]], 4, dtype: dtype) : nil
    let inner = shape.dropFirst(2).reduce(1, *)
    let (rs, zs, gs) = try (r.doubles(), z.doubles(), gate.doubles())
    for epsilon in [0, 0.25] {
      for hasGate in [false, true] {
        let results = try Tensor.tensors(
          of: "nni::share",
          [
            .tensor(r), .tensor(z), .optional(bias), .double(epsilon),
            .optional(hasGate ? gate : nil),
          ])
        var c = [Double](repeating: 0, count: rs.count)
        var sums = [[Double]](repeating: [Double](repeating: 0, count: shape[0]), count: 4)
        for index in rs.indices {
          let sample = index / (rs.count / shape[0])
          let moved = zs[index] + (zs[index] < 0 ? -epsilon : epsilon)
          let isOpen = !hasGate || gs[index] > 0
          if isOpen, moved != 0 { c[index] = rs[index] / moved }
          sums[0][sample] += (isOpen ? rs[index] : 0) - c[index] * zs[index]
          if let bias {
            sums[1][sample] += c[index] * (try bias.doubles()[index / inner % shape[1]])
          }
          if hasGate, gs[index] == 0 { sums[2][sample] += rs[index] }
          if hasGate, gs[index] < 0 { sums[3][sample] += abs(rs[index]) }
        }
        let tolerance = dtype == .float64 ? 1e-11 : 1e-3
        #expect(zip(try results[0].doubles(), c).allSatisfy { abs($0 - $1) < tolerance })
        #expect(
          zip(try results[1].doubles(), sums.flatMap { $0 }).allSatisfy {
            abs($0 - $1) < tolerance * 10
          })
      }
    }
  }

  @Test func productsAndDifferences() throws {
    let shape = [2, 3, 4]
    let (a, b, c) = try (
      Self.numbers(shape, 1, dtype: .float64), Self.numbers(shape, 2, dtype: .float64),
      Self.numbers(shape, 3, dtype: .float64)
    )
    let product = try Tensor.call(
      "nni::weighted_product", .tensor(a), .tensor(b), .double(2), .tensor(c), .double(-3))
    #expect(try product.doubles() == (a * (b * 2 + c * -3)).doubles())
    let left = try Tensor.call("nni::remainder", .tensor(a), .tensor(b))
    #expect(try left.doubles() == (a - b).doubles())
    // What rounding leaves of equal sums counts as nothing.
    let almost = try Tensor.call("nni::remainder", .tensor(a * (1 + 1e-15)), .tensor(a))
    #expect(try almost.magnitude().sum().item() == 0)
    let results = try Tensor.results(of: "nni::has_negative", [.tensor(a)])
    guard case .bool(true)? = results.first else {
      Issue.record("\(results)")
      return
    }
  }

  @Test(arguments: [true, false]) func rescale(hasDerivative: Bool) throws {
    let x = try Tensor([1.0, -1, 2, 0.5, 3], shape: [1, 5])
    let x0 = try Tensor([0.0, -1, -2, 0.5, 3], shape: [1, 5])
    let (y, y0) = try (x.positivePart(), x0.positivePart())
    let m = try Tensor([2.0, 3, 4, 5, 6], shape: [1, 5])
    let derivative = try Tensor([9.0, 8, 7, 6, 5], shape: [1, 5])
    let got = try Tensor.call(
      "nni::rescale", .tensor(m), .tensor(x), .tensor(x0), .tensor(y), .tensor(y0), .double(1e-9),
      .optional(hasDerivative ? derivative : nil))
    // Without a derivative that of a ReLU: 1 where x is positive.
    #expect(try got.doubles() == (hasDerivative ? [2, 8, 2, 6, 5] : [2, 0, 2, 5, 6]))
  }

  /// Windows looked at one after the other, positions in the order of memory.
  @Test(arguments: [
    ([3, 3], [2, 2], [1, 1], [1, 1]), ([2, 2], [2, 2], [0, 0], [1, 1]),
    ([2, 3], [1, 2], [0, 1], [2, 1]),
  ])
  func maxPoolDifference(kernel: [Int], stride: [Int], padding: [Int], dilation: [Int]) throws {
    let (height, width) = (7, 6)
    for channels in [3, 32] {
      let shape = [2, channels, height, width]
      let x = try Self.numbers(shape, 1, dtype: .float64)
      let x0 = try Self.numbers(shape, 5, dtype: .float64)
      let pooled = try Tensor.call(
        "aten::max_pool2d", .tensor(x), .ints(kernel), .ints(stride), .ints(padding),
        .ints(dilation))
      let m = try Self.numbers(pooled.shape, 9, dtype: .float64)
      let got = try Tensor.call(
        "nni::max_pool_difference", .tensor(m), .tensor(x), .tensor(x0), .ints(kernel),
        .ints(stride), .ints(padding), .ints(dilation), .double(1e-12))
      let (a, b, multipliers) = try (x.doubles(), x0.doubles(), m.doubles())
      var parts = [Double](repeating: 0, count: a.count)
      var pulled = parts
      let (rows, columns) = (pooled.shape[2], pooled.shape[3])
      for output in multipliers.indices {
        let (plane, place) = output.quotientAndRemainder(dividingBy: rows * columns)
        let corner = [
          place / columns * stride[0] - padding[0], place % columns * stride[1] - padding[1],
        ]
        let window = (0..<kernel[0]).flatMap { i in
          (0..<kernel[1]).compactMap { j -> Int? in
            let (row, column) = (corner[0] + i * dilation[0], corner[1] + j * dilation[1])
            guard (0..<height).contains(row), (0..<width).contains(column) else { return nil }
            return (plane * height + row) * width + column
          }
        }
        let winner = window.reduce(window[0]) { a[$1] > a[$0] ? $1 : $0 }
        let former = window.reduce(window[0]) { best, next in
          b[next] > b[best] || b[next] == b[best] && a[next] > a[best] ? next : best
        }
        let larger = max(a[winner], b[former])
        parts[winner] += (larger - b[former]) * multipliers[output]
        parts[former] += (a[winner] - larger) * multipliers[output]
        pulled[winner] += multipliers[output]
      }
      let wanted = a.indices.map { index in
        abs(a[index] - b[index]) > 1e-12 ? parts[index] / (a[index] - b[index]) : pulled[index]
      }
      #expect(zip(try got.doubles(), wanted).allSatisfy { abs($0 - $1) < 1e-10 })
    }
  }

  @Test func denseLayersOfAnyNumberOfRows() throws {
    let weight = try Self.numbers([7, 5], 1, dtype: .float32)
    let bias = try Self.numbers([7], 2, dtype: .float32)
    for rows in 1...5 {
      let input = try Self.numbers([rows, 5], 3, dtype: .float32)
      func double(_ tensor: Tensor) throws -> Tensor { try tensor.converted(to: .float64) }
      let tape = try Tape([double(input)]) {
        try .call("aten::linear", .tensor($0[0]), .tensor(double(weight)), .tensor(double(bias)))
      }
      let fast = try Tape([input]) {
        try .call("nni::linear", .tensor($0[0]), .tensor(weight), .tensor(bias))
      }
      let cotangent = try Self.numbers([rows, 7], 4, dtype: .float32)
      let pairs = try [
        (fast.output, tape.output),
        (fast.pullback(cotangent)[0], tape.pullback(double(cotangent))[0]),
      ]
      for (got, wanted) in pairs {
        #expect(got.shape == wanted.shape)
        #expect(zip(try got.doubles(), try wanted.doubles()).allSatisfy { abs($0 - $1) < 1e-4 })
      }
    }
  }
}
