#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import NNIImages

/// What the page's script reads: maps, places and colours.
struct ComparisonStore: Encodable {
  /// One heat map.
  struct Map: Encodable {
    let width: Int
    let height: Int
    let isSigned: Bool
    let unit: String
    /// The value at the end of the map's own scale.
    let limit: Double
    /// The largest magnitude.
    let largest: Double
    let steps: Int
    /// The colour table's name.
    let colors: String
    /// Compressed bytes.
    let values: String
  }

  /// One photograph.
  struct Photo: Encodable {
    let width: Int
    let height: Int
    /// Left, top, width and height of what the network saw, in the picture's pixels.
    let region: [Double]
    /// The end of the scale of all maps in logits; 0 when there is none.
    let common: Double
  }

  /// How the overlay is mixed.
  let overlay: Overlay
  let photos: [Photo]
  /// Map and twin of each cell, in the order of the page.
  let maps: [[Map?]]
  /// Red, green and blue of each step of a colour map, by name.
  let colors: [String: String]

  /// The most steps of maps and of twins that are tried, in this order.
  private static let levels = [
    (127, 63), (127, 31), (90, 31), (63, 31), (63, 15), (45, 15), (31, 15), (22, 10), (15, 7),
  ]

  /// Stores maps with as many steps as the budget allows, with the fewest if it allows none.
  init(_ comparison: Comparison, pictures: [ReportPicture], byteBudget: Int) throws {
    overlay = Overlay()
    photos = try zip(comparison.photos, pictures).map { photo, picture in
      let region = picture.region
      return Photo(
        width: picture.image.width, height: picture.image.height,
        region: [region.x, region.y, region.width, region.height],
        common: try photo.commonLimit() ?? 0)
    }
    let entries = comparison.photos.flatMap { $0.targets.flatMap(\.entries) }
    var maps: [[Map?]] = []
    for (steps, twinSteps) in Self.levels {
      maps = try entries.map { entry in
        let twin = try entry.twin.map {
          try Self.map(
            $0.map, unit: entry.tile.unit, colors: $0.colors, scaling: .robust, steps: twinSteps)
        }
        return [
          try Self.map(
            entry.tile.map, unit: entry.tile.unit, colors: entry.tile.colors,
            scaling: entry.tile.scaling, steps: steps), twin,
        ]
      }
      let size = maps.joined().reduce(0) { $0 + ($1?.values.utf8.count ?? 0) }
      if size <= byteBudget { break }
    }
    self.maps = maps
    var colors: [String: String] = [:]
    for map in entries.flatMap({ [$0.tile.colors, $0.twin?.colors].compactMap { $0 } })
    where colors[map.name] == nil {
      let table = map.colors.flatMap { [$0.red, $0.green, $0.blue] }
      colors[map.name] = Data(table).base64EncodedString()
    }
    self.colors = colors
  }

  private static func map(
    _ map: HeatMap, unit: String, colors: ColorMap, scaling: HeatMapScaling, steps: Int
  ) throws -> Map {
    let quantized = QuantizedMap(map, steps: steps)
    return Map(
      width: map.width, height: map.height,
      isSigned: map.kind == .signed && colors.kind == .diverging, unit: unit,
      limit: try scaling.limit(of: map), largest: quantized.largest, steps: steps,
      colors: colors.name, values: try quantized.text())
  }

  /// JSON that may stand in a `script` element.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
      .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
  }
}
