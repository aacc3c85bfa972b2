/// An input's elements in groups, by labels.
struct LabelParts: InputParts {
  /// The labels as they were given, `int64`, `[1 or N, 1 or C, …]` or `[1 or N, features]`.
  let labels: Tensor
  /// How many different labels there are in the whole batch.
  let count: Int
  /// The labels numbered from 0 in their order.
  private let numbers: Tensor

  /// The groups of whole-numbered labels.
  init(_ labels: Tensor) throws {
    self.labels = try labels.converted(to: .int64).moved(to: .cpu)
    let results = try Tensor.tensors(
      of: "aten::_unique2", [.tensor(self.labels), .bool(true), .bool(true)])
    (count, numbers) = (results[0].count, results[1])
  }

  /// The groups of a tensor that somebody made for inputs of a shape.
  ///
  /// - Throws: ``InterpretabilityError`` when it does not fit the shape or does not hold whole numbers.
  init(_ tensor: Tensor, name: String, over shape: [Int]) throws {
    let leading = shape.count > 2 ? 2 : 1
    var labels = tensor
    if labels.rank == shape.count - leading {
      labels = try labels.reshaped([Int](repeating: 1, count: leading) + labels.shape)
    }
    guard labels.rank == shape.count, labels.shape.dropFirst(leading) == shape.dropFirst(leading),
      zip(labels.shape, shape).allSatisfy({ $0 == 1 || $0 == $1 })
    else {
      throw InterpretabilityError(
        .invalidOption,
        "the mask \(name) has shape \(tensor.shape); wanted \(Array(shape.dropFirst(leading))), or "
          + "the input's \(shape), with 1 for batch or channels")
    }
    guard try labels.isFinite(), try labels.doubles().allSatisfy({ $0 == $0.rounded() }) else {
      throw InterpretabilityError(
        .invalidOption,
        "the mask \(name) holds numbers that are not whole; labels are whole numbers")
    }
    try self.init(labels)
  }

  /// Windows side by side, numbered row by row.
  init(windows side: WindowExtent, over shape: [Int]) throws {
    let grid = try WindowGrid(over: shape, window: side, stride: side)
    let elements = grid.extents.reduce(1, *)
    let labels = (0..<elements).map { element -> Int64 in
      var (label, rest, inner) = (0, element, elements)
      for (axis, extent) in grid.extents.enumerated() {
        inner /= extent
        label = label * grid.counts[axis] + rest / inner / grid.window[axis]
        rest %= inner
      }
      return Int64(label)
    }
    let leading = [Int](repeating: 1, count: shape.count - grid.extents.count)
    try self.init(Tensor(labels, shape: leading + grid.extents))
  }

  func masks(_ range: Range<Int>) throws -> Tensor {
    let wanted = try Tensor(range.map { Int64($0) }, shape: [range.count])
      .aligned(toAxis: 1, rank: numbers.rank + 1)
    return try .call("aten::eq.Tensor", .tensor(numbers.unsqueezed(1)), .tensor(wanted))
  }

  func boxes() throws -> [[Box]]? {
    let shape = numbers.shape
    guard shape.count == 4 else { return nil }
    let elements = try numbers.elements(as: Int64.self)
    let empty = Box(rows: 0..<0, columns: 0..<0)
    var boxes = [[Box]](repeating: [Box](repeating: empty, count: count), count: shape[0])
    for (place, number) in elements.enumerated() {
      let (line, column) = place.quotientAndRemainder(dividingBy: shape[3])
      let row = line % shape[2]
      let sample = line / (shape[1] * shape[2])
      let element = Box(rows: row..<(row + 1), columns: column..<(column + 1))
      boxes[sample][Int(number)] = boxes[sample][Int(number)].union(element)
    }
    return boxes
  }

  func masks(_ patches: [Patch], in region: PatchRegion) throws -> Tensor {
    let isShared = numbers.shape[0] == 1
    let wanted = try Tensor(patches.map { Int64($0.part) }, shape: [patches.count, 1, 1, 1])
    let found = try numbers.cut(region, samples: patches.map { isShared ? 0 : $0.sample })
    return try .call("aten::eq.Tensor", .tensor(found), .tensor(wanted))
  }

  /// Each element's group's value: `[N, count]` becomes an input's `shape`.
  func spread(_ values: Tensor, to shape: [Int]) throws -> Tensor {
    let places = try numbers.moved(to: values.device).flattened(from: 1)
    let spread = try Tensor.call(
      "aten::gather", .tensor(values), .int(1),
      .tensor(places.expanded(to: [shape[0], places.shape[1]])))
    return try spread.reshaped([shape[0]] + numbers.shape.dropFirst()).repeated(to: shape)
  }
}
