import NNInterpretability

/// `--target`: `predicted`, a class by number or name, a comma-separated list with one class for each
/// sample, a difference `3-5`, or a hidden node, `node:NAME:42`.
enum TargetArgument {
  static func target(_ text: String, labels: InputSpec) throws -> Target {
    if text == "predicted" { return .predicted }
    if text.hasPrefix("node:") { return hidden(String(text.dropFirst(5))) }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    if !numbers.contains(nil) {
      let classes = numbers.compactMap { $0 }
      if classes.count == 1 { warn(ofNumber: classes[0], labels) }
      return classes.count == 1 ? .class(classes[0]) : .classes(classes)
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    if ends.count == 2, let first = ends[0], let second = ends[1] {
      guard first != second else {
        throw InterpretabilityError(
          .invalidTarget,
          "--target \(text): the difference of class \(first) and itself is 0 everywhere; name two classes"
        )
      }
      return .difference(first, second)
    }
    return .class(try labels.classIndex(named: text))
  }

  /// A number is a class's place; says so where it is also another class's name.
  private static func warn(ofNumber index: Int, _ spec: InputSpec) {
    let named = spec.labels.indices.filter { spec.labels[$0] == "\(index)" }
    guard !named.isEmpty, !named.contains(index) else { return }
    Warnings.report([
      "--target \(index) is the class at place \(index), “\(spec.label(index))”; the class named "
        + "“\(index)” is at place \(named[0])"
    ])
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
