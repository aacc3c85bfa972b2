@testable import NNIGraph
@testable import NNIMethods
import NNITestSupport
import Testing

/// Randomised parameters and other classes.
@Suite struct SanityMetricsTests {
  @Test func aCascadeEndsAtTheRandomNetwork() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let subject = try MetricCase(
      model, input: input, method: GradientTimesInput(), target: .classes([3, 1]))
    let result = try ParameterRandomization(stages: 0).evaluate(subject)
    // logits, branch, conv_again, conv, stem.
    #expect(Set(result.maps.keys) == ["logits", "branch", "conv_again", "conv", "stem"])
    let twin = try GradientTimesInput().attribute(
      model.randomized(), input: input, target: .classes([3, 1])
    ).map
    try expectClose(try #require(result.maps["stem"])[0], twin)
    let first = try GradientTimesInput().attribute(
      model.randomized(from: "logits"), input: input, target: .classes([3, 1])
    ).map
    try expectClose(try #require(result.maps["logits"])[0], first)
    let curve = try #require(result.curves["rank-correlation"])
    expectClose(curve.places, [0, 0.2, 0.4, 0.6, 0.8, 1])
    for sample in 0..<2 {
      #expect(curve.values[sample][0] == 1)
      let old = try subject.attribution.map.selected(axis: 0, index: sample).sum(over: [0])
      let new = try twin.selected(axis: 0, index: sample).sum(over: [0])
      let expected = RankCorrelation.spearman(
        try old.magnitude().doubles(), try new.magnitude().doubles())
      expectClose([try #require(result.values[sample])], [try #require(expected)])
    }
    // Images smaller than a window have no structural similarity.
    #expect(result.curves["structural-similarity"] == nil)
  }

  @Test func stagesAreSpreadEvenlyAndEndAtAll() throws {
    let graph = try SampleNets.mixed().graph
    let two = try ParameterRandomization(stages: 2).nodes(of: graph)
    #expect(two.map(\.node) == ["conv_again", "stem"])
    expectClose(two.map(\.share), [0.6, 1])
    #expect(try ParameterRandomization(stages: 99).nodes(of: graph).count == 5)
  }

  @Test func aLayerAloneLeavesTheOthers() throws {
    let model = try SampleNets.mixed()
    let random = try ParameterRandomization(order: .independent).model(model, "branch")
    for node in model.graph.nodes {
      let (old, new) = (node.layer, try random.graph[node.id].layer)
      guard let old = old as? any LinearLayer, let new = new as? any LinearLayer else { continue }
      #expect(
        try (old.weight.doubles() == new.weight.doubles()) == (node.id != "branch"), "\(node.id)")
    }
  }

  @Test func aControlStaysAndIsFoundOut() throws {
    let subject = try MetricCase(
      SampleNets.mixed(), input: SampleNets.mixedInput(2), method: RandomMap())
    for order in ParameterRandomization.Order.allCases {
      let result = try ParameterRandomization(order: order, stages: 2).evaluate(subject)
      expectClose(result.values.compactMap { $0 }, [1, 1])
    }
    expectClose(try RandomLogit().evaluate(subject).values.compactMap { $0 }, [1, 1])
  }

  @Test func anotherClassIsAnother() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(3)
    for seed in 0..<5 {
      let subject = try MetricCase(
        model, input: input, method: Gradient(), target: .classes([0, 4, 2]))
      let result = try RandomLogit(seed: seed).evaluate(subject)
      let others = try #require(result.details["class"]).compactMap { $0 }
      for (own, other) in zip([0.0, 4, 2], others) {
        #expect(own != other && (0..<5).contains(Int(other)))
      }
      let map = try Gradient().attribute(
        model, input: input, target: .classes(others.map { Int($0) })
      ).map
      try expectClose(try #require(result.maps["other"])[0], map)
    }
    let difference = try MetricCase(
      model, input: input, method: Gradient(), target: .difference(0, 1))
    #expect(try RandomLogit().evaluate(difference).values == [nil, nil, nil])
  }

  @Test func ranksOfEqualNumbersAreTheirMean() {
    #expect(RankCorrelation.ranks([3, 1, 3, 2, 3]) == [3, 0, 3, 1, 3])
    #expect(RankCorrelation.spearman([1, 2, 3], [10, 20, 30]) == 1)
    #expect(RankCorrelation.spearman([1, 2, 3], [3, 2, 1]) == -1)
    #expect(RankCorrelation.spearman([1, 1, 1], [3, 2, 1]) == nil)
  }

  @Test func anImageIsLikeItself() throws {
    var numbers = SeededNumbers(6)
    let image = (0..<195).map { _ in numbers.uniform() }
    let same = try StructuralSimilarity.mean(image, image, height: 13, width: 15)
    expectClose([try #require(same)], [1])
    let other = try StructuralSimilarity.mean(
      image, image.map { 1 - $0 }, height: 13, width: 15)
    #expect(try #require(other) < 0)
    #expect(try StructuralSimilarity.mean(image, image, height: 10, width: 19) == nil)
  }
}
