import Foundation
import NNIReports
import NNInterpretability

/// What `nni compare` writes: the page, its numbers, the maps and contact sheets.
struct ComparisonResult: Encodable {
  static let pageName = "comparison.html"

  /// One map.
  struct Entry: Encodable {
    let name: String
    /// The names of map and twin in `maps.safetensors`.
    let map: String
    let twinMap: String?
    let unit: String
    let isSigned: Bool
    let largestMagnitude: Double
    let twinRankCorrelation: Double?
    let twinRefusal: String?
    let curves: ComparisonCurves?
    let cost: ComparisonCost
    let manifest: Manifest
  }

  struct TargetResult: Encodable {
    let name: String
    let probability: Double?
    let score: Double
    let methods: [Entry]
  }

  struct Photograph: Encodable {
    let name: String
    let width: Int
    let height: Int
    let targets: [TargetResult]
  }

  let model: String
  let modelDigest: String
  let command: String
  let randomization: WeightRandomization
  let photographs: [Photograph]
  private let comparisons: [PhotoComparison]
  private let environment: [ReportFact]

  private enum CodingKeys: String, CodingKey {
    case model, modelDigest, command, randomization, photographs
  }

  init(
    _ network: Model, _ plan: ComparisonPlan, _ comparisons: [PhotoComparison], command: String,
    environment: [ReportFact]
  ) {
    model = network.name
    modelDigest = network.digest
    self.command = command
    randomization = plan.randomization
    self.comparisons = comparisons
    self.environment = environment
    photographs = comparisons.map { comparison in
      let photo = comparison.photo
      return Photograph(
        name: photo.name, width: photo.image.width, height: photo.image.height,
        targets: zip(photo.targets, comparison.manifests).enumerated().map { number, pair in
          TargetResult(
            name: pair.0.name, probability: pair.0.probability, score: pair.0.score,
            methods: zip(pair.0.entries, pair.1).map {
              Entry($0, key: Self.key(photo.name, number, $0.name), manifest: $1)
            })
        })
    }
  }

  private static func key(_ photo: String, _ target: Int, _ method: String) -> String {
    "\(photo)/\(target + 1)/\(method)"
  }

  /// Writes everything into a folder.
  func write(to folder: OutputFolder) throws {
    var tensors: [(String, Tensor)] = []
    for comparison in comparisons {
      let photo = comparison.photo
      for (number, target) in photo.targets.enumerated() {
        let file = "\(photo.name)-\(number + 1)"
        let report = comparison.reports[number]
        let image = try Figure(
          of: report, columns: min(4, max(2, report.tiles.count + 1)), caption: model
        ).image()
        try image.writePNG(to: folder.url.appending(path: "\(file).png"))
        try PDFPicture(image, title: "\(photo.name): \(target.name)").write(
          to: folder.url.appending(path: "\(file).pdf"))
        for entry in target.entries {
          let key = Self.key(photo.name, number, entry.name)
          tensors.append((key, try Self.tensor(entry.tile.map)))
          if let twin = entry.twin { tensors.append((key + "/random", try Self.tensor(twin.map))) }
        }
      }
    }
    try SafetensorsFile.write(
      tensors: tensors, to: folder.url.appending(path: "maps.safetensors"))
    try folder.write(Terminal.jsonText(self), as: "comparison.json")
    try Comparison(
      title: "Methods compared on \(model)", photos: comparisons.map(\.photo), command: command,
      environment: environment
    ).write(to: folder.url.appending(path: Self.pageName))
  }

  private static func tensor(_ map: HeatMap) throws -> Tensor {
    try Tensor(map.values, shape: [map.height, map.width])
  }

  /// A table for the terminal.
  var summary: String {
    var table = TextTable(
      ["photograph", "target", "method", "deletion", "insertion", "random", "seconds"],
      numeric: [3, 4, 5, 6])
    for photograph in photographs {
      for target in photograph.targets {
        for method in target.methods {
          table.add([
            photograph.name, String(target.name.prefix(24)), method.name,
            method.curves?.deletionArea.fourDecimals ?? "–",
            method.curves?.insertionArea.fourDecimals ?? "–",
            method.twinRankCorrelation?.fourDecimals ?? "–", method.cost.seconds.fourDecimals,
          ])
        }
      }
    }
    return table.text
  }
}

extension ComparisonResult.Entry {
  fileprivate init(_ entry: ComparisonEntry, key: String, manifest: Manifest) {
    self.init(
      name: entry.name, map: key, twinMap: entry.twin.map { _ in key + "/random" },
      unit: entry.tile.unit, isSigned: entry.tile.map.kind == .signed,
      largestMagnitude: entry.tile.map.largestMagnitude,
      twinRankCorrelation: entry.twin?.rankCorrelation,
      twinRefusal: entry.twinRefusal.isEmpty ? nil : entry.twinRefusal, curves: entry.curves,
      cost: entry.cost, manifest: manifest)
  }
}
