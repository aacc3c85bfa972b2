@testable import NNIVisualization
import NNITestSupport
import Testing

struct DeepDreamObjectiveTests {
  private func pixels(_ height: Int, _ width: Int, seed: UInt64 = 3) throws -> Tensor {
    var numbers = SeededNumbers(seed)
    let values = (0..<(3 * height * width)).map { _ in numbers.uniform() }
    return try Tensor(values, shape: [1, 3, height, width])
  }

  /// The mean square of what counts, from a plain forward pass of the whole network.
  private func literal(_ model: Model, _ feature: FeatureReference, _ pixels: Tensor) throws
    -> Double
  {
    var graph = model.graph
    try graph.setOutput(feature.layer)
    let spec = model.inputSpec
    let parts = try (0..<3).map { channel in
      try
        (pixels.narrowed(axis: 1, to: channel..<(channel + 1))
        - (spec.mean.isEmpty ? 0 : spec.mean[channel])) / (spec.std.isEmpty ? 1 : spec.std[channel])
    }
    let value = try graph.forward(.concatenated(parts, axis: 1))
    let values = try value.doubles()
    let each = value.shape.dropFirst(2).reduce(1, *)
    let counted: ArraySlice<Double> =
      if case .one(let channel) = feature.channels {
        values[(channel * each)..<((channel + 1) * each)]
      } else { values[...] }
    return counted.reduce(0) { $0 + $1 * $1 } / Double(counted.count)
  }

  @Test(arguments: [
    "stem", "bend", "pool", "mix:2", "last", "last:3", "logits", "logits:1", "image",
  ])
  func `The derivative is that of the mean square`(name: String) throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    let feature = try FeatureReference(name, in: model.graph)
    let objective = try DeepDreamObjective(model, feature)
    let pixels = try pixels(23, 19)
    let (score, gradient) = try objective.gradient(pixels)
    expectClose([score], [try literal(model, feature, pixels)], relative: 1e-12)
    let derivatives = try gradient.doubles()
    var elements = try pixels.doubles()
    let step = 1e-5
    for position in stride(from: 7, to: elements.count, by: 151) {
      let middle = elements[position]
      func value(_ changed: Double) throws -> Double {
        elements[position] = changed
        defer { elements[position] = middle }
        return try literal(model, feature, Tensor(elements, shape: pixels.shape))
      }
      let difference = try (value(middle + step) - value(middle - step)) / (2 * step)
      expectClose(
        [derivatives[position]], [difference], relative: 1e-6, absolute: 1e-8, "at \(position)")
    }
  }

  @Test func `Tiles give what one tile gives when they see enough`() throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    let objective = try DeepDreamObjective(model, FeatureReference("last", in: model.graph))
    let field = try #require(objective.field)
    let pixels = try pixels(53, 71)
    func gradient(tile: Int, margin: Int) throws -> Tensor {
      let options = DeepDream(tile: tile, margin: margin)
      let grid = objective.tiles(options, height: 53, width: 71)
      #expect(grid.count == (tile == 1000 ? 1 : 4 * 5))
      let found = try objective.gradient(pixels, grid, shift: (17, 40)).gradient
      // Tiles of another size have another number of elements.
      return try found / found.norm()
    }
    let enough = max(field.rows.size, field.columns.size) - 1
    let whole = try gradient(tile: 1000, margin: enough)
    try expectClose(gradient(tile: 16, margin: enough), whole, relative: 1e-12)
    let less = try (gradient(tile: 16, margin: 0) - whole).norm()
    #expect(less > 1e-3, "without margins the borders of the tiles count: \(less)")
  }

  @Test func `A roll there and back changes no bit`() throws {
    let pixels = try pixels(13, 9)
    for shift in [(0, 0), (5, 0), (0, 8), (12, 3)] {
      let rolled = try pixels.rolled(shift.0, shift.1)
      #expect(try rolled.rolled(-shift.0, -shift.1).doubles() == pixels.doubles())
      // Element (0, 0) lies at the shift.
      let place = shift.0 * 9 + shift.1
      #expect(try rolled.doubles()[place] == pixels.doubles()[0])
    }
  }

  @Test(arguments: [(13, 9, 4, 3, 2), (40, 64, 16, 5, 8), (7, 100, 16, 30, 1), (16, 16, 16, 0, 1)])
  func `Windows cut to their cores are the picture`(
    height: Int, width: Int, tile: Int, margin: Int, stride: Int
  ) throws {
    let pixels = try pixels(height, width)
    let grid = DeepDreamGrid(
      rows: DeepDreamTiles(extent: height, tile: tile, margin: margin, stride: stride),
      columns: DeepDreamTiles(extent: width, tile: tile, margin: margin, stride: stride))
    for tiles in [grid.rows, grid.columns] {
      #expect(tiles.cores.allSatisfy { $0.count <= max(tile, stride) && !$0.isEmpty })
      #expect(tiles.cores.allSatisfy { $0.lowerBound % stride == 0 })
    }
    var sizes: Set<[Int]> = []
    let joined = try grid.map(pixels) { window in
      sizes.insert(window.shape)
      return window
    }
    #expect(sizes.count == 1)
    #expect(try joined.doubles() == pixels.doubles())
  }

  @Test func `A layer that sees everything gets the network's own size`() throws {
    var spec = DreamNets.spec
    spec.size = [24, 32]
    let objective = try DeepDreamObjective(
      DreamNets.model(spec: spec), FeatureReference(NodeID("logits")))
    #expect(objective.field == nil)
    let grid = objective.tiles(DeepDream(margin: 4), height: 50, width: 20)
    var shapes: Set<[Int]> = []
    _ = try grid.map(pixels(50, 20)) { window in
      shapes.insert(window.shape)
      return window
    }
    #expect(shapes == [[1, 3, 24, 32]])
  }
}
