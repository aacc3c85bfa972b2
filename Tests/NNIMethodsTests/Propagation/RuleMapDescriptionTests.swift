import NNIMethods
import NNITestSupport
import Testing

@Suite struct RuleMapDescriptionTests {
  private func names(_ json: String) throws -> [NodeID: String] {
    let model = try SampleNets.mixed()
    let method = LRPComposite(.epsilonPlus, rules: try RuleMapDescription(json: json))
    return try method.ruleEntries(for: model, input: SampleNets.mixedInput())
      .mapValues(\.rule.summary)
  }

  @Test func entriesComeBeforeThePresetsInOrder() throws {
    let rules = try names(
      """
      {"rules": [
        {"first": true, "rule": "z-box", "low": -4, "high": 4},
        {"name": "conv*", "rule": "gamma", "gamma": 0.5},
        {"kind": ["dense", "convolution"], "rule": "epsilon", "epsilon": 0.01}
      ]}
      """)
    #expect(rules["stem"] == "ZBox")
    #expect(rules["conv"] == "Gamma γ = 0.5" && rules["conv_again"] == "Gamma γ = 0.5")
    #expect(rules["branch"] == "Epsilon ε = 0.01" && rules["logits"] == "Epsilon ε = 0.01")
    #expect(rules["relu1"] == "PassThrough")
  }

  @Test func depthsRunFromTheFirstWeightedLayerToTheLast() throws {
    // stem, conv, conv_again, logits lie on the longest way: depths 0, ⅓, ⅔, 1; branch at ⅓.
    let rules = try names(#"{"rules": [{"depth": [0.3, 0.7], "rule": "flat"}]}"#)
    let flat = rules.filter { $0.value == "Flat" }.keys
    #expect(Set(flat) == ["conv", "conv_again", "branch"])
  }

  @Test func aMapThatSaysWhatAPresetSaysGivesItsMap() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let preset = try LRPComposite(.epsilonAlpha2Beta1).attribute(
      model, input: input, target: .predicted)
    let json =
      #"{"rules": [{"kind": "convolution", "rule": "alpha-beta", "alpha": 2, "beta": 1}]}"#
    let mapped = try LRPComposite(.epsilonPlus, rules: RuleMapDescription(json: json)).attribute(
      model, input: input, target: .predicted)
    try expectClose(mapped.map, preset.map)
  }

  @Test(arguments: [
    (#"{"rules": [{"kind": "convolutions", "rule": "gamma"}]}"#, "convolution"),
    (#"{"rules": [{"rule": "gama"}]}"#, "gamma"),
    (#"{"rules": [{"rule": "gamma", "gama": 1}]}"#, "gamma"),
    (#"{"rules": [{"rule": "gamma", "gamma": -1}]}"#, "at least 0"),
    (#"{"rules": [{"rule": "alpha-beta", "alpha": 3, "beta": 1}]}"#, "alpha − beta"),
    (#"{"rules": [{"kind": "dense"}]}"#, "entry 1"),
    (#"{"rules": [{"depth": [1, 0], "rule": "flat"}]}"#, "depth"),
    (#"{"rules": 3}"#, "JSON"), ("nonsense", "JSON"),
  ]) func mistakesAreNamed(json: String, word: String) {
    let error = #expect(throws: InterpretabilityError.self) { try names(json) }
    #expect(error?.message.contains(word) == true, "\(String(describing: error))")
  }
}
