/// Checks of axes that layers make before they index by them.
extension Tensor {
  /// The position of an axis, counted from the end if negative, that is not the batch's.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such axis or it is the batch's.
  func sampleAxis(_ axis: Int) throws -> Int {
    let position = axis < 0 ? axis + rank : axis
    guard position > 0, position < rank else {
      throw InterpretabilityError(
        .invalidInput, "axis \(axis) of a value of shape \(shape) is the batch's or does not exist")
    }
    return position
  }

  /// - Throws: ``InterpretabilityError`` when the value has another number of axes.
  package func requireRank(_ wanted: Int) throws {
    guard rank == wanted else {
      throw InterpretabilityError(
        .invalidInput, "the value has shape \(shape), wanted \(wanted) axes")
    }
  }

  /// - Throws: ``InterpretabilityError`` when the value has fewer axes.
  func requireRank(atLeast wanted: Int) throws {
    guard rank >= wanted else {
      throw InterpretabilityError(
        .invalidInput, "the value has shape \(shape), wanted \(wanted) axes or more")
    }
  }
}
