/// Writes shapes between the axes of a chart.
struct ChartCanvas {
  let layout: ChartLayout
  let style: ChartStyle
  let medium: ChartMedium

  init(layout: ChartLayout, style: ChartStyle, medium: ChartMedium) {
    self.layout = layout
    self.style = style
    self.medium = medium
  }

  /// Lines and areas are cut at the frame; points and words are whole or not there.
  func svg(_ shapes: [ChartShape]) -> String {
    var (result, cut) = ("", "")
    func close() {
      guard !cut.isEmpty else { return }
      result += clipped(cut)
      cut = ""
    }
    for shape in shapes {
      switch shape {
      case .curve(let places, let stroke): cut += curve(places, stroke)
      case .area(let places, let fill):
        cut += "<path d=\"\(path(places))Z\"\(attributes(fill))/>\n"
      case .rectangle(let first, let second, let fill): cut += rectangle(first, second, fill)
      case .slope(let slope, let intercept, let stroke):
        cut += curve(sampled(slope, intercept), stroke)
      case .whisker(let x, let lower, let upper, let stroke):
        cut += whisker(x, lower, upper, stroke)
      case .markers(let places, let marker, let scale, let fill):
        close()
        let shown = places.filter { layout.x.contains($0.x) && layout.y.contains($0.y) }
        result += markers(shown.map(position), marker, scale: scale, fill)
      case .text(let place, let words):
        close()
        result += note(words, at: place)
      }
    }
    close()
    return result
  }

  func markers(
    _ places: [(Double, Double)], _ marker: ChartMarker, scale: Double, _ fill: ChartFill
  ) -> String {
    guard !places.isEmpty else { return "" }
    let shapes = places.map {
      marker.svg(x: $0.0, y: $0.1, radius: style.pointRadius * scale) + "\n"
    }
    return "<g\(attributes(fill))>\n\(shapes.joined())</g>\n"
  }

  func attributes(_ stroke: ChartStroke) -> String {
    let dashes =
      stroke.dashes.isEmpty
      ? ""
      : " stroke-dasharray=\"\(stroke.dashes.map { number($0) }.joined(separator: " "))\""
    let opacity = stroke.opacity < 1 ? " stroke-opacity=\"\(number(stroke.opacity))\"" : ""
    return " fill=\"none\" stroke=\"\(stroke.color.paint(for: medium))\" "
      + "stroke-width=\"\(number(style.lineWidth * stroke.weight))\" stroke-linejoin=\"round\""
      + dashes + opacity
  }

  func attributes(_ fill: ChartFill) -> String {
    let paint = fill.color.paint(for: medium)
    let strength = fill.isBand ? style.bandOpacity : fill.opacity
    let opacity = strength < 1 ? " fill-opacity=\"\(number(strength))\"" : ""
    return " fill=\"\(paint)\"\(opacity)" + (fill.hasOutline ? " stroke=\"\(paint)\"" : "")
  }

  /// A window onto the frame: an inner `<svg>` cuts what leaves it, and needs no identifier that
  /// another drawing on the page could have too.
  private func clipped(_ body: String) -> String {
    let (width, height) = (layout.right - layout.left + 2, layout.bottom - layout.top + 2)
    let (x, y) = (number(layout.left - 1), number(layout.top - 1))
    return """
      <svg x="\(x)" y="\(y)" width="\(number(width))" height="\(number(height))" \
      viewBox="\(x) \(y) \(number(width)) \(number(height))">
      \(body)</svg>

      """
  }

  private func position(_ place: ChartPlace) -> (Double, Double) {
    (layout.x.position(of: place.x), layout.y.position(of: place.y))
  }

  private func path(_ places: [ChartPlace]) -> String {
    places.enumerated().map { index, place in
      let (x, y) = position(place)
      return "\(index == 0 ? "M" : "L")\(number(x)) \(number(y))"
    }.joined()
  }

  private func curve(_ places: [ChartPlace], _ stroke: ChartStroke) -> String {
    "<path d=\"\(path(places))\"\(attributes(stroke))/>\n"
  }

  private func rectangle(_ first: ChartPlace, _ second: ChartPlace, _ fill: ChartFill) -> String {
    // Minus infinity is the lower end of its axis, plus infinity the upper one.
    let (a, b) = (position(first), position(second))
    let corner = (min(a.0, b.0), min(a.1, b.1))
    return """
      <rect x="\(number(corner.0))" y="\(number(corner.1))" \
      width="\(number(abs(a.0 - b.0)))" height="\(number(abs(a.1 - b.1)))"\(attributes(fill))/>

      """
  }

  private func whisker(
    _ x: Double, _ lower: Double, _ upper: Double, _ stroke: ChartStroke
  ) -> String {
    let (place, low) = position(ChartPlace(x: x, y: lower))
    let high = layout.y.position(of: upper)
    let path =
      "M\(number(place - 3)) \(number(low))h6m-3 0V\(number(high))m-3 0h6"
    return "<path d=\"\(path)\"\(attributes(stroke))/>\n"
  }

  /// A straight line bends on a logarithmic axis.
  private func sampled(_ slope: Double, _ intercept: Double) -> [ChartPlace] {
    let count = layout.x.isLogarithmic || layout.y.isLogarithmic ? 64 : 1
    return (0...count).compactMap { step in
      let share = Double(step) / Double(count)
      let x = layout.x.value(at: layout.left + (layout.right - layout.left) * share)
      let y = intercept + slope * x
      return y.isFinite && (y > 0 || !layout.y.isLogarithmic) ? ChartPlace(x: x, y: y) : nil
    }
  }

  private func note(_ words: String, at place: ChartPlace) -> String {
    let size = style.tickSize
    let room = layout.right - layout.left - 8
    let text = TextMetrics.truncated(words, to: room, size: size)
    let width = TextMetrics.width(text, size: size)
    let (x, y) = position(place)
    let left = min(max(x, layout.left + 4), layout.right - 4 - width)
    let base = min(max(y, layout.top + size + 2), layout.bottom - 4)
    return ChartText(text: text, x: left, y: base, size: size, color: .ink).svg(for: medium)
  }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }
}
