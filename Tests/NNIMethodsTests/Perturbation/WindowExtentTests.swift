import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels
@testable import NNIMethods

struct WindowExtentTests {
  @Test func `Reads one side or one for each axis`() throws {
    #expect(WindowExtent("8")?.sides == [8])
    #expect(WindowExtent("5x1")?.sides == [5, 1])
    #expect(WindowExtent("4×8×2")?.sides == [4, 8, 2])
    #expect(WindowExtent([5, 1]).description == "5x1")
    for text in ["", "x", "5x", "0x1", "-1", "2.5", "5,1", "70000"] {
      #expect(WindowExtent(text) == nil, "\(text)")
    }
  }

  /// Against the formula in float64, of which Captum 0.9 rounds the sums (`Fixtures/words/make.py`).
  @Test func `A column takes windows of one column`() throws {
    let model = try Model(contentsOf: Fixture.url("words/column.onnx")).converted(to: .float64)
    let tensors = try SafetensorsFile(contentsOf: Fixture.url("words/tensors.safetensors"))
    for options in [["window": "5x1", "stride": "2x1"], ["window": "5x1", "stride": "2"]] {
      let method = try Catalog.method("occlusion", options.mapValues { .text($0) })
      let result = try method.attribute(
        model, input: tensors["column/x"], target: .classes([0, 2]))
      try expectClose(result.map, tensors["column/5x1-2x1"], relative: 1e-9)
      #expect(result.details["scores"]?.shape == [2, 5, 1])
      #expect(result.options["window"]?.description == "5x1")
    }
  }

  /// Each element gets the mean fall over the windows that cover it, computed one window at a time.
  @Test(arguments: [
    ([9, 7], [4, 2], [3, 1]), ([9, 7], [1, 7], [1, 7]), ([9, 7], [9, 2], [5, 2]),
  ])
  func `Windows of any shape equal one window at a time`(
    extents: [Int], window: [Int], stride: [Int]
  ) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let result = try Occlusion(window: WindowExtent(window), stride: WindowExtent(stride))
      .attribute(
        model, input: input, target: .class(1))
    let clean = try model(input).narrowed(axis: 1, to: 1..<2).doubles()
    var falls = [[Double]](repeating: [Double](repeating: 0, count: 63), count: 2)
    var counts = [Double](repeating: 0, count: 63)
    func starts(_ axis: Int) -> [Int] {
      let count = (extents[axis] - window[axis] + stride[axis] - 1) / stride[axis] + 1
      return (0..<count).map { $0 * stride[axis] }
    }
    for top in starts(0) {
      for left in starts(1) {
        let isInside = (0..<63).map { place in
          (top..<(top + window[0])).contains(place / 7)
            && (left..<(left + window[1])).contains(place % 7)
        }
        let mask = try Tensor(
          isInside.map { $0 ? 0.0 : 1.0 }, shape: [1, 1, 9, 7], dtype: .float64)
        let covered = try model(input * mask).narrowed(axis: 1, to: 1..<2).doubles()
        for place in 0..<63 where isInside[place] {
          counts[place] += 1
          for sample in 0..<2 { falls[sample][place] += clean[sample] - covered[sample] }
        }
      }
    }
    let wanted = falls.flatMap { own in
      (0..<3).flatMap { _ in zip(own, counts).map { $0 / $1 } }
    }
    expectClose(try result.map.doubles(), wanted, relative: 1e-8)
  }

  @Test func `Series and volumes take a side for each axis`() throws {
    let series = try WindowGrid(over: [1, 3, 8], window: [5], stride: [2])
    #expect(series.counts == [3])
    let volume = try WindowGrid(over: [1, 2, 4, 6, 5], window: [4, 2, 3], stride: [1, 2, 2])
    #expect(volume.counts == [1, 3, 2])
    #expect(try volume.masks(0..<6).shape == [1, 6, 1, 4, 6, 5])
    #expect(try volume.masks(0..<1).converted(to: .float64).doubles().reduce(0, +) == 24)
  }

  @Test func `Groups of feature ablation have any shape`() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(1)
    let result = try FeatureAblation(window: [3, 7]).attribute(model, input: input, target: 0)
    let segments = try #require(result.details["segments"]).doubles()
    #expect(segments == (0..<63).map { Double($0 / 21) })
  }

  @Test func `What does not fit says what would`() throws {
    let shape = [1, 11, 60, 1]
    let error = try #require(throws: InterpretabilityError.self) {
      try WindowGrid(over: shape, window: 5, stride: 1)
    }
    #expect(error.message.contains("window=5x1"), "\(error.message)")
    #expect(throws: InterpretabilityError.self) {
      try WindowGrid(over: shape, window: [5, 1, 1], stride: 1)
    }
    #expect(throws: InterpretabilityError.self) {
      try WindowGrid(over: [1, 1, 9, 9], window: [3, 3], stride: [4, 1])
    }
  }
}
