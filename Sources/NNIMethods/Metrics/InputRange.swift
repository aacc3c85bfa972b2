/// Between which values an input's elements lie, `[N, C or 1, …]`.
///
/// Known from the model's input description for images; otherwise each sample's own extremes.
struct InputRange {
  let low: Tensor
  let span: Tensor

  init(_ subject: MetricCase) throws {
    let input = subject.input
    if let bounds = subject.model.inputSpec.bounds, input.rank == 4,
      bounds.low.count == input.shape[1]
    {
      func aligned(_ values: [Double]) throws -> Tensor {
        try Tensor(values, shape: [values.count], dtype: input.dtype).moved(to: input.device)
          .aligned(toAxis: 1, rank: 4).expanded(to: [input.shape[0], values.count, 1, 1])
      }
      low = try aligned(bounds.low)
      span = try aligned(zip(bounds.high, bounds.low).map { $0 - $1 })
    } else {
      let axes = Array(1..<input.rank)
      low = try input.minimum(over: axes, keepingAxes: true)
      span = try input.maximum(over: axes, keepingAxes: true) - low
    }
  }

  /// The span of one sample, `[1, C or 1, …]`.
  func span(of sample: Int) throws -> Tensor {
    try span.narrowed(axis: 0, to: sample..<(sample + 1))
  }

  /// Uniform random numbers over the range of a sample.
  func uniform(
    sample: Int, like input: Tensor, _ random: CounterRandom, stream: UInt64
  ) throws -> Tensor {
    let numbers = try Tensor(random.uniforms(input.count, stream: stream), shape: input.shape)
      .converted(to: input.dtype).moved(to: input.device)
    return try low.narrowed(axis: 0, to: sample..<(sample + 1)) + numbers * span(of: sample)
  }
}
