internal import Foundation

extension Model {
  /// The logits of all samples of a data set, `[N, classes]`.
  ///
  /// - Parameters:
  ///   - dataset: The samples.
  ///   - dtype: The type of the computation, that of the model's parameters.
  ///   - progress: Is told how many samples are done; what it throws ends the work.
  /// - Returns: One row for each sample.
  /// - Throws: ``InterpretabilityError`` without samples, and when one cannot be read or does not fit.
  public func logits(
    of dataset: any Dataset, dtype: DType = .float32,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> Tensor {
    guard dataset.count > 0 else {
      throw InterpretabilityError(.invalidInput, "there are no samples to predict")
    }
    var rows: [Tensor] = []
    try dataset.forEachBatch { range, input in
      rows.append(try self(input.converted(to: dtype)))
      try progress(range.upperBound, dataset.count)
    }
    return try .concatenated(rows, axis: 0)
  }
}
