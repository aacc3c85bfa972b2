public import NNIReports
public import NNInterpretability

/// What each thinned network says before the softmax, while a digit turns.
public enum LogitScatter {
  /// A strip of points for each angle: the logits of some classes in each pass.
  ///
  /// - Parameters:
  ///   - members: The thinned networks.
  ///   - digit: The turning digit.
  ///   - classes: Which classes are shown.
  ///   - passes: How many networks are asked, at most as many as there are.
  /// - Returns: The chart with its caption.
  /// - Throws: `InterpretabilityError` when the digit does not fit the network.
  public static func figure(
    _ members: any ModelDistribution, _ digit: TurningDigit, classes: [Int], passes: Int
  ) throws -> PageFigure {
    let count = min(passes, members.count)
    let logits = try digit.angles.indices.map { sample -> [[Double]] in
      let draws = (0..<count).map { MemberDraw(pass: $0, sample: sample) }
      let copies = try Tensor.concatenated(
        [Tensor](repeating: digit[sample], count: count), axis: 0)
      return try ClassProbabilities.logits(
        members.member(draws)(members.input(copies, draws)))
    }
    let chart = ScatterChart(
      "The same before the softmax",
      groups: classes.map { k in .init("\(k)", logits.map { $0.map { $0[k] } }) },
      inputs: digit.names, pictures: digit.pictures, y: ChartAxis("logit"), opacity: 0.3)
    return try PageFigure(
      chart,
      caption: """
        Logits of \(count) passes. The softmax presses them against 0 and 1; here one sees how far apart the classes \
        lie, and that the clouds overlap long before the probabilities show it.
        """)
  }
}
