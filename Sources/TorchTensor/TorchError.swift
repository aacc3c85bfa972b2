/// What the tensor library refused to do, and why.
public struct TorchError: Error, Sendable, CustomStringConvertible {
  /// The operator or step that failed, such as `aten::conv2d`.
  public let operation: String
  /// The reason, in one line.
  public let message: String
  /// Shapes of the tensors that took part, in the order of the arguments.
  public let shapes: [[Int]]

  /// Creates an error.
  public init(operation: String, message: String, shapes: [[Int]] = []) {
    self.operation = operation
    self.message = message
    self.shapes = shapes
  }

  public var description: String {
    let suffix =
      shapes.isEmpty
      ? "" : " (tensors of shape \(shapes.map(\.description).joined(separator: ", ")))"
    return "\(operation): \(message)\(suffix)"
  }
}
