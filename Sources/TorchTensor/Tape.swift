internal import CTorch

/// One recorded application of a function, and its transposed Jacobian.
///
/// ```swift
/// let tape = try Tape([x]) { try $0[0].relu() }
/// let gradient = try tape.pullback(seed)[0]     // ∂relu(x)/∂x ᵀ · seed
/// ```
///
/// Only what descends from `inputs` is recorded: weights that a body closes over cost nothing. Inputs
/// of whole numbers have no derivative.
public struct Tape: Sendable {
  /// The function's value, not recorded any further.
  public let output: Tensor
  private let recorded: Tensor
  private let leaves: [Tensor]

  /// Applies `body` to `inputs` and records what it does.
  public init(
    _ inputs: [Tensor], _ body: ([Tensor]) throws -> Tensor
  ) throws {
    let leaves = try inputs.map { $0.dtype.isFloatingPoint ? try $0.leaf() : $0 }
    recorded = try body(leaves)
    output = try recorded.detached()
    self.leaves = leaves
  }

  /// `Jᵀ · cotangent` for each input; zeros where the output does not depend on one.
  ///
  /// - Parameter cotangent: A tensor of the output's shape.
  /// - Returns: One tensor for each input, of its shape.
  /// - Throws: ``TorchError`` when the shapes differ.
  public func pullback(_ cotangent: Tensor) throws(TorchError) -> [Tensor] {
    let real = leaves.indices.filter { leaves[$0].dtype.isFloatingPoint }
    let pointers: [OpaquePointer?] = unsafe real.map { unsafe leaves[$0].handle.pointer }
    var found = unsafe [OpaquePointer?](repeating: nil, count: real.count)
    let message = unsafe withExtendedLifetime(leaves) {
      unsafe ctorch_pullback(
        recorded.handle.pointer, cotangent.handle.pointer, pointers, Int64(real.count), &found)
    }
    var gradients = unsafe [OpaquePointer?](repeating: nil, count: leaves.count)
    for (position, index) in real.enumerated() { unsafe gradients[index] = unsafe found[position] }
    let shapes = [recorded.shape, cotangent.shape]
    if let failure = unsafe TorchError("pullback", message, shapes: shapes) { throw failure }
    var result: [Tensor] = []
    for (index, leaf) in leaves.enumerated() {
      if let pointer = unsafe gradients[index] {
        unsafe result.append(Tensor(handle: Tensor.Handle(pointer)))
      } else {
        try result.append(leaf.detached().zerosLike())
      }
    }
    return result
  }
}

extension Tensor {
  func leaf() throws(TorchError) -> Tensor {
    try unsafe .produced(by: "leaf", shapes: [shape]) {
      unsafe ctorch_leaf(handle.pointer, $0)
    }
  }

  func detached() throws(TorchError) -> Tensor {
    try unsafe .produced(by: "detached", shapes: [shape]) {
      unsafe ctorch_detached(handle.pointer, $0)
    }
  }
}
