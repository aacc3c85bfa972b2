extension [Double] {
  /// A quantile of sorted numbers, between neighbours in proportion.
  package func quantile(_ share: Double) -> Double {
    guard let last else { return .nan }
    let position = share * Double(count - 1)
    let below = Int(position)
    guard below + 1 < count else { return last }
    return self[below] + (position - Double(below)) * (self[below + 1] - self[below])
  }
}
