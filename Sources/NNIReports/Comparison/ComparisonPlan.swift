public import NNIMethods

/// What a ``PhotoComparison`` asks of a network.
public struct ComparisonPlan: Sendable {
  /// The methods, each with a name of its own.
  public var methods: [(name: String, method: any AttributionMethod)]
  /// What is explained; the two most probable classes when empty.
  public var targets: [Target]
  /// How many steps deletion and insertion curves have; no curves when 0.
  public var steps: Int
  /// How the twin's weights are drawn.
  public var randomization: WeightRandomization

  /// States what is asked.
  ///
  /// Steps widen as those of `DeletionCurve.steps`: after the `k`-th of 28, `(k / 28)²` of the pixels have
  /// changed. 28 steps take 29 passes a curve.
  public init(
    methods: [any AttributionMethod], targets: [Target] = [], steps: Int = 28,
    randomization: WeightRandomization = WeightRandomization()
  ) {
    self.methods = zip(Self.names(of: methods), methods).map { ($0, $1) }
    self.targets = targets
    self.steps = steps
    self.randomization = randomization
  }

  /// The methods' names in the catalogue, with those options that tell runs of one method apart.
  static func names(of methods: [any AttributionMethod]) -> [String] {
    let values = methods.map { $0.optionValues.mapValues(\.description) }
    var taken: Set<String> = []
    return methods.indices.map { index in
      let namesakes = methods.indices.filter { methods[$0].name == methods[index].name }
      let different = values[index].keys.sorted().filter { key in
        namesakes.contains { values[$0][key] != values[index][key] }
      }
      let suffix = different.compactMap { key in
        values[index][key].map { key == "preset" ? "\($0)" : "\(key) \($0)" }
      }.filter { !$0.isEmpty }
      let base = ([methods[index].name] + suffix).joined(separator: " ")
      var name = base
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(base) (\(number))"
        number += 1
      }
      return name
    }
  }
}
