import NNIMethods
import NNITestSupport
import Testing

@Suite struct FeatureAblationTests {
  /// Groups one at a time, from labels in the input's shape.
  private func slow(
    _ model: Model, _ input: Tensor, _ labels: Tensor, classes: [Int], fill: Double
  ) throws -> [Double] {
    try classes.enumerated().flatMap { row, index -> [Double] in
      let values = try input.selected(axis: 0, index: row).doubles()
      let own = try labels.expanded(to: input.shape).selected(axis: 0, index: row).doubles()
      let filling = values.map { _ in fill }
      func score(_ part: Set<Int>) throws -> Double {
        try SlowPerturbation.score(
          model, values, input.shape, replacing: part, by: filling, class: index)
      }
      var map = values
      for label in Set(own) {
        let part = own.indices.filter { own[$0] == label }
        let loss = try score([]) - score(Set(part))
        for element in part { map[element] = loss }
      }
      return map
    }
  }

  @Test(arguments: [[9, 7], [1, 1, 9, 7], [2, 1, 9, 7], [1, 3, 9, 7], [2, 3, 9, 7]])
  func labelsOfAnyFittingShape(shape: [Int]) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    var numbers = SeededNumbers(3)
    // Not contiguous, and below zero: labels are names.
    let labels = try Tensor(
      (0..<shape.reduce(1, *)).map { _ in (numbers.uniform() * 7).rounded(.down) * 3 - 4 },
      shape: shape)
    let method = FeatureAblation(mask: .tensor(labels, name: "m"), fill: .numbers([0.3]))
    let result = try method.attribute(model, input: input, target: .classes([2, 4]))
    let whole = shape.count == 2 ? try labels.reshaped([1, 1, 9, 7]) : labels
    expectClose(
      try result.map.doubles(), try slow(model, input, whole, classes: [2, 4], fill: 0.3))
    #expect(try result.details["segments"]?.doubles() == labels.doubles())
  }

  @Test(arguments: [[2, 11], [2, 3, 8], [2, 2, 5, 4, 6], [2, 3, 9, 7]])
  func windowsTileTheInput(shape: [Int]) throws {
    let model = try SlowPerturbation.denseModel(Array(shape.dropFirst()))
    let input = try SlowPerturbation.input(shape)
    let result = try FeatureAblation(window: 3).attribute(
      model, input: input, target: .classes([1, 2]))
    let segments = try #require(result.details["segments"])
    expectClose(
      try result.map.doubles(), try slow(model, input, segments, classes: [1, 2], fill: 0))
    // Two elements share a window if their places divided by its side are equal.
    let spatial = Array(segments.shape.dropFirst(shape.count > 2 ? 2 : 1))
    let cells = SlowPerturbation.places(spatial).map { $0.map { $0 / 3 } }
    let labels = try segments.doubles()
    let order = cells.reduce(into: [[Int]]()) { if !$0.contains($1) { $0.append($1) } }
      .sorted { $0.lexicographicallyPrecedes($1) }
    #expect(labels == cells.map { Double(order.firstIndex(of: $0) ?? -1) })
  }

  @Test(arguments: [([2, 11], 1), ([2, 3, 18], 8), ([2, 3, 9, 10], 8)] as [([Int], Int)])
  func columnsOfTablesStandAlone(shape: [Int], side: Int) throws {
    let model = try SlowPerturbation.denseModel(Array(shape.dropFirst()))
    let input = try SlowPerturbation.input(shape)
    let usual = try FeatureAblation().attribute(model, input: input, target: .class(1))
    let stated = try FeatureAblation(window: WindowExtent(side))
      .attribute(model, input: input, target: .class(1))
    #expect(try usual.map.doubles() == stated.map.doubles())
    #expect(usual.options["window"]?.description == "automatic")
    let again = try Catalog.method("feature-ablation", usual.options)
    #expect(again.optionValues["window"]?.description == "automatic")
  }

  @Test func windowsAreOcclusionWithoutOverlap() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let groups = try FeatureAblation(window: 4, score: .probability).attribute(
      model, input: input, target: 3)
    let windows = try Occlusion(window: 4, stride: 4, score: .probability).attribute(
      model, input: input, target: 3)
    try expectClose(groups.map, windows.map)
  }

  @Test func superpixelsAreEachSamplesOwn() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(3)
    let method = FeatureAblation(mask: .superpixels, segments: 6, fill: .mean)
    let result = try method.attribute(model, input: input, target: 0)
    let segments = try #require(result.details["segments"])
    #expect(segments.shape == [3, 1, 9, 7])
    for row in 0..<3 {
      let one = try input.narrowed(axis: 0, to: row..<(row + 1))
      let alone = try method.attribute(model, input: one, target: 0)
      #expect(
        try alone.details["segments"]?.doubles()
          == segments.narrowed(axis: 0, to: row..<(row + 1)).doubles())
    }
  }

  @Test func masksThatDoNotFitAreRefused() throws {
    func error(_ labels: Tensor) throws -> InterpretabilityError? {
      #expect(throws: InterpretabilityError.self) {
        try FeatureAblation(mask: .tensor(labels, name: "m")).attribute(
          SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted)
      }
    }
    #expect(try error(.full([7, 9], 1))?.message.contains("[9, 7]") == true)
    #expect(try error(.full([2, 1, 9, 7], 1))?.message.contains("[3, 3, 9, 7]") == true)
    #expect(try error(.full([9, 7], 0.5))?.message.contains("whole") == true)
    #expect(try error(.full([9, 7], .nan))?.message.contains("whole") == true)
    let unknown = #expect(throws: InterpretabilityError.self) {
      try Catalog.method("feature-ablation", ["mask": .text("circles")])
    }
    #expect(unknown?.message.contains("superpixels") == true)
  }

  @Test func superpixelsNeedAnImage() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try FeatureAblation(mask: .superpixels).attribute(
        SlowPerturbation.denseModel([8]), input: SlowPerturbation.input([2, 8]), target: 0)
    }
    #expect(error?.message.contains("mask=windows") == true)
  }
}
