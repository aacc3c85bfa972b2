/// The spread of several samples, side by side: boxes of quantiles for each category.
public struct QuantileChart: VectorPicture, Hashable {
  /// One kind of sample.
  public struct Group: Sendable, Hashable {
    /// Its name; not listed when empty.
    public var name: String
    /// One sample for each category.
    public var samples: [[Double]]

    /// Describes a kind of sample.
    public init(_ name: String, _ samples: [[Double]]) {
      self.name = name
      self.samples = samples
    }
  }

  /// A line above the chart.
  public var title: String
  /// The kinds of samples; each takes the colour of its rank.
  public var groups: [Group]
  /// The names along the x axis.
  public var categories: [String]
  /// What the categories are.
  public var categoryLabel: String
  /// The axis of the values.
  public var yAxis: ChartAxis
  /// What a reader must know, below the chart.
  public var caption: String

  /// Describes samples.
  public init(
    _ title: String, groups: [Group], categories: [String], categoryLabel: String = "",
    y yAxis: ChartAxis,
    caption: String = "Boxes from 25 % to 75 %, a line at the median, whiskers to 5 % and 95 %."
  ) {
    self.title = title
    self.groups = groups
    self.categories = categories
    self.categoryLabel = categoryLabel
    self.yAxis = yAxis
    self.caption = caption
  }

  /// The chart.
  public var chart: Chart {
    let part = 0.8 / Double(max(groups.count, 1))
    let marks = groups.enumerated().map { rank, group in
      let middle = -0.4 + (Double(rank) + 0.5) * part
      return ChartMark.boxes(
        ChartBoxes(
          group.name, x: categories.indices.map { Double($0) + middle }, samples: group.samples,
          width: part * 0.8, color: .series(rank)))
    }
    return Chart(
      title, x: ChartAxis(categoryLabel, scale: .categories(categories), hasGrid: false), y: yAxis,
      marks: marks, caption: caption)
  }

  /// The chart as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` when a group has not one sample for each category.
  public func svg(for medium: ChartMedium) throws -> String { try chart.svg(for: medium) }
}
