import NNIImages

/// Writes the SVG of a ``Chart``.
struct ChartDrawing {
  let chart: Chart
  let layout: ChartLayout
  let medium: ChartMedium

  init(_ chart: Chart, layout: ChartLayout, medium: ChartMedium) {
    self.chart = chart
    self.layout = layout
    self.medium = medium
  }

  func body() throws -> String {
    try heading + grid
      + ChartCanvas(layout: layout, style: chart.style, medium: medium).svg(layout.shapes)
      + axes + thumbnails() + notes
  }

  private var style: ChartStyle { chart.style }

  private var heading: String {
    var result = ""
    var y = style.margin
    for line in layout.title {
      y += style.titleSize + 4
      result += ChartText(
        text: line, x: style.margin, y: y - 5, size: style.titleSize, color: .ink, isBold: true
      ).svg(for: medium)
    }
    if layout.legend.rows > 0 { y += 4 }
    for item in layout.legend.items {
      let middle = y + (Double(item.row) + 0.5) * layout.legend.rowHeight
      let x = style.margin + item.x
      result += swatch(item.entry.swatch, x: x, y: middle)
      result += ChartText(
        text: item.text, x: x + ChartLegend.swatchWidth + 6, y: middle + style.labelSize * 0.36,
        size: style.labelSize, color: .ink
      ).svg(for: medium)
    }
    return result
  }

  private func swatch(_ swatch: ChartLegendEntry.Swatch, x: Double, y: Double) -> String {
    let canvas = ChartCanvas(layout: layout, style: style, medium: medium)
    let width = ChartLegend.swatchWidth
    switch swatch {
    case .line(let stroke, let marker, let band):
      let area =
        band.map {
          "<rect x=\"\(number(x))\" y=\"\(number(y - 5))\" width=\"\(number(width))\" height=\"10\""
            + "\(canvas.attributes($0))/>\n"
        } ?? ""
      let line =
        "<path d=\"M\(number(x)) \(number(y))H\(number(x + width))\"\(canvas.attributes(stroke))/>\n"
      let point =
        marker.map {
          canvas.markers(
            [(x + width / 2, y)], $0, scale: 1, ChartFill(color: stroke.color))
        } ?? ""
      return area + line + point
    case .marker(let marker, let fill):
      return canvas.markers([(x + width / 2, y)], marker, scale: 1.2, fill)
    case .square(let fill):
      return
        "<rect x=\"\(number(x + 5))\" y=\"\(number(y - 5.5))\" width=\"12\" height=\"11\""
        + "\(canvas.attributes(fill))/>\n"
    }
  }

  private var grid: String {
    var path = ""
    if chart.xAxis.hasGrid {
      for value in layout.xTicks.values {
        path +=
          "M\(number(layout.x.position(of: value))) \(number(layout.top))V\(number(layout.bottom))"
      }
    }
    if chart.yAxis.hasGrid {
      for value in layout.yTicks.values {
        path +=
          "M\(number(layout.left)) \(number(layout.y.position(of: value)))H\(number(layout.right))"
      }
    }
    guard !path.isEmpty else { return "" }
    return
      "<path d=\"\(path)\" stroke=\"\(paint(.faint))\" stroke-width=\"0.75\" fill=\"none\"/>\n"
  }

  private var axes: String {
    let (left, bottom) = (layout.left, layout.bottom)
    var path = "M\(number(left)) \(number(layout.top))V\(number(bottom))H\(number(layout.right))"
    var labels = ""
    for (value, label) in zip(layout.yTicks.values, layout.yTicks.labels) {
      let y = layout.y.position(of: value)
      path += "M\(number(left)) \(number(y))h-3"
      labels += ChartText(
        text: label, x: left - ChartLayout.tickGap, y: y + style.tickSize * 0.36,
        size: style.tickSize, anchor: .end
      ).svg(for: medium)
    }
    for (value, label) in zip(layout.xTicks.values, layout.xTicks.labels) {
      let x = layout.x.position(of: value)
      path += "M\(number(x)) \(number(bottom))v3"
      labels += ChartText(
        text: label, x: layout.isTilted ? x + 3 : x,
        y: bottom + ChartLayout.tickGap + style.tickSize * 0.85, size: style.tickSize,
        anchor: layout.isTilted ? .end : .middle,
        rotation: layout.isTilted ? -ChartLayout.tilt : 0
      ).svg(for: medium)
    }
    return
      "<path d=\"\(path)\" stroke=\"\(paint(.muted))\" stroke-width=\"1\" fill=\"none\"/>\n"
      + labels + axisLabels
  }

  private var axisLabels: String {
    let (middle, center) = ((layout.left + layout.right) / 2, (layout.top + layout.bottom) / 2)
    let room = layout.right - layout.left
    let x = TextMetrics.truncated(
      Self.label(chart.xAxis, layout.xTicks), to: room, size: style.labelSize)
    let y = TextMetrics.truncated(
      Self.label(chart.yAxis, layout.yTicks), to: layout.bottom - layout.top + 20,
      size: style.labelSize)
    return ChartText(
      text: x, x: middle, y: layout.labelTop, size: style.labelSize, color: .ink, anchor: .middle
    ).svg(for: medium)
      + ChartText(
        text: y, x: style.margin + style.labelSize * 0.8, y: center, size: style.labelSize,
        color: .ink, anchor: .middle, rotation: -90
      ).svg(for: medium)
  }

  private static func label(_ axis: ChartAxis, _ ticks: AxisTicks) -> String {
    guard !ticks.factor.isEmpty else { return axis.label }
    return axis.label.isEmpty ? ticks.factor : "\(axis.label) (\(ticks.factor))"
  }

  private func thumbnails() throws -> String {
    let row = layout.thumbnails
    let y = layout.labelTop - style.labelSize - 2 - row.side
    return try row.shown.map { thumbnail in
      let side = Double(max(thumbnail.image.width, thumbnail.image.height))
      let width = row.side * Double(thumbnail.image.width) / side
      let height = row.side * Double(thumbnail.image.height) / side
      let x = layout.x.position(of: thumbnail.x) - width / 2
      return try """
      <image x="\(number(x))" y="\(number(y + (row.side - height) / 2))" \
      width="\(number(width))" height="\(number(height))" preserveAspectRatio="none" \
      style="image-rendering:pixelated" href="\(thumbnail.image.pngAddress())"/>

      """
    }.joined()
  }

  private var notes: String {
    layout.notes.enumerated().map { index, line in
      ChartText(
        text: line, x: style.margin, y: layout.noteTop + Double(index) * (style.tickSize + 3),
        size: style.tickSize
      ).svg(for: medium)
    }.joined()
  }

  private func paint(_ color: ChartColor) -> String { color.paint(for: medium) }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }
}
