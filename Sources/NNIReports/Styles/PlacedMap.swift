import NNIImages

/// A heat map laid onto the region of a photograph that it belongs to.
struct PlacedMap {
  private let map: HeatMap
  private let region: CropGeometry.Region
  private let across: Double
  private let down: Double
  private let columns: Double
  private let rows: Double
  private let share: Double

  /// - Throws: ``ReportError`` for a region without area.
  init(_ map: HeatMap, in region: CropGeometry.Region) throws {
    guard region.width > 0, region.height > 0 else {
      throw ReportError(
        .option,
        "The region of a heat map is \(region.width) x \(region.height) pixels of the photograph; "
          + "give one with an area.")
    }
    self.region = region
    across = Double(map.width) / region.width
    down = Double(map.height) / region.height
    columns = Double(map.width)
    rows = Double(map.height)
    // Values for each pixel of the photograph: more than one are averaged.
    let side = max(1, Int(min(max(across, down).rounded(), max(columns, rows))))
    self.map = map.averaged(over: side)
    share = 1 / Double(side)
  }

  /// The value at the centre of a pixel; `nil` where the network did not see it.
  func value(x: Int, y: Int) -> Double? {
    let column = (Double(x) + 0.5 - region.x) * across
    let row = (Double(y) + 0.5 - region.y) * down
    guard column >= 0, column <= columns, row >= 0, row <= rows else { return nil }
    return map.value(x: column * share, y: row * share)
  }
}

extension Image {
  /// The colour of a pixel of an RGB picture, 0 to 255.
  func color(x: Int, y: Int) -> SIMD3<Double> {
    SIMD3(
      Double(self[x: x, y: y, channel: 0]), Double(self[x: x, y: y, channel: 1]),
      Double(self[x: x, y: y, channel: 2]))
  }

  /// Each pixel of an RGB picture replaced by a function of its colour and place.
  func repainted(_ paint: (SIMD3<Double>, Int, Int) -> SIMD3<Double>) -> Image {
    var result = self
    for y in 0..<height {
      for x in 0..<width {
        let pixel = paint(color(x: x, y: y), x, y)
        for channel in 0..<3 {
          result[x: x, y: y, channel: channel] = UInt8(min(max(pixel[channel], 0), 255) + 0.5)
        }
      }
    }
    return result
  }
}

extension SIMD3<Double> {
  /// A colour as numbers from 0 to 255.
  init(_ color: Color) {
    self.init(Double(color.red), Double(color.green), Double(color.blue))
  }

  /// A photograph's colour with less saturation, moved towards another.
  func muted(saturation: Double, towards ground: SIMD3<Double>, by amount: Double) -> SIMD3<Double>
  {
    let grey = (self * SIMD3(0.299, 0.587, 0.114)).sum()
    let muted = self * saturation + SIMD3(repeating: grey * (1 - saturation))
    return muted * (1 - amount) + ground * amount
  }
}
