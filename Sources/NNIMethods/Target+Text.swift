/// Targets as people write and read them.
extension Target {
  /// As `--target` takes it: `predicted`, `281`, `3,5`, `285-282`; a hidden node as `node:NAME:3,4`.
  public var text: String {
    switch self {
    case .predicted: "predicted"
    case .class(let index): "\(index)"
    case .classes(let list): list.map(String.init).joined(separator: ",")
    case .difference(let first, let second): "\(first)-\(second)"
    case .region(let list, let region):
      list.map(String.init).joined(separator: ",") + " in \(region.name)"
    case .neuron(let node, let indices):
      "node:\(node)"
        + (indices.isEmpty ? "" : ":" + indices.map(String.init).joined(separator: ","))
    }
  }

  /// What is explained of one sample, in words: `tabby (281)`, `Egyptian cat (285) − tiger cat (282)`,
  /// `node conv5, 42`.
  ///
  /// - Parameters:
  ///   - classes: The classes that were explained, one a sample, if each is one class.
  ///   - sample: Which sample.
  ///   - spec: Names the classes.
  /// - Returns: A few words.
  public func title(classes: [Int], sample: Int, spec: InputSpec) -> String {
    func name(_ index: Int) -> String {
      spec.labels.indices.contains(index) ? "\(spec.labels[index]) (\(index))" : "class \(index)"
    }
    switch self {
    case .difference(let first, let second): return "\(name(first)) − \(name(second))"
    case .neuron(let node, let indices):
      return "node \(node)"
        + (indices.isEmpty ? "" : ", " + indices.map(String.init).joined(separator: ","))
    case .class(let index): return name(index)
    case .region(let list, let region):
      return list.isEmpty ? text : "\(name(list[list.count == 1 ? 0 : sample])) in \(region.name)"
    case .predicted, .classes:
      guard classes.indices.contains(sample) else { return text }
      return name(classes[sample])
    }
  }
}
