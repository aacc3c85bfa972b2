@testable import NNIGraph
@testable import NNIMethods
import NNITestSupport
import Testing

/// Judged by which numbers of a network change when a window of its input does.
@Suite struct PatchScheduleTests {
  private static let shape = [2, 23, 21]

  private func convolution(
    _ weight: [Int], stride: [Int]? = nil, padding: [Int], dilation: [Int]? = nil, groups: Int = 1,
    _ numbers: inout SeededNumbers
  ) throws -> ConvolutionLayer {
    ConvolutionLayer(
      weight: try numbers.tensor(weight), stride: stride, padding: padding, dilation: dilation,
      groups: groups)
  }

  private func model() throws -> Model {
    var numbers = SeededNumbers(4)
    var graph = Graph(input: "image")
    let first = try convolution([4, 2, 3, 3], padding: [1, 1], &numbers)
    try graph.add(first, as: "first", after: ["image"])
    try graph.add(ActivationLayer(.tanh), as: "tanh", after: ["first"])
    let grouped = try convolution(
      [6, 2, 3, 2], stride: [2, 1], padding: [0, 1], dilation: [1, 1], groups: 2, &numbers)
    try graph.add(grouped, as: "grouped", after: ["tanh"])
    try graph.add(FlattenLayer(), as: "flat", after: ["grouped"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([3, 6 * 11 * 22])), as: "logits", after: ["flat"])
    return try Model(graph)
  }

  private func schedule(_ model: Model, _ grid: WindowGrid, memory: Int) throws -> PatchSchedule {
    let trace = try model.graph.trace(.full([1] + Self.shape, 0, dtype: .float64), readable: [])
    let patches = try #require(try grid.patches(samples: 1))
    let schedule = try Recomputation(worthwhileShare: .infinity, memory: memory).schedule(
      patches, trace, to: model.graph.output)
    return try #require(schedule)
  }

  private func extent(_ places: [Int]) -> Int { (places.max() ?? 0) - (places.min() ?? 0) + 1 }

  /// The products that are summed up for the numbers in the box of those that change, counted one by one.
  private func literalCount(_ model: Model, _ grid: WindowGrid) throws -> (part: Int, all: Int) {
    var numbers = SeededNumbers(6)
    let input = try numbers.tensor([1] + Self.shape)
    let clean = try model.graph.trace(input, readable: [])
    let products = ["first": 2 * 3 * 3, "grouped": 2 * 3 * 2]
    var (part, all) = (0, 0)
    for window in 0..<grid.count {
      let mask = try grid.masks(window..<(window + 1)).reshaped([1, 1, 23, 21])
      let changed = try model.graph.trace(
        (input + 1).selected(where: mask, otherwise: input), readable: [])
      for (name, products) in products {
        let node = NodeID(name)
        let differences = try (changed[node] - clean[node]).magnitude().sum(over: [0, 1])
        let (height, width) = (differences.shape[0], differences.shape[1])
        let values = try differences.doubles()
        let places = values.indices.filter { values[$0] > 0 }
        let box = extent(places.map { $0 / width }) * extent(places.map { $0 % width })
        let channels = try clean[node].shape[1]
        part += channels * box * products
        all += channels * height * width * products
      }
      let dense = 3 * 6 * 11 * 22
      part += dense
      all += dense
    }
    return (part, all)
  }

  @Test(arguments: [(4, 3), (5, 5)]) func countsTheProducts(window: Int, stride: Int) throws {
    let model = try model()
    let grid = try WindowGrid(over: [1] + Self.shape, window: window, stride: stride)
    let literal = try literalCount(model, grid)
    // With room for one patch each is computed in its own size.
    let schedule = try schedule(model, grid, memory: 1)
    #expect(schedule.batches.count == grid.count)
    #expect(schedule.multiplyAddShare == Double(literal.part) / Double(literal.all))
    #expect(schedule.multiplyAddShare < 0.7)
  }

  @Test func patchesOfABatchCostAsMuchAsTheLargest() throws {
    let (model, grid) = (
      try model(), try WindowGrid(over: [1] + Self.shape, window: 4, stride: 3)
    )
    let alone = try schedule(model, grid, memory: 1)
    let together = try schedule(model, grid, memory: 1 << 30)
    #expect(together.multiplyAddShare > alone.multiplyAddShare)
    #expect(together.batches.flatMap(\.positions).sorted() == Array(0..<grid.count))
  }

  @Test func theMemoryIsAboutWhatABatchHolds() throws {
    let (model, grid) = (
      try model(), try WindowGrid(over: [1] + Self.shape, window: 4, stride: 3)
    )
    // The largest node of all is the flattened map of 6 × 11 × 22 numbers of 8 bytes, out of as many.
    let patch = 8 * 2 * 6 * 11 * 22
    let schedule = try schedule(model, grid, memory: 3 * patch)
    #expect(schedule.rowsAtOnce == 3)
    #expect(schedule.batches.map(\.positions.count).max() == 3)
  }
}
