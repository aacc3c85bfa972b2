/// The mean square of a layer's activation and its derivative by the pixels.
struct DeepDreamObjective {
  private let graph: Graph
  private let feature: FeatureReference
  private let spec: InputSpec
  private let budget: MemoryBudget
  /// What an element of the layer sees, unless that is the whole input.
  let field: ReceptiveField?

  /// The objective for a layer of a network, or a channel of it.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such layer or channel.
  init(_ model: Model, _ feature: FeatureReference) throws {
    _ = try model.graph[feature.layer]
    field = try model.receptiveField(of: feature.layer)
    graph = try model.prepared(upTo: feature.layer)
    spec = model.inputSpec
    budget = model.memoryBudget
    self.feature = feature
  }

  /// How many pixels an element of the layer stands for.
  var strides: (rows: Int, columns: Int) {
    (field?.rows.stride ?? 1, field?.columns.stride ?? 1)
  }

  /// The side of the largest tile that the budget of memory allows: the wanted one, or that halved as
  /// often as it takes, down to 16.
  ///
  /// - Parameters:
  ///   - wanted: The side that is wanted.
  ///   - margin: How many pixels around it are seen.
  ///   - picture: The picture's larger side; no tile is larger.
  /// - Returns: The side.
  /// - Throws: ``InterpretabilityError`` when the layer cannot be computed.
  func affordable(_ wanted: Int, margin: Int, picture: Int) throws -> Int {
    guard let field else { return wanted }
    // What a layer keeps grows with the area that it sees.
    let probe = max(field.rows.size, field.columns.size, 64)
    let channels = spec.channelCount ?? 3
    let pixels = try Tensor.full([1, channels, probe, probe], 0, dtype: graph.parameterType)
      .moved(to: graph.device)
    let bytes = try graph.trace(pixels, readable: [], to: feature.layer).bytesPerSample()
    var tile = wanted
    while tile > 16 {
      let window = min(tile, picture) + 2 * margin
      let needed = Double(bytes) * Double(window * window) / Double(probe * probe)
      if needed <= Double(budget.bytesOfRecord) { break }
      tile = max(16, tile / 2)
    }
    return tile
  }

  /// The tiles in which a picture is seen.
  ///
  /// A window is never smaller than what one element sees, or than the network's usual image if that is
  /// less: a smaller picture is then seen more than once.
  func tiles(_ options: DeepDream, height: Int, width: Int) -> DeepDreamGrid {
    let sizes = spec.size.count == 2 ? spec.size : []
    func tiles(_ extent: Int, _ axis: ReceptiveField.Axis?, _ usual: Int?) -> DeepDreamTiles {
      guard let axis else {
        // The whole input is seen: it has the size that the network takes, if one is known.
        let side = usual ?? min(extent, options.tile) + 2 * options.margin
        let margin = min(options.margin, (side - 1) / 4)
        return DeepDreamTiles(
          extent: extent, tile: side - 2 * margin, margin: margin, least: side)
      }
      return DeepDreamTiles(
        extent: extent, tile: options.tile, margin: options.margin, stride: axis.stride,
        least: min(axis.size, usual ?? axis.size))
    }
    return DeepDreamGrid(
      rows: tiles(height, field?.rows, sizes.first),
      columns: tiles(width, field?.columns, sizes.last))
  }

  /// The objective for a picture in tiles and its derivative, computed as if the picture were rolled.
  ///
  /// - Parameters:
  ///   - pixels: The picture, `[1, C, H, W]` with values from 0 to 1.
  ///   - grid: The tiles.
  ///   - shift: How far the picture is rolled down and to the right; the derivative is rolled back.
  /// - Returns: The mean of the tiles' objectives, and the derivative by each pixel, `[1, C, H, W]`.
  /// - Throws: ``InterpretabilityError`` when the derivative is NaN or infinite.
  func gradient(
    _ pixels: Tensor, _ grid: DeepDreamGrid, shift: (rows: Int, columns: Int)
  ) throws -> (score: Double, gradient: Tensor) {
    var total = 0.0
    let rolled = try grid.map(pixels.rolled(shift.rows, shift.columns)) { window in
      let (score, gradient) = try self.gradient(window)
      total += score
      return gradient
    }
    guard try rolled.isFinite(), total.isFinite else {
      throw InterpretabilityError(
        .notFinite, "the derivative of its mean square is NaN or infinite", node: feature.layer)
    }
    return (total / Double(grid.count), try rolled.rolled(-shift.rows, -shift.columns))
  }

  /// `J = Σ A² / n` for pixels `[1, C, H, W]`, and `∂J/∂x`.
  func gradient(_ pixels: Tensor) throws -> (score: Double, gradient: Tensor) {
    let trace = try graph.trace(spec.normalized(pixels), to: feature.layer)
    let value = try trace[feature.layer]
    let elements = try feature.elements(of: value)
    let score = try elements.squared().orderedSum() / Double(elements.count)
    let seed = try feature.masked(value) * (2 / Double(elements.count))
    let byInput = try trace.propagate(
      [feature.layer: Signal(seed)], using: [.any: .gradient])[graph.input]
    return (score, try spec.derivativeByPixels(byInput))
  }
}
