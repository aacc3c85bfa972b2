public import NNIUncertainty

extension UncertaintyGrid {
  /// The mean of the members' maps, their deviation, and the mean faded where it is unsure; of one member
  /// only its map.
  ///
  /// - Parameters:
  ///   - title: A line above all.
  ///   - maps: What the members' maps have in common and what not.
  ///   - sample: Which sample of the batch.
  /// - Throws: ``ReportError`` when the maps are not of images.
  public init(_ title: String, _ maps: AttributionDistribution, sample: Int = 0) throws {
    let mean = try HeatMap(maps.mean, sample: sample)
    guard maps.passes > 1 else {
      self.init(
        title, panels: [Panel("", map: try .certain(mean))], columns: 1, panelWidth: 260)
      return
    }
    let sums = try HeatMap(
      summingChannelsOf: maps.deviation.narrowed(axis: 0, to: sample..<(sample + 1)))
    let deviation = try HeatMap(
      sums.values, height: sums.height, width: sums.width, kind: .magnitude)
    self.init(
      title,
      panels: [
        Panel("mean", map: try .certain(mean)), Panel("deviation", map: try .certain(deviation)),
        Panel(
          "faded if unsure", map: try UncertaintyMap(mean: mean, deviation: deviation.values)),
      ], columns: 3,
      caption: "A pixel's deviation is the sum over its channels, at least that of their sum.")
  }

  /// The map of each class, with how many members voted for it.
  ///
  /// - Parameters:
  ///   - title: A line above all.
  ///   - byClass: The maps.
  ///   - sample: Which sample of the batch.
  ///   - limit: The most classes shown; where there are more, those with most votes.
  ///   - label: The name of a class.
  /// - Throws: ``ReportError`` when the maps are not of images.
  public init(
    _ title: String, _ byClass: ClasswiseAttribution, sample: Int = 0, limit: Int = 10,
    label: (Int) -> String
  ) throws {
    let (votes, maps) = (byClass.votes[sample], byClass.maps[sample])
    let chosen =
      votes.count <= limit
      ? Array(votes.indices)
      : Array(
        votes.indices.filter { votes[$0] > 0 }.sorted { (votes[$1], $0) < (votes[$0], $1) }
          .prefix(limit))
    self.init(
      title,
      panels: try chosen.map { index in
        let times = votes[index] == 1 ? "once" : "\(votes[index]) times"
        let map = try maps[index].map {
          try UncertaintyMap.certain(HeatMap(summingChannelsOf: $0))
        }
        return Panel(label(index), note: map == nil ? "" : "predicted \(times)", map: map)
      })
  }
}

extension UncertaintyMap {
  /// A map of which every value is certain.
  public static func certain(_ map: HeatMap) throws -> UncertaintyMap {
    try UncertaintyMap(map, certainty: [Float](repeating: 1, count: map.values.count))
  }
}

extension HeatMap {
  /// A signed map `[1, C, H, W]` with a pixel's channels summed.
  ///
  /// - Throws: ``ReportError`` for another shape.
  public init(summingChannelsOf tensor: Tensor) throws {
    let shape = tensor.shape
    guard shape.count == 4, shape[0] == 1 else {
      throw ReportError(
        .shape, "A heat map needs one sample of an image, [1, C, H, W]; this has shape \(shape).")
    }
    try self.init(
      summing: tensor.converted(to: .float32).elements(as: Float.self), channels: shape[1],
      height: shape[2], width: shape[3])
  }
}
