/// Elementwise arithmetic; shapes broadcast as in NumPy.
extension Tensor {
  public static func + (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    try .call("aten::add.Tensor", .tensor(left), .tensor(right))
  }

  public static func - (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    try .call("aten::sub.Tensor", .tensor(left), .tensor(right))
  }

  public static func * (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    try .call("aten::mul.Tensor", .tensor(left), .tensor(right))
  }

  public static func / (left: Tensor, right: Tensor) throws(TorchError) -> Tensor {
    try .call("aten::div.Tensor", .tensor(left), .tensor(right))
  }

  public static func + (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    try .call("aten::add.Scalar", .tensor(left), .double(right))
  }

  public static func - (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    try .call("aten::sub.Scalar", .tensor(left), .double(right))
  }

  public static func * (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    try .call("aten::mul.Scalar", .tensor(left), .double(right))
  }

  public static func / (left: Tensor, right: Double) throws(TorchError) -> Tensor {
    try .call("aten::div.Scalar", .tensor(left), .double(right))
  }

  public static func + (left: Double, right: Tensor) throws(TorchError) -> Tensor {
    try right + left
  }

  public static func - (left: Double, right: Tensor) throws(TorchError) -> Tensor {
    try .call("aten::rsub.Scalar", .tensor(right), .double(left))
  }

  public static func * (left: Double, right: Tensor) throws(TorchError) -> Tensor {
    try right * left
  }

  /// The elements with the opposite sign.
  public func negated() throws(TorchError) -> Tensor { try .call("aten::neg", .tensor(self)) }

  /// The magnitude of each element.
  public func magnitude() throws(TorchError) -> Tensor { try .call("aten::abs", .tensor(self)) }

  /// The square of each element.
  public func squared() throws(TorchError) -> Tensor { try self * self }

  /// The square root of each element.
  public func squareRoot() throws(TorchError) -> Tensor { try .call("aten::sqrt", .tensor(self)) }

  /// Each element or `minimum`, whichever is larger.
  public func clamped(min minimum: Double) throws(TorchError) -> Tensor {
    try .call("aten::clamp_min", .tensor(self), .double(minimum))
  }

  /// Each element or `maximum`, whichever is smaller.
  public func clamped(max maximum: Double) throws(TorchError) -> Tensor {
    try .call("aten::clamp_max", .tensor(self), .double(maximum))
  }

  /// The positive part, `x⁺ = max(x, 0)`.
  public func positivePart() throws(TorchError) -> Tensor { try clamped(min: 0) }

  /// The negative part, `x⁻ = min(x, 0)`.
  public func negativePart() throws(TorchError) -> Tensor { try clamped(max: 0) }
}

/// Comparisons; results are tensors of `bool`.
extension Tensor {
  /// Whether each element exceeds `number`.
  public func isGreater(than number: Double) throws(TorchError) -> Tensor {
    try .call("aten::gt.Scalar", .tensor(self), .double(number))
  }

  /// Whether each element is below `number`.
  public func isLess(than number: Double) throws(TorchError) -> Tensor {
    try .call("aten::lt.Scalar", .tensor(self), .double(number))
  }

  /// Whether each element equals `number`.
  public func isEqual(to number: Double) throws(TorchError) -> Tensor {
    try .call("aten::eq.Scalar", .tensor(self), .double(number))
  }

  /// Whether each element differs from `number`.
  public func isNotEqual(to number: Double) throws(TorchError) -> Tensor {
    try .call("aten::ne.Scalar", .tensor(self), .double(number))
  }

  /// Each element where `mask` is true, `other` elsewhere.
  public func selected(where mask: Tensor, otherwise other: Double) throws(TorchError) -> Tensor {
    try .call("aten::where.ScalarOther", .tensor(mask), .tensor(self), .double(other))
  }

  /// Each element where `mask` is true, that of `other` elsewhere.
  public func selected(where mask: Tensor, otherwise other: Tensor) throws(TorchError) -> Tensor {
    try .call("aten::where.self", .tensor(mask), .tensor(self), .tensor(other))
  }

  /// Whether every element is a finite number.
  public func isFinite() throws(TorchError) -> Bool {
    guard dtype.isFloatingPoint, count > 0 else { return true }
    // One pass without a temporary tensor: a sum is finite only if no element is NaN or infinite;
    // a sum that overflowed is looked at again.
    if try sum().item().isFinite { return true }
    return try Tensor.call("aten::all", .tensor(.call("aten::isfinite", .tensor(self)))).item() != 0
  }
}
