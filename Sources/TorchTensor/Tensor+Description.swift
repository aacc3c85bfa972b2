extension Tensor: CustomStringConvertible {
  /// Type and shape, and the values of small tensors.
  public var description: String {
    let head = "\(dtype) \(shape)"
    guard count <= 16, let values = try? doubles() else { return head }
    return "\(head) \(values)"
  }
}
