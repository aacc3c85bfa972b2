import Foundation
import NNIImages
import NNITestSupport

@testable import NNIReports

/// Two photographs with two targets each and every kind of map: fine and coarse, signed and not, in logits
/// and in another unit, with and without a twin.
enum ComparisonSample {
  static let names = ["fine", "coarse", "strength"]

  static func comparison(name: String = "a", className: String = "cat") throws -> Comparison {
    Comparison(
      title: "Methods compared",
      photos: [try photo(name, className, seed: 1), try photo("b", "dog", seed: 9)],
      command: "nni compare net a.png b.png --output out",
      environment: [ReportFact("seed", "0")])
  }

  static func photo(_ name: String, _ className: String, seed: UInt64) throws -> ComparisonPhoto {
    let (width, height) = (120, 90)
    let pixels = (0..<(width * height)).flatMap { pixel in
      [UInt8(pixel % width * 2), UInt8(pixel / width * 2), UInt8(90)]
    }
    let image = try Image(width: width, height: height, layout: .rgb, pixels: pixels)
    let geometry = try CropGeometry(of: image, shorterSide: 64, cropWidth: 56, cropHeight: 56)
    return ComparisonPhoto(
      name: name, image: image, region: geometry.regionInOriginal,
      predictions: [
        ReportPrediction(className: className, probability: 0.7, logit: 8, isExplained: true),
        ReportPrediction(className: "lynx", probability: 0.2, logit: 6.5, isExplained: true),
        ReportPrediction(className: "fox", probability: 0.1, logit: 5),
      ],
      targets: [
        ComparisonTarget(
          name: className, probability: 0.7, score: 8, entries: try entries(seed: seed, score: 8)),
        ComparisonTarget(
          name: "lynx", probability: 0.2, score: 6.5,
          entries: try entries(seed: seed + 100, score: 6.5)),
      ])
  }

  /// Most values are small and a few large, as in maps of networks.
  static func map(_ side: Int, seed: UInt64, kind: HeatMap.Kind, scale: Double = 1) throws
    -> HeatMap
  {
    var numbers = SeededNumbers(seed)
    let values = (0..<(side * side)).map { _ in
      let number = numbers.normal()
      return Float(number * number * number * scale)
    }
    return try HeatMap(
      kind == .signed ? values : values.map { abs($0) }, height: side, width: side, kind: kind)
  }

  private static func entries(seed: UInt64, score: Double) throws -> [ComparisonEntry] {
    let fine = try map(56, seed: seed, kind: .signed, scale: 0.01)
    let coarse = try map(7, seed: seed + 1, kind: .signed, scale: 0.5)
    let strength = try map(56, seed: seed + 2, kind: .magnitude)
    let cost = ComparisonCost(forward: 1, backward: 1, seconds: 0.012, peakBytes: 60_000_000)
    return [
      ComparisonEntry(
        name: names[0],
        tile: ReportTile(
          title: names[0], map: fine, ledger: ReportLedger(score: score, sum: fine.sum),
          options: [ReportFact("steps", "50")], warnings: ["biases keep 7 % of the score"]),
        causes: [ReportFact("– biases", "0.5")],
        twin: try ComparisonTwin(
          map(56, seed: seed + 3, kind: .signed), of: fine,
          ledger: ReportLedger(score: score + 100, sum: 77),
          causes: [ReportFact("– biases", "1.5")],
          warnings: ["biases keep 99 % of the random score"]),
        curves: curves(falling: 0.2, rising: 0.5), cost: cost),
      ComparisonEntry(
        name: names[1], tile: ReportTile(title: names[1], map: coarse),
        twin: try ComparisonTwin(map(7, seed: seed + 4, kind: .signed), of: coarse),
        curves: curves(falling: 0.1, rising: 0.6), cost: cost),
      ComparisonEntry(
        name: names[2],
        tile: ReportTile(title: names[2], map: strength, unit: "logit per unit of input"),
        twinRefusal: "no map of the random network", cost: cost),
    ]
  }

  private static func curves(falling: Double, rising: Double) -> ComparisonCurves {
    ComparisonCurves(
      shares: [0, 0.5, 1], deletion: [0.7, falling, 0], insertion: [0, rising, 0.7],
      deletionArea: falling, insertionArea: rising)
  }
}
