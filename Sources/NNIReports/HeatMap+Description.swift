extension HeatMap {
  /// What a reader who does not see the map should know of it, after a colon.
  func description(unit: String) -> String {
    guard !isZero else { return "zero everywhere." }
    let peak = values.indices.max { abs(values[$0]) < abs(values[$1]) } ?? 0
    let across = (Double(peak % width) + 0.5) / Double(width) * 100
    let down = (Double(peak / width) + 0.5) / Double(height) * 100
    return "strongest (\(NumberText.short(Double(values[peak]))) \(unit)) at "
      + "\(NumberText.fixed(across, decimals: 0)) % from the left and "
      + "\(NumberText.fixed(down, decimals: 0)) % from the top of what the network saw."
  }
}
