/// The batch's extent in shapes that are computed while a file is read.
///
/// It stays open: a number that no shape holds stands for it, is carried along, and comes out where a
/// layer would have to know it.
enum BatchExtent {
  /// Stands for the batch's extent; fits an int32.
  static let marker = -1_651_470_947

  /// Whether a constant holds the batch's extent.
  static func isIn(_ tensor: Tensor) throws -> Bool {
    guard tensor.dtype == .int64 || tensor.dtype == .int32, tensor.count <= 4096 else {
      return false
    }
    return try tensor.elements(as: Int64.self).contains(Int64(marker))
  }

  /// The error of an operator that would have to know it.
  static func isNeeded(by node: OperatorNode) -> InterpretabilityError {
    node.unsupported(
      "it computes with the batch's extent, which stays open; export the network with fixed shapes")
  }
}
