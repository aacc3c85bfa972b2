/// How a rolled picture is cut into tiles along one axis, as if it went round.
///
/// The cores cover the axis without overlap; each is seen through a window that reaches beyond it on both
/// sides. All windows have one size, so that all tiles run through the same kernels, and begin at
/// multiples of the layer's stride from each other, so that its elements lie in one grid.
struct DeepDreamTiles: Equatable {
  /// How many pixels there are.
  let extent: Int
  /// The pixels that each tile changes.
  let cores: [Range<Int>]
  /// How many pixels a tile sees before its core.
  let margin: Int
  /// How many pixels a tile sees in all.
  let window: Int

  /// Cores of one size or nearly, none larger than `tile` unless the stride is.
  ///
  /// - Parameters:
  ///   - extent: How many pixels there are.
  ///   - tile: The most pixels of a core.
  ///   - margin: How many pixels are seen around a core.
  ///   - stride: Cores begin at its multiples.
  ///   - least: The least pixels of a window.
  init(extent: Int, tile: Int, margin: Int, stride: Int = 1, least: Int = 1) {
    let units = (extent + stride - 1) / stride
    let unitsPerTile = max(1, tile / stride)
    let count = (units + unitsPerTile - 1) / unitsPerTile
    let bounds = (0...count).map { min(extent, $0 * units / count * stride) }
    cores = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    self.extent = extent
    self.margin = margin
    window = max((cores.map(\.count).max() ?? 0) + 2 * margin, least)
  }

  /// The pixels that a tile sees, which go round at the ends.
  func indices(_ tile: Int) -> [Int64] {
    let first = cores[tile].lowerBound - margin
    return (first..<(first + window)).map { Int64((($0 % extent) + extent) % extent) }
  }

  /// Where a tile's core lies in its window.
  func coreInWindow(_ tile: Int) -> Range<Int> { margin..<(margin + cores[tile].count) }
}

/// The tiles of a picture: those of its rows times those of its columns.
struct DeepDreamGrid {
  let rows: DeepDreamTiles
  let columns: DeepDreamTiles

  /// The picture of what `body` makes of each window of a picture `[1, C, H, W]`, cut to the cores.
  func map(_ picture: Tensor, _ body: (Tensor) throws -> Tensor) throws -> Tensor {
    let strips = try rows.cores.indices.map { row in
      let strip = try picture.taking(rows.indices(row), axis: 2)
      let cores = try columns.cores.indices.map { column in
        let window = try strip.taking(columns.indices(column), axis: 3)
        return try body(window)
          .narrowed(axis: 2, to: rows.coreInWindow(row))
          .narrowed(axis: 3, to: columns.coreInWindow(column))
      }
      return try Tensor.concatenated(cores, axis: 3)
    }
    return try .concatenated(strips, axis: 2)
  }

  /// How many tiles there are.
  var count: Int { rows.cores.count * columns.cores.count }
}

extension Tensor {
  /// The elements at some positions of an axis; all of them in order are the tensor itself.
  fileprivate func taking(_ positions: [Int64], axis: Int) throws -> Tensor {
    guard positions != Array(0..<Int64(shape[axis])) else { return self }
    let index = try Tensor(positions, shape: [positions.count]).moved(to: device)
    return try .call("aten::index_select", .tensor(self), .int(axis), .tensor(index))
  }

  /// A picture `[N, C, H, W]` moved down and to the right; what leaves it comes in at the other side.
  func rolled(_ rows: Int, _ columns: Int) throws -> Tensor {
    guard rows != 0 || columns != 0 else { return self }
    return try .call("aten::roll", .tensor(self), .ints([rows, columns]), .ints([2, 3]))
  }
}
