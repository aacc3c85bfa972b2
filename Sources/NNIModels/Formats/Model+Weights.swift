/// Weights that are no numbers.
extension Model {
  /// - Throws: ``InterpretabilityError`` that names the node whose weight holds NaN, or infinity where
  ///   sums run over it.
  func requireNumbers() throws {
    for node in graph.nodes {
      _ = try node.layer.mapParameters { weight in
        guard weight.dtype.isFloatingPoint, try !weight.isFinite() else { return weight }
        // One number that is chosen may say that there is none, as where logarithms are decomposed.
        if node.layer is SelectionLayer, weight.count == 1 { return weight }
        let count = try Tensor.call(
          "aten::sum", .tensor(.call("aten::isnan", .tensor(weight)))
        ).item()
        // A summand of minus infinity masks, which is meant, as is one that is chosen or compared with.
        let isMasking =
          node.layer is SelectionLayer || [.affine, .discrete].contains(node.layer.kind)
        guard count > 0 || !isMasking else { return weight }
        let what = count > 0 ? "\(Int(count)) times NaN" : "infinity"
        throw InterpretabilityError(
          .notFinite,
          "a weight of shape \(weight.shape) of this \(node.layer.name) layer holds \(what); such a "
            + "network computes nothing: save or export it again", node: node.id)
      }
    }
  }
}
