import Foundation
import NNIImages

@testable import NNIReports

/// A small photograph with hostile names and every kind of tile.
enum Sample {
  static let hostile = "</text><script>alert('&\"')</script>\u{1}\u{202E}"

  static func photo(width: Int = 90, height: Int = 60) throws -> ReportPhoto {
    let pixels = (0..<(width * height * 3)).map { UInt8($0 % 251) }
    let image = try Image(width: width, height: height, layout: .rgb, pixels: pixels)
    let geometry = try CropGeometry(of: image, shorterSide: 32, cropWidth: 28, cropHeight: 28)
    let signed = try HeatMap((0..<49).map { Float($0) - 20 }, height: 7, width: 7, kind: .signed)
    let zero = try HeatMap([Float](repeating: 0, count: 6), height: 2, width: 3, kind: .signed)
    return ReportPhoto(
      name: hostile, image: image, region: geometry.regionInOriginal,
      predictions: [
        ReportPrediction(className: hostile, probability: 0.9, logit: 3.25, isExplained: true),
        ReportPrediction(className: "other", probability: .nan),
      ],
      tiles: [
        ReportTile(
          title: hostile, subtitle: hostile, map: signed, content: .both,
          ledger: ReportLedger(score: 3.25, sum: 3), options: [ReportFact(hostile, hostile)],
          warnings: [hostile]),
        ReportTile(title: "Empty", map: zero, unit: hostile),
        ReportTile(title: "Map", map: signed, colors: .verdigris, content: .map),
      ])
  }

  /// Whether a document is well-formed XML, and its text and tags.
  static func parse(_ text: String) -> (isWellFormed: Bool, elements: [String: Int]) {
    var elements: [String: Int] = [:]
    var stack: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      guard !rest[..<start].contains(">") || stack.last == "style",
        let end = rest[start...].firstIndex(of: ">")
      else { return (false, elements) }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard stack.popLast() == tag.dropFirst() else { return (false, elements) }
      } else if !tag.hasPrefix("!") {
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        elements[String(name), default: 0] += 1
        if !tag.hasSuffix("/") && !["meta", "img", "input", "br"].contains(name) {
          stack.append(name)
        }
      }
    }
    return (stack.isEmpty, elements)
  }
}
