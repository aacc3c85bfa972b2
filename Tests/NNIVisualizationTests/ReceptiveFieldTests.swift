@testable import NNIVisualization
import NNITestSupport
import Testing

struct ReceptiveFieldTests {
  /// The rows and columns of the input that change an element, found by changing each pixel.
  private func literal(_ model: Model, _ layer: NodeID, row: Int, column: Int, _ size: [Int]) throws
    -> [Range<Int>]
  {
    var graph = model.graph
    try graph.setOutput(layer)
    var numbers = SeededNumbers(8)
    var elements = try numbers.tensor([1, 3] + size).doubles()
    func value() throws -> [Double] {
      let output = try graph.forward(Tensor(elements, shape: [1, 3] + size))
      return try output.narrowed(axis: 2, to: row..<(row + 1))
        .narrowed(axis: 3, to: column..<(column + 1)).doubles()
    }
    let before = try value()
    var (rows, columns): ([Int], [Int]) = ([], [])
    for y in 0..<size[0] {
      for x in 0..<size[1] {
        let place = y * size[1] + x
        let middle = elements[place]
        elements[place] += 10
        if try value() != before {
          rows.append(y)
          columns.append(x)
        }
        elements[place] = middle
      }
    }
    return [rows, columns].map { ($0.min() ?? 0)..<(($0.max() ?? -1) + 1) }
  }

  @Test(arguments: ["stem", "pool", "skip", "narrow", "both", "mix", "last"])
  func `It holds the pixels that change an element, and no more`(layer: String) throws {
    let size = [37, 41]
    for padding in [true, false] where padding || !["skip", "narrow"].contains(layer) {
      var spec = InputSpec()
      spec.size = size
      let model = try DreamNets.model(isLinear: true, padding: padding, spec: spec)
      let field = try #require(try model.receptiveField(of: NodeID(layer)))
      for (row, column) in padding ? [(0, 0), (2, 1), (4, 4), (3, 4)] : [(0, 0), (1, 1), (0, 2)] {
        let found = try literal(model, NodeID(layer), row: row, column: column, size)
        let whole = [field.rows.inputs(of: row), field.columns.inputs(of: column)]
        for (found, (whole, extent)) in zip(found, zip(whole, size)) {
          let said = whole.clamped(to: 0..<extent)
          // A dilated window has holes: the outermost pixel that is left at a border may lie in one.
          let isExact = said == whole || ["stem", "pool", "narrow"].contains(layer)
          #expect(
            isExact
              ? found == said
              : said.contains(found.lowerBound) && found.upperBound <= said.upperBound,
            "\(layer) at \(row), \(column)")
        }
      }
    }
  }

  @Test func `Layers that see everything have none`() throws {
    let model = try DreamNets.model()
    for layer in ["mean", "flat", "logits"] {
      #expect(try model.receptiveField(of: NodeID(layer)) == nil)
    }
    #expect(try model.receptiveField(of: "image") == ReceptiveField())
    #expect(throws: InterpretabilityError.self) { try model.receptiveField(of: "none") }
  }

  @Test func `VGG16's are those of the literature`() throws {
    // Araujo et al. 2019, table of VGG-16: conv5_3 before its pooling sees 196, and 212 after it.
    var fields = ReceptiveField.Axis()
    let (conv, pool) = (Window([3], padding: [1]), Window([2], stride: [2]))
    for count in [2, 2, 3, 3] {
      for _ in 0..<count { fields = fields.seen(through: conv, axis: 0) }
      fields = fields.seen(through: pool, axis: 0)
    }
    for _ in 0..<3 { fields = fields.seen(through: conv, axis: 0) }
    #expect(fields.size == 196 && fields.stride == 16)
    fields = fields.seen(through: pool, axis: 0)
    #expect(fields.size == 212 && fields.stride == 32)
  }
}
