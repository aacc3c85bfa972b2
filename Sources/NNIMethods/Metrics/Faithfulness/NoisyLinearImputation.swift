/// Missing pixels as weighted means of their neighbours, missing ones among them.
///
/// Each missing pixel is the mean of its up to eight neighbours inside the image, direct ones with weight 1/6 and
/// diagonal ones with 1/12 (divided by what the existing ones weigh together); all of these equations hold at once.
/// Then noise is added. The equations are solved by conjugate gradients, in float64, until the residual is
/// `1e-12` of the right-hand side: they are symmetric and positive definite as long as one pixel is known.
///
/// - Reference: Rong et al. 2022, *A Consistent and Efficient Evaluation Strategy for Attribution Methods*,
///   section 5 (`rong2022consistent`).
struct NoisyLinearImputation: Sendable {
  /// Weights of the 3 × 3 neighbours, row by row.
  static let weights: [Double] = [
    1.0 / 12, 1.0 / 6, 1.0 / 12, 1.0 / 6, 0, 1.0 / 6, 1.0 / 12, 1.0 / 6, 1.0 / 12,
  ]
  /// How small the residual becomes, as a share of the right-hand side.
  private static let tolerance = 1e-12

  private let neighbors: ConvolutionLayer

  init() throws {
    let kernel = try Tensor(Self.weights, shape: [1, 1, 3, 3])
    neighbors = ConvolutionLayer(weight: kernel, padding: [1, 1])
  }

  /// Images with their missing pixels filled in, without noise.
  ///
  /// - Parameters:
  ///   - image: `[1, C, H, W]`, float64.
  ///   - missing: 1 where a pixel is missing, else 0: `[m, 1, H, W]`, float64.
  /// - Returns: `[m, C, H, W]`; where nothing is known, zeros.
  /// - Throws: `CancellationError` when the task is cancelled.
  func filled(_ image: Tensor, _ missing: Tensor) throws -> Tensor {
    // One by one: small holes are settled much sooner than large ones, and one image stays near the processor.
    let images = try (0..<missing.shape[0]).map { row in
      try filled(image, alone: missing.narrowed(axis: 0, to: row..<(row + 1)))
    }
    return try .concatenated(images, axis: 0)
  }

  private func filled(_ image: Tensor, alone missing: Tensor) throws -> Tensor {
    let channels = image.shape[1]
    let rows = [channels, 1] + image.shape.suffix(2)
    let mask = try missing.expanded(to: image.shape).reshaped(rows)
    let known = try (image * (1 - missing)).reshaped(rows)
    // What the existing neighbours weigh: less at the border.
    let total = try neighbors.forward([known.onesLike()])
    let right = try neighbors.forward([known]) * mask
    func product(_ values: Tensor) throws -> Tensor {
      try (values * total - neighbors.forward([values])) * mask
    }
    return try (known + solve(right, product)).reshaped(image.shape)
  }

  /// Conjugate gradients for each row, all rows at once.
  private func solve(_ right: Tensor, _ product: (Tensor) throws -> Tensor) throws -> Tensor {
    let axes = [1, 2, 3]
    func dot(_ a: Tensor, _ b: Tensor) throws -> Tensor {
      try (a * b).sum(over: axes, keepingAxes: true)
    }
    var solution = try right.zerosLike()
    var (residual, direction) = (right, right)
    var square = try dot(right, right)
    let limit = try square * (Self.tolerance * Self.tolerance)
    // In exact arithmetic there are as many steps as unknowns at most.
    let most = 4 * (right.shape[2] + right.shape[3]) + right.shape[2] * right.shape[3]
    for step in 0..<most {
      if step % 16 == 0 {
        try Task.checkCancellation()
        let isLeft = try Tensor.call("aten::gt.Tensor", .tensor(square), .tensor(limit))
        if try Tensor.call("aten::any", .tensor(isLeft)).item() == 0 { return solution }
      }
      let image = try product(direction)
      let curvature = try dot(direction, image)
      // A row that is solved has nothing left: its step is 0.
      let isOpen = try curvature.isGreater(than: 0)
      let length = try (square / curvature).selected(where: isOpen, otherwise: 0)
      solution = try solution + direction * length
      residual = try residual - image * length
      let next = try dot(residual, residual)
      let turn = try (next / square).selected(where: square.isGreater(than: 0), otherwise: 0)
      direction = try residual + direction * turn
      square = next
    }
    return solution
  }
}
