/// A part of a map for each of several patches, all of one height and width.
package struct PatchRegion: Sendable, Equatable {
  package let height: Int
  package let width: Int
  /// The first row of each part.
  package let rows: [Int]
  /// The first column of each part.
  package let columns: [Int]

  init(height: Int, width: Int, rows: [Int], columns: [Int]) {
    self.height = height
    self.width = width
    self.rows = rows
    self.columns = columns
  }

  /// The smallest parts of one size that hold the boxes; those at the border are moved inwards.
  ///
  /// - Parameters:
  ///   - boxes: What the parts must hold, each within the map.
  ///   - map: The height and the width of the map.
  init(holding boxes: [Box], map: (height: Int, width: Int)) {
    (height, width) = Self.extents(
      max(1, boxes.map(\.rows.count).max() ?? 1), max(1, boxes.map(\.columns.count).max() ?? 1),
      of: map)
    rows = boxes.map { [height = self.height] in min($0.rows.lowerBound, map.height - height) }
    columns = boxes.map { [width = self.width] in min($0.columns.lowerBound, map.width - width) }
  }

  /// The extents of a part, or those of its map when it is nearly all of it: then cutting windows out
  /// costs more than the rest of the map.
  static func extents(
    _ height: Int, _ width: Int, of map: (height: Int, width: Int)
  ) -> (height: Int, width: Int) {
    let isNearlyAll = 100 * height * width >= 85 * map.height * map.width
    return isNearlyAll ? map : (height, width)
  }

  /// All of a map, for each of some patches.
  init(wholeMap height: Int, _ width: Int, patches: Int) {
    let zeros = [Int](repeating: 0, count: patches)
    self.init(height: height, width: width, rows: zeros, columns: zeros)
  }

  /// What a layer needs of its input to compute these parts; it may reach beyond the map.
  func seen(through window: Window) -> PatchRegion {
    PatchRegion(
      height: window.inputCount(of: height, axis: 0),
      width: window.inputCount(of: width, axis: 1),
      rows: rows.map { window.firstInput(of: $0, axis: 0) },
      columns: columns.map { window.firstInput(of: $0, axis: 1) })
  }
}

extension Tensor {
  /// Parts cut out of maps `[N, C, H, W]`, one for each patch.
  ///
  /// - Parameters:
  ///   - region: Where the parts lie.
  ///   - samples: For each patch the sample whose map it is.
  ///   - border: What lies beyond the map.
  ///   - changed: Values that stand over the map's own, and where, if any.
  /// - Returns: The parts, `[patches, C, height, width]`.
  /// - Throws: `TorchError` for tensors that do not fit each other.
  package func cut(
    _ region: PatchRegion, samples: [Int], border: Double = 0,
    changed: (values: Tensor, region: PatchRegion)? = nil
  ) throws -> Tensor {
    let places = samples.indices.flatMap { patch in
      [
        samples[patch], region.rows[patch], region.columns[patch],
        changed?.region.rows[patch] ?? 0, changed?.region.columns[patch] ?? 0,
      ].map { Int64($0) }
    }
    return try .call(
      "nni::windows", .tensor(self), .tensor(Tensor(places, shape: [samples.count, 5])),
      .int(region.height), .int(region.width), .double(border), .optional(changed?.values))
  }
}
