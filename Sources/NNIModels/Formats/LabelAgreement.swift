/// Whether the names of classes fit the network.
enum LabelAgreement {
  /// One sentence for each thing that does not.
  static func warnings(of model: Model) -> [String] {
    let labels = model.inputSpec.labels
    guard !labels.isEmpty else { return [] }
    var warnings: [String] = []
    // One output may be a logit between two named classes.
    if let count = classCount(of: model.graph), count != labels.count,
      !(count == 1 && labels.count == 2)
    {
      warnings.append(
        "\(model.name): \(labels.count == 1 ? "1 label is" : "\(labels.count) labels are") stated for "
          + "\(count) classes; names may stand at the wrong class")
    }
    let places: [String: [Int]] = Dictionary(grouping: labels.indices) { labels[$0] }
    let repeated = places.filter { $0.value.count > 1 }.sorted { $0.value[0] < $1.value[0] }
    if !repeated.isEmpty {
      let shown = repeated.prefix(5).map { name, indices in
        "“\(name)” (\(indices.map(String.init).joined(separator: ", ")))"
      }
      warnings.append(
        "\(model.name): a label names several classes: \(shown.joined(separator: ", "))"
          + (repeated.count > 5 ? " and \(repeated.count - 5) more" : "")
          + "; choose such a class by its number")
    }
    return warnings.map(Wording.line)
  }

  /// How many classes the last weighted layer tells apart, where nothing after it changes their number.
  private static func classCount(of graph: Graph) -> Int? {
    guard var index = try? graph.index(of: graph.output) else { return nil }
    var isPooled = false
    var isFlattened = false
    while index > 0 {
      let node = graph.nodes[index]
      switch node.layer {
      case let dense as DenseLayer: return isFlattened ? nil : dense.weight.shape[0]
      case let convolution as ConvolutionLayer:
        return isFlattened && !isPooled ? nil : convolution.weight.shape[0]
      case is GlobalAveragePoolLayer: isPooled = true
      case let pool as AdaptiveAveragePoolLayer where pool.size.allSatisfy { $0 == 1 }:
        isPooled = true
      case is IdentityLayer, is DropoutLayer, is SoftmaxLayer, is AffineLayer, is ActivationLayer:
        break
      case is FlattenLayer: isFlattened = true
      default: return nil
      }
      guard node.inputIndices.count == 1 else { return nil }
      index = node.inputIndices[0]
    }
    return nil
  }
}
