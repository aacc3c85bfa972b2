import Foundation

extension ONNXGraphProto {
  /// The graph with `where(βx > threshold, x, softplus(βx) / β)`, which PyTorch writes for softplus, as
  /// one softplus that has β and the threshold for attributes.
  ///
  /// From a threshold of 20 on it makes no difference beyond e⁻²⁰, and with β = 1 it is ONNX's own.
  var withPlainSoftplus: ONNXGraphProto {
    let softplus = outputs(of: "Softplus")
    let greater = outputs(of: "Greater")
    guard !softplus.isEmpty, !greater.isEmpty else { return self }
    let (products, quotients) = (outputs(of: "Mul"), outputs(of: "Div"))
    var copy = self
    for (index, choice) in node.enumerated()
    where choice.opType == "Where" && choice.domain.isEmpty && choice.input.count == 3 {
      let (condition, x) = (choice.input[0], choice.input[1])
      var (inner, beta, scaled) = (choice.input[2], 1.0, x)
      if let quotient = quotients[inner], quotient.input.count == 2,
        let divisor = scalar(quotient.input[1])
      {
        (inner, beta) = (quotient.input[0], divisor)
      }
      guard let soft = softplus[inner], let argument = soft.input.first,
        let comparison = greater[condition], comparison.input.count == 2,
        comparison.input[0] == argument, let threshold = scalar(comparison.input[1])
      else { continue }
      if argument != x {
        guard let product = products[argument], product.input.contains(x),
          let factor = product.input.first(where: { $0 != x }), scalar(factor) == beta
        else { continue }
        scaled = x
      } else if beta != 1 {
        continue
      }
      copy.node[index].opType = "Softplus"
      copy.node[index].input = [scaled]
      guard beta != 1 || threshold < 20 else { continue }
      copy.node[index].attribute = [("beta", beta), ("threshold", threshold)].map { name, value in
        var attribute = ONNXAttributeProto()
        attribute.name = name
        attribute.type = 1
        attribute.f = Float(value)
        return attribute
      }
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
      tensor.dataLocation == 0, let read = try? ONNXTensorReader().tensor(tensor),
      read.dtype.isFloatingPoint
    else { return nil }
    return try? read.item()
  }
}
