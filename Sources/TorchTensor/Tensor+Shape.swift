/// Views and rearrangements.
extension Tensor {
  /// The same elements in another shape; one extent may be -1.
  public func reshaped(_ shape: [Int]) throws(TorchError) -> Tensor {
    try .call("aten::reshape", .tensor(self), .ints(shape))
  }

  /// All axes from `start` on as one.
  public func flattened(from start: Int = 0) throws(TorchError) -> Tensor {
    try .call("aten::flatten.using_ints", .tensor(self), .int(start))
  }

  /// Two axes exchanged.
  public func transposed(_ first: Int, _ second: Int) throws(TorchError) -> Tensor {
    try .call("aten::transpose.int", .tensor(self), .int(first), .int(second))
  }

  /// The axes in another order.
  public func permuted(_ order: [Int]) throws(TorchError) -> Tensor {
    try .call("aten::permute", .tensor(self), .ints(order))
  }

  /// The part `range` of `axis`.
  public func narrowed(axis: Int, to range: Range<Int>) throws(TorchError) -> Tensor {
    try .call(
      "aten::narrow", .tensor(self), .int(axis), .int(range.lowerBound), .int(range.count))
  }

  /// The slice at `index` of `axis`, which disappears.
  public func selected(axis: Int, index: Int) throws(TorchError) -> Tensor {
    try .call("aten::select.int", .tensor(self), .int(axis), .int(index))
  }

  /// With a new axis of extent 1.
  public func unsqueezed(_ axis: Int) throws(TorchError) -> Tensor {
    try .call("aten::unsqueeze", .tensor(self), .int(axis))
  }

  /// Broadcast to `shape` without copying.
  public func expanded(to shape: [Int]) throws(TorchError) -> Tensor {
    try .call("aten::expand", .tensor(self), .ints(shape))
  }

  /// The elements of each sample `count` times in a row: `[N, …]` becomes `[N·count, …]`.
  public func repeatedInterleaving(_ count: Int) throws(TorchError) -> Tensor {
    try .call("aten::repeat_interleave.self_int", .tensor(self), .int(count), .int(0))
  }

  /// The tensors one after the other along `axis`.
  public static func concatenated(
    _ tensors: [Tensor], axis: Int
  ) throws(TorchError) -> Tensor {
    try .call("aten::cat", .tensors(tensors), .int(axis))
  }

  /// A vector viewed so that it broadcasts along `axis` of a tensor of `rank` axes.
  public func aligned(toAxis axis: Int, rank: Int) throws(TorchError) -> Tensor {
    var shape = [Int](repeating: 1, count: rank)
    shape[axis] = -1
    return try reshaped(shape)
  }
}

/// Type, device and filled tensors.
extension Tensor {
  /// The elements as another type.
  public func converted(to dtype: DType) throws(TorchError) -> Tensor {
    guard dtype != self.dtype else { return self }
    return try .call("aten::to.dtype", .tensor(self), .dtype(dtype))
  }

  /// Zeros of the same shape, type and device.
  public func zerosLike() throws(TorchError) -> Tensor {
    try .call("aten::zeros_like", .tensor(self))
  }

  /// Ones of the same shape, type and device.
  public func onesLike() throws(TorchError) -> Tensor {
    try .call("aten::ones_like", .tensor(self))
  }

  /// A tensor filled with one number.
  public static func full(
    _ shape: [Int], _ value: Double, dtype: DType = .float32
  ) throws(TorchError) -> Tensor {
    try .call("aten::full", .ints(shape), .double(value), .dtype(dtype))
  }
}
