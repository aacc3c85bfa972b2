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
}
