import NNInterpretability

/// `--target`: `predicted`, a class by number or name, a comma-separated list with one class for each
/// sample, or a difference `3-5`.
enum TargetArgument {
  static func target(_ text: String, labels: InputSpec) throws -> Target {
    if text == "predicted" { return .predicted }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    if !numbers.contains(nil) {
      let classes = numbers.compactMap { $0 }
      return classes.count == 1 ? .class(classes[0]) : .classes(classes)
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    if ends.count == 2, let first = ends[0], let second = ends[1] {
      return .difference(first, second)
    }
    return .class(try labels.classIndex(named: text))
  }

  /// `--of`: `NODE`, `NODE:channel` or `NODE:channel,row,column`.
  static func hidden(_ text: String) -> Target {
    guard let colon = text.lastIndex(of: ":") else { return .neuron(NodeID(text), []) }
    let numbers = text[text.index(after: colon)...].split(
      separator: ",", omittingEmptySubsequences: false
    ).map { Int($0) }
    // A colon may belong to the node's own name.
    guard !numbers.contains(nil) else { return .neuron(NodeID(text), []) }
    return .neuron(NodeID(String(text[..<colon])), numbers.compactMap { $0 })
  }
}
