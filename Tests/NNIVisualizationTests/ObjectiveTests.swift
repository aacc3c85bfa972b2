import NNIUncertainty
import NNIVisualization
import Foundation
import NNITestSupport
import Testing

/// What objectives are worth, against their formulas in plain loops.
struct ObjectiveTests {
  private let model: Model
  private let input: Tensor

  init() throws {
    model = try VisualizationNets.smooth()
    input = try SampleNets.mixedInput(3)
  }

  private func values(_ objective: Objective) throws -> [Double] {
    try objective.evaluate(model, input).values.doubles()
  }

  /// A node's value as `[sample][channel][place]`.
  private func maps(_ node: NodeID) throws -> [[[Double]]] {
    let value = try model.graph.trace(input)[node]
    let (area, all) = (value.shape.dropFirst(2).reduce(1, *), try value.doubles())
    return (0..<3).map { n in
      (0..<value.shape[1]).map { k in
        let start = (n * value.shape[1] + k) * area
        return Array(all[start..<start + area])
      }
    }
  }

  @Test func `Sums, factors and differences are those of the values`() throws {
    let (a, b) = (Objective.channel("conv", 1), Objective.classLogit(2) - 0.1 * .l2)
    let (x, y) = (try values(a), try values(b))
    expectClose(try values(a + b), zip(x, y).map { $0 + $1 })
    expectClose(try values(a - b), zip(x, y).map { $0 - $1 })
    expectClose(try values(2.5 * a), x.map { 2.5 * $0 })
    expectClose(try values(a * 2.5), x.map { 2.5 * $0 })
    expectClose(try values(-b), y.map { -$0 })
    expectClose(try values(2 * (a + b)), try values(2 * a + 2 * b))
    let sum = try (a + b).evaluate(model, input).gradient
    try expectClose(
      sum, a.evaluate(model, input).gradient + b.evaluate(model, input).gradient)
  }

  @Test func `Each image has its own objective`() throws {
    let own: [Objective] = [.classLogit(0), .channel("conv", 2), .l2 - .classLogit(1)]
    let together = try Objective.each(own).evaluate(model, input)
    for (index, objective) in own.enumerated() {
      let alone = try objective.evaluate(
        model, input.narrowed(axis: 0, to: index..<(index + 1)))
      expectClose([try together.values.doubles()[index]], try alone.values.doubles())
      try expectClose(
        together.gradient.narrowed(axis: 0, to: index..<(index + 1)), alone.gradient)
    }
  }

  @Test func `Channels, neurons and layers by plain sums`() throws {
    let maps = try maps("conv")
    expectClose(
      try values(.channel("conv", 3)), maps.map { $0[3].reduce(0, +) / Double($0[3].count) })
    expectClose(try values(.neuron("conv", [1, 4, 2])), maps.map { $0[1][4 * 7 + 2] })
    expectClose(try values(.centralNeuron("conv", 1)), maps.map { $0[1][4 * 7 + 3] })
    expectClose(
      try values(.layer("conv")),
      maps.map { image in
        let all = image.flatMap { $0 }
        return all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
      })
  }

  @Test func `Classes by their logits`() throws {
    let logits = try model(input).doubles()
    let rows = (0..<3).map { Array(logits[$0 * 5..<$0 * 5 + 5]) }
    expectClose(try values(.classLogit(4)), rows.map { $0[4] })
    expectClose(try values(.classDifference(4, 1)), rows.map { $0[4] - $0[1] })
    expectClose(
      try values(.classLogProbability(4)),
      rows.map { $0[4] - log($0.reduce(0) { $0 + exp($1) }) })
  }

  @Test func `Directions and cosines by plain sums`() throws {
    let maps = try maps("conv")
    let direction = [0.5, -1, 2, 0.25]
    let tensor = try Tensor(direction, shape: [4])
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    func mean(_ term: (_ dot: Double, _ cosine: Double) -> Double) -> [Double] {
      maps.map { image in
        (0..<63).reduce(0) { sum, place in
          let a: [Double] = image.map { $0[place] }
          let dot: Double = zip(a, direction).reduce(0.0) { $0 + $1.0 * $1.1 }
          let own: Double = a.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
          return sum + term(dot, dot / (own * length)) / 63
        }
      }
    }
    expectClose(try values(.direction("conv", tensor)), mean { dot, _ in dot })
    expectClose(try values(.cosine("conv", tensor)), mean { _, cosine in cosine })
    expectClose(
      try values(
        Objective(DirectionObjective("conv", tensor, measure: .dotTimesCosine(power: 2)))),
      mean { $0 * max(0.1, $1) * max(0.1, $1) })
  }

  @Test func `Diversity is Lucid's formula with the opposite sign`() throws {
    let maps = try maps("concat")
    let grams = maps.map { image -> [Double] in
      var products: [Double] = []
      for a in image {
        for b in image { products.append(zip(a, b).reduce(0.0) { $0 + $1.0 * $1.1 }) }
      }
      let square = products.reduce(0.0) { $0 + $1 * $1 }
      return products.map { $0 / square.squareRoot() }
    }
    var lucid = 0.0
    for i in 0..<3 {
      for j in 0..<3 where j != i {
        for (a, b) in zip(grams[i], grams[j]) { lucid += a * b / 3 }
      }
    }
    let own = try values(.diversity("concat"))
    expectClose([-own.reduce(0, +) / 3], [lucid])
    #expect(own.allSatisfy { $0 < 0 })
  }

  @Test func `An image is its own inversion and its best caricature of that length`() throws {
    let image = try input.narrowed(axis: 0, to: 1..<2)
    let inversion = try values(.inversion(of: image, at: "conv", in: model))
    // A batch is computed by other instructions than an image alone.
    #expect(inversion[1].magnitude < 1e-24)
    let maps = try maps("conv").map { $0.flatMap { $0 } }
    for n in [0, 2] {
      let error = zip(maps[n], maps[1]).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      expectClose([inversion[n]], [-error / maps[1].reduce(0.0) { $0 + $1 * $1 }])
      #expect(inversion[n] < -1e-6)
    }
    let trace = try model.graph.trace(input)["conv"]
    let caricature = try values(.caricature(of: image, at: "conv", in: model))
    expectClose([caricature[1]], [try trace.narrowed(axis: 0, to: 1..<2).norm()])
  }

  @Test func `Norms and differences of neighbours by plain sums`() throws {
    let all = try input.doubles()
    let images = (0..<3).map { Array(all[$0 * 189..<($0 + 1) * 189]) }
    expectClose(try values(.l2), images.map { $0.reduce(0) { $0 + $1 * $1 } })
    expectClose(try values(.l2Norm), images.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() })
    expectClose(try values(.l1), images.map { $0.reduce(0) { $0 + abs($1) } })
    expectClose(
      try values(.totalVariation),
      images.map { image in
        var sum = 0.0
        for channel in 0..<3 {
          for row in 0..<9 {
            for column in 0..<7 {
              let own = image[(channel * 9 + row) * 7 + column]
              if column < 6 { sum += abs(image[(channel * 9 + row) * 7 + column + 1] - own) }
              if row < 8 { sum += abs(image[(channel * 9 + row + 1) * 7 + column] - own) }
            }
          }
        }
        return sum
      })
  }

  @Test func `The distance to a mean has no derivative where it is zero`() throws {
    let result = try Objective.distance(to: input).evaluate(model, input)
    #expect(try result.values.doubles() == [0, 0, 0])
    #expect(try result.gradient.norm() == 0)
    let shifted = try Objective.distance(to: input + 1).evaluate(model, input)
    expectClose(
      try shifted.values.doubles(), [Double](repeating: 189.0.squareRoot(), count: 3))
    expectClose([try shifted.gradient.norm()], [Double(3).squareRoot()])
  }

  @Test func `Uncertainty is that of the predictive distribution`() throws {
    let members = try DeepEnsemble((0..<4).map { try SampleNets.mixed(seed: UInt64($0 + 2)) })
    let judge = try PredictiveDistribution(members, input: input)
    expectClose(
      try values(.predictiveEntropy(over: members)), judge.entropy, relative: 1e-9)
    expectClose(
      try values(.mutualInformation(over: members)), judge.mutualInformation, relative: 1e-9)
  }

  @Test func `Only what an objective reads is computed`() throws {
    // The layers after the first take no such input; nobody asks them.
    var broken = model
    try broken.graph.setLayer(
      DenseLayer(weight: .full([5, 3], 1, dtype: .float64)), at: "logits")
    let result = try Objective.channel("stem", 0).evaluate(broken, input)
    #expect(result.values.shape == [3])
    #expect(throws: InterpretabilityError.self) {
      try Objective.classLogit(0).evaluate(broken, input)
    }
  }

  @Test func `What a network lacks is named`() throws {
    for (objective, part) in [
      (Objective.channel("conc", 0), "concat"), (.channel("conv", 4), "[4]"),
      (.classLogit(5), "class 5"), (.neuron("conv", [0, 9, 0]), "[0, 9, 0]"),
      (.direction("conv", try .full([3], 1, dtype: .float64)), "[3]"),
      (.diversity("logits"), "places"), (Objective([]), "no terms"),
      (Double.nan * .l2, "nan"),
    ] {
      let failure = #expect(throws: InterpretabilityError.self) {
        try objective.evaluate(model, input)
      }
      #expect("\(failure.map { "\($0)" } ?? "")".contains(part), "\(objective.text)")
    }
  }
}
