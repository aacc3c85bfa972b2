/// A chart in words.
struct ChartDescription {
  let text: String

  init(_ chart: Chart, x: ChartScale, y: ChartScale, notes: [String]) {
    let names = chart.marks.compactMap(\.drawing.legend?.label)
    let series = names.isEmpty ? [] : ["Shown: " + names.prefix(20).joined(separator: ", ") + "."]
    let axes = [("x", chart.xAxis, x), ("y", chart.yAxis, y)].map { name, axis, scale in
      "The \(name) axis is \(axis.label.isEmpty ? "unnamed" : axis.label), \(Self.range(axis, scale))."
    }
    let caption = chart.caption.isEmpty ? [] : [chart.caption]
    text = (axes + series + caption + notes).joined(separator: " ")
  }

  private static func range(_ axis: ChartAxis, _ scale: ChartScale) -> String {
    if case .categories(let names) = axis.scale {
      return names.isEmpty ? "without names" : names.prefix(20).joined(separator: ", ")
    }
    let (lower, upper) = (NumberText.short(scale.lower), NumberText.short(scale.upper))
    let share = axis.format == .percent
    let ends =
      share
      ? (
        NumberText.fixed(scale.lower * 100, decimals: 1),
        NumberText.fixed(scale.upper * 100, decimals: 1) + " %"
      ) : (lower, upper)
    return "from \(ends.0) to \(ends.1)" + (scale.isLogarithmic ? ", logarithmic" : "")
  }
}
