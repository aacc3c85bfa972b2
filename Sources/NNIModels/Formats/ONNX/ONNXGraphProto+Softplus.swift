import Foundation

extension ONNXGraphProto {
  /// The graph with `where(x > threshold, x, softplus(x))`, which PyTorch writes for softplus, as
  /// plain softplus.
  ///
  /// From a threshold of 20 on the two differ by less than e⁻²⁰.
  var withPlainSoftplus: ONNXGraphProto {
    let softplus = outputs(of: "Softplus")
    let greater = outputs(of: "Greater")
    guard !softplus.isEmpty, !greater.isEmpty else { return self }
    var copy = self
    for (index, choice) in node.enumerated()
    where choice.opType == "Where" && choice.domain.isEmpty && choice.input.count == 3 {
      let (condition, x, other) = (choice.input[0], choice.input[1], choice.input[2])
      guard let comparison = greater[condition], comparison.input.count == 2,
        comparison.input[0] == x, softplus[other]?.input == [x],
        let threshold = scalar(comparison.input[1]), threshold >= 20
      else { continue }
      copy.node[index].opType = "Identity"
      copy.node[index].input = [other]
    }
    return copy
  }

  private func outputs(of type: String) -> [String: ONNXNodeProto] {
    Dictionary(
      node.filter { $0.opType == type && $0.domain.isEmpty && !$0.output.isEmpty }
        .map { ($0.output[0], $0) }
    ) { first, _ in first }
  }

  /// The value of an initialiser or `Constant` that is one float32 or float64.
  private func scalar(_ name: String) -> Double? {
    let constant = node.first { $0.opType == "Constant" && $0.output == [name] }
    guard
      let tensor = initializer.first(where: { $0.name == name })
        ?? constant?.attribute.first(where: { $0.name == "value" })?.t,
      let read = try? ONNXTensorReader(folder: URL(fileURLWithPath: "/")).tensor(tensor),
      tensor.dataLocation == 0, read.dtype.isFloatingPoint
    else { return nil }
    return try? read.item()
  }
}
