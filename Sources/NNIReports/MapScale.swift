/// The colour bar of one map or of several that share a scale: its colours and the values at its ends.
///
/// An end beyond which values are cut is marked: `≥ 0.12` instead of `0.12`.
public struct MapScale: Sendable, Hashable {
  private let colors: ColorMap
  private let limit: Double
  private let isSigned: Bool
  private var isCut: Bool
  private var isEmpty: Bool

  /// The bar of a map.
  ///
  /// - Throws: ``ReportError`` when the scaling is out of range.
  public init(of map: HeatMap, colors: ColorMap, scaling: HeatMapScaling) throws {
    self.colors = colors
    limit = try scaling.limit(of: map)
    isSigned = map.kind == .signed && colors.kind == .diverging
    isCut = map.largestMagnitude > limit * (1 + 1e-6)
    isEmpty = map.isZero
  }

  /// One bar for all where they have the same colours and ends; `nil` where they have not.
  ///
  /// Maps of zeros fit any bar.
  static func shared(_ scales: [MapScale]) -> MapScale? {
    let shown = scales.filter { !$0.isEmpty }
    guard var result = shown.first, shown.count > 1,
      shown.allSatisfy({
        $0.colors == result.colors && $0.limit == result.limit && $0.isSigned == result.isSigned
      })
    else { return nil }
    result.isCut = shown.contains(where: \.isCut)
    return result
  }

  /// The bar without what a bar that stands for several maps says already.
  var beside: MapScale? { isEmpty ? self : nil }

  /// The bar as the page holds it; words for a map of zeros.
  var html: String {
    guard !isEmpty else { return "<p class=\"ends\">zero everywhere</p>\n" }
    let value = NumberText.short(limit)
    let (low, high) = (
      isSigned ? (isCut ? "≤ −\(value)" : "−\(value)") : "0", isCut ? "≥ \(value)" : value
    )
    let stops = (0...8).map { step in
      let share = Double(step) / 8
      return colors.color(of: isSigned ? share * 2 - 1 : share).hexadecimal
    }
    let cut = isCut ? "; larger values take the end's colour" : ""
    return """
      <div class="ends" role="img" aria-label="\(Markup.escaped("Colours from \(low) to \(high)\(cut)"))">
      <i style="background: linear-gradient(90deg, \(stops.joined(separator: ", ")))"></i>
      <span>\(Markup.escaped(low))</span><span>\(Markup.escaped(high))</span></div>

      """
  }
}
