/// Batch norm with the mean and the variance of the batch itself.
///
/// - Reference: Ioffe and Szegedy 2015, *Batch Normalization* (`ioffe2015batch`), algorithm 1.
struct BatchStatisticsLayer: Layer {
  private let norm: BatchNormLayer

  init(_ norm: BatchNormLayer) { self.norm = norm }

  package var kind: LayerKind { .normalization }

  package func forward(_ inputs: [Tensor]) throws -> Tensor {
    // Without running tensors: libtorch would change those in place.
    try .call(
      "aten::native_batch_norm", .tensor(inputs[0]), .tensor(norm.scale), .tensor(norm.shift),
      .none, .none, .bool(true), .double(0), .double(norm.epsilon))
  }

  package func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    BatchStatisticsLayer(try norm.mapParameters(transform))
  }
}

/// The mean and the variance of each channel over a batch.
struct BatchStatistics: Sendable {
  /// `[C]`.
  let mean: Tensor
  /// `[C]`, divided by one less than the number of values: that is what PyTorch keeps.
  let variance: Tensor

  /// The statistics of `[N, C, …]`.
  init(of input: Tensor) throws {
    let values = try Tensor.call("aten::detach", .tensor(input))
    let axes = [0] + Array(2..<max(2, values.rank))
    let both = try Tensor.tensors(
      of: "aten::var_mean.dim", [.tensor(values), .ints(axes), .bool(true), .bool(false)])
    guard both.count == 2 else {
      throw InterpretabilityError(.invalidInput, "libtorch gave no variance of \(values.shape)")
    }
    (variance, mean) = (both[0], both[1])
  }
}

extension StateDict {
  /// Moves the running statistics towards those of a batch: `(1 − momentum) · old + momentum · new`.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no running statistic of that name.
  mutating func record(_ statistics: [NodeID: BatchStatistics], momentum: Double = 0.1) throws {
    for (node, batch) in statistics {
      for (name, value) in [
        ("\(node).running_mean", batch.mean), ("\(node).running_var", batch.variance),
      ] {
        guard let old = self[name] else {
          throw InterpretabilityError(
            .invalidGraph, "the weights have no “\(name)” to record a batch in", node: node)
        }
        self[name] = try old * (1 - momentum) + value * momentum
      }
    }
  }
}
