public import NNIImages

/// What every stochastic pass says of a few classes, at each of several inputs: a strip of points.
///
/// The colour is the class; points are scattered sideways within their input's strip, each class in a
/// part of its own, so that they do not hide each other. Made for the logits or probabilities of
/// dropout at test time while a digit turns (Gal and Ghahramani 2016, `gal2016dropout`).
public struct ScatterChart: VectorPicture, Hashable {
  /// One class.
  public struct Group: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// For each input, the value of each pass.
    public var values: [[Double]]

    /// Describes a class.
    public init(_ name: String, _ values: [[Double]]) {
      self.name = name
      self.values = values
    }
  }

  /// A line above the chart.
  public var title: String
  /// The classes; each takes the colour of its rank.
  public var groups: [Group]
  /// The name of each input.
  public var inputs: [String]
  /// The picture of each input; none when empty.
  public var pictures: [Image]
  /// What the inputs are.
  public var inputLabel: String
  /// The axis of the values.
  public var yAxis: ChartAxis
  /// 0 (invisible) to 1.
  public var opacity: Double
  /// Chooses how points are scattered.
  public var seed: UInt64
  /// What a reader must know, below the chart.
  public var caption: String

  /// Describes strips.
  public init(
    _ title: String, groups: [Group], inputs: [String], pictures: [Image] = [],
    inputLabel: String = "rotation", y yAxis: ChartAxis = ChartAxis("logit"),
    opacity: Double = 0.45, seed: UInt64 = 0, caption: String = ""
  ) {
    self.title = title
    self.groups = groups
    self.inputs = inputs
    self.pictures = pictures
    self.inputLabel = inputLabel
    self.yAxis = yAxis
    self.opacity = opacity
    self.seed = seed
    self.caption = caption
  }

  /// The chart.
  ///
  /// - Throws: ``ReportError`` when a class or the pictures are not as many as the inputs.
  public func chart() throws -> Chart {
    let part = 0.84 / Double(max(groups.count, 1))
    let marks = try groups.enumerated().map { rank, group in
      try checkColumns(
        "class '\(group.name)'",
        [("inputs", inputs.count), ("lists of values", group.values.count)])
      let middle = -0.42 + (Double(rank) + 0.5) * part
      let x = group.values.enumerated().flatMap { index, values in
        values.map { _ in Double(index) + middle }
      }
      return ChartMark.points(
        ChartPoints(
          group.name, x: x, y: group.values.flatMap(\.self), color: .series(rank),
          opacity: opacity, size: 0.7, jitter: part * 0.86, seed: seed &+ UInt64(rank)))
    }
    let places = inputs.indices.map(Double.init)
    return Chart(
      title, x: ChartAxis(inputLabel, scale: .categories(inputs), hasGrid: false), y: yAxis,
      marks: stripes + marks, caption: caption,
      thumbnails: try ChartThumbnail.row(pictures, at: places),
      width: min(max(560, Double(inputs.count) * 56 + 90), 2000),
      height: pictures.isEmpty ? 380 : 420)
  }

  /// The chart as one `<svg>` element.
  ///
  /// - Throws: what ``chart()`` throws.
  public func svg(for medium: ChartMedium) throws -> String { try chart().svg(for: medium) }

  /// Every second input has a shaded ground.
  private var stripes: [ChartMark] {
    inputs.indices.filter { $0 % 2 == 1 }.map {
      .region(ChartRegion("", x: Double($0) - 0.5...Double($0) + 0.5, opacity: 0.07))
    }
  }
}
