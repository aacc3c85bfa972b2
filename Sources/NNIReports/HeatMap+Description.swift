extension HeatMap {
  /// What a reader who does not see the map should know of it, after a colon: its strongest value and where
  /// it lies, the centre of its mass, and how much of it is negative.
  ///
  /// - Parameter unit: what values are, such as `logit`; none when empty.
  /// - Returns: A sentence.
  public func description(unit: String) -> String {
    guard !isZero else { return "zero everywhere." }
    let peak = values.indices.max { abs(values[$0]) < abs(values[$1]) } ?? 0
    let across = (Double(peak % width) + 0.5) / Double(width) * 100
    let down = (Double(peak / width) + 0.5) / Double(height) * 100
    return
      "strongest (\(NumberText.short(Double(values[peak])))\(unit.isEmpty ? "" : " \(unit)")) at "
      + "\(NumberText.fixed(across, decimals: 0)) % from the left and "
      + "\(NumberText.fixed(down, decimals: 0)) % from the top of what the network saw; \(balance)."
  }

  /// Where the mass, the sum of all magnitudes, has its centre, and how much of it is negative.
  private var balance: String {
    var (mass, negative, x, y) = (0.0, 0.0, 0.0, 0.0)
    for (place, value) in values.enumerated() {
      let weight = abs(Double(value))
      mass += weight
      if value < 0 { negative += weight }
      x += weight * (Double(place % width) + 0.5)
      y += weight * (Double(place / width) + 0.5)
    }
    func percent(_ share: Double) -> String { NumberText.fixed(share * 100, decimals: 0) + " %" }
    let centre =
      "the mass has its centre at \(percent(x / mass / Double(width))) from the left and "
      + "\(percent(y / mass / Double(height))) from the top"
    return kind == .signed ? centre + ", \(percent(negative / mass)) of it is negative" : centre
  }
}
