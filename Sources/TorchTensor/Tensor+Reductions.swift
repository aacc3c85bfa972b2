/// Reductions over some axes, or over all.
extension Tensor {
  /// The sum of all elements.
  public func sum() throws(TorchError) -> Tensor { try .call("aten::sum", .tensor(self)) }

  /// The sum over `axes`, which stay with extent 1 if `keepingAxes`.
  public func sum(over axes: [Int], keepingAxes: Bool = false) throws(TorchError) -> Tensor {
    guard !axes.isEmpty else { return self }
    return try .call("aten::sum.dim_IntList", .tensor(self), .ints(axes), .bool(keepingAxes))
  }

  /// The mean over `axes`, which stay with extent 1 if `keepingAxes`.
  public func mean(over axes: [Int], keepingAxes: Bool = false) throws(TorchError) -> Tensor {
    guard !axes.isEmpty else { return self }
    return try .call("aten::mean.dim", .tensor(self), .ints(axes), .bool(keepingAxes))
  }

  /// The largest element along `axes`.
  public func maximum(over axes: [Int], keepingAxes: Bool = false) throws(TorchError) -> Tensor {
    try .call("aten::amax", .tensor(self), .ints(axes), .bool(keepingAxes))
  }

  /// The smallest element along `axes`.
  public func minimum(over axes: [Int], keepingAxes: Bool = false) throws(TorchError) -> Tensor {
    try .call("aten::amin", .tensor(self), .ints(axes), .bool(keepingAxes))
  }

  /// The sum over everything but the first axis: one number for each sample of a batch.
  public func sumPerSample() throws(TorchError) -> Tensor {
    try sum(over: Array(1..<max(rank, 1)))
  }

  /// The index of the largest element along `axis`; the first one on ties.
  public func indexOfMaximum(along axis: Int) throws(TorchError) -> Tensor {
    try .call("aten::argmax", .tensor(self), .int(axis))
  }

  /// `exp(x) / Σ exp(x)` along `axis`.
  public func softmax(along axis: Int) throws(TorchError) -> Tensor {
    try .call("aten::softmax.int", .tensor(self), .int(axis))
  }

  /// `√Σ x²` over all elements.
  public func norm() throws(TorchError) -> Double {
    try converted(to: .float64).squared().sum().item().squareRoot()
  }
}
