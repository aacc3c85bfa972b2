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
  /// The derivative, which lives without the value.
  package let derivative: Derivative

  /// Applies `body` to `inputs` and records what it does.
  public init(
    _ inputs: [Tensor], _ body: ([Tensor]) throws -> Tensor
  ) throws {
    let leaves = try inputs.map { $0.dtype.isFloatingPoint ? try $0.leaf() : $0 }
    let recorded = try body(leaves)
    output = try recorded.detached()
    derivative = try Derivative(of: recorded, by: leaves)
  }

  /// `Jᵀ · cotangent` for each input; zeros where the output does not depend on one.
  ///
  /// - Parameter cotangent: A tensor of the output's shape.
  /// - Returns: One tensor for each input, of its shape.
  /// - Throws: ``TorchError`` when the shapes differ.
  public func pullback(_ cotangent: Tensor) throws(TorchError) -> [Tensor] {
    try derivative.pullback(cotangent)
  }
}

/// The transposed Jacobian of one recorded application, which holds the values that it reads and no others.
package struct Derivative: Sendable {
  private let handle: Handle
  private let outputShape: [Int]
  /// Inputs of whole numbers, at their places; the derivative by each is zero.
  private let integers: [Tensor?]

  init(of output: Tensor, by leaves: [Tensor]) throws(TorchError) {
    integers = leaves.map { $0.dtype.isFloatingPoint ? nil : $0 }
    outputShape = output.shape
    let pointers: [OpaquePointer?] = unsafe leaves.filter(\.dtype.isFloatingPoint).map {
      unsafe $0.handle.pointer
    }
    var made: OpaquePointer?
    let message = unsafe withExtendedLifetime(leaves) {
      unsafe ctorch_tape(output.handle.pointer, pointers, Int64(pointers.count), &made)
    }
    if let failure = unsafe TorchError("tape", message) { throw failure }
    guard let made = unsafe made else {
      throw TorchError(operation: "tape", message: "gave no derivative")
    }
    handle = unsafe Handle(made)
  }

  /// `Jᵀ · cotangent` for each input.
  package func pullback(_ cotangent: Tensor) throws(TorchError) -> [Tensor] {
    var found = unsafe [OpaquePointer?](
      repeating: nil, count: integers.count(where: { $0 == nil }))
    let message = unsafe ctorch_pullback(handle.pointer, cotangent.handle.pointer, &found)
    var gradients = unsafe found.compactMap { unsafe $0 }.map { pointer in
      unsafe Tensor(handle: Tensor.Handle(pointer))
    }[...]
    let shapes = [outputShape, cotangent.shape]
    if let failure = unsafe TorchError("pullback", message, shapes: shapes) { throw failure }
    var result: [Tensor] = []
    for input in integers {
      if let input {
        try result.append(input.zerosLike())
      } else if let gradient = gradients.popFirst() {
        result.append(gradient)
      }
    }
    return result
  }

  @safe private final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe ctorch_tape_release(pointer) }
  }
}

extension Tensor {
  func leaf() throws(TorchError) -> Tensor {
    try unsafe .produced(by: "leaf", shapes: [shape]) {
      unsafe ctorch_leaf(handle.pointer, $0)
    }
  }

  /// A tensor of the same shape and type that holds one NaN in place of the values.
  package func outline() throws(TorchError) -> Tensor {
    try unsafe .produced(by: "outline", shapes: [shape]) {
      unsafe ctorch_outline(handle.pointer, $0)
    }
  }

  func detached() throws(TorchError) -> Tensor {
    try unsafe .produced(by: "detached", shapes: [shape]) {
      unsafe ctorch_detached(handle.pointer, $0)
    }
  }
}
