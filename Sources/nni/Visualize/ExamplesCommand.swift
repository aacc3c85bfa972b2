import ArgumentParser
import Foundation
import NNIImages
import NNIReports
import NNInterpretability

/// `nni examples`: the photographs of a folder that excite a channel most and least.
struct ExamplesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "examples",
    abstract:
      "Finds the photographs of a folder, and the places in them, that excite a channel most.",
    discussion: """
      Examples:
        nni examples squeezenet1_1 photographs --channel features.7.cat:12 --output out
        nni examples my.onnx photographs --channel conv5:3 --top 16 --output out

      Each place is cut out as large as the channel sees. Written are a contact sheet, the patches, and
      examples.json with files, places and values.
      """)

  @OptionGroup var model: ModelArgument

  @Argument(
    help: "A folder with photographs (JPEG, PNG, WebP), also in folders below.",
    completion: .directory)
  var folder: String

  @Option(help: "The channel: LAYER:CHANNEL. nni inspect MODEL lists the layers.")
  var channel: String

  @Option(help: "How many of the strongest and of the weakest.")
  var top: Int = DatasetExamples().top

  @Option(help: "How many places of one photograph may be among them.")
  var perPhotograph: Int = DatasetExamples().perPhotograph

  @Option(help: "The folder for the pictures; made if it is not there.")
  var output: String

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print examples.json.")
  var json = false

  private struct Record: Encodable {
    struct Example: Encodable {
      let file: String
      let value: Double
      let position: [Int]
      let rows: [Int]
      let columns: [Int]
      let patch: String
    }

    let model: String
    let modelDigest: String
    let channel: String
    let photographs: Int
    let unreadable: [String]
    let strongest: [Example]
    let weakest: [Example]
  }

  func run() throws {
    let network = try computation.apply(to: model.open())
    let feature = try FeatureReference(channel, in: network.graph)
    let files = try ImageFolder.files(in: URL(filePath: folder, directoryHint: .isDirectory))
    try OutputPlace.checkFolder(output)
    let search = DatasetExamples(top: top, perPhotograph: perPhotograph)
    let findings = try search.find(network, feature: feature, in: files) { done in
      Terminal.progress("photographs", done, of: files.count)
    }
    Terminal.clearProgress()
    for (_, reason) in findings.unreadable { Terminal.report("nni: left out: \(reason)") }

    let target = try OutputFolder(output).url
    let strongest = try write(findings.strongest, named: "strongest", to: target)
    let weakest = try write(findings.weakest, named: "weakest", to: target)
    let record = Record(
      model: network.name, modelDigest: network.digest, channel: "\(feature)",
      photographs: findings.photographs, unreadable: findings.unreadable.map(\.file.path),
      strongest: strongest, weakest: weakest)
    try AtomicFile.write(
      Data(Terminal.jsonText(record).utf8), to: target.appending(path: "examples.json"))
    try sheet(findings, feature, network.name).image().writePNG(
      to: target.appending(path: "sheet.png"))
    if json {
      try Terminal.printJSON(record)
    } else {
      for example in findings.strongest {
        print("\(PictureSheet.label(example.value)) \(example.file.path)")
      }
      print("sheet: \(target.appending(path: "sheet.png").path)")
    }
  }

  private func write(
    _ examples: [DatasetExample], named name: String, to folder: URL
  ) throws -> [Record.Example] {
    try examples.enumerated().map { index, example in
      let patch = "\(name)-\(index + 1).png"
      try example.patch.writePNG(to: folder.appending(path: patch))
      return Record.Example(
        file: example.file.path, value: example.value,
        position: [example.position.row, example.position.column],
        rows: [example.rows.lowerBound, example.rows.upperBound],
        columns: [example.columns.lowerBound, example.columns.upperBound], patch: patch)
    }
  }

  private func sheet(
    _ findings: DatasetFindings, _ feature: FeatureReference, _ model: String
  ) -> PictureSheet {
    func tiles(_ examples: [DatasetExample]) -> [PictureSheet.Tile] {
      examples.map {
        .init(
          $0.patch, title: PictureSheet.label($0.value),
          note: $0.file.deletingPathExtension().lastPathComponent)
      }
    }
    let seen =
      findings.field.map { "\($0.columns.size) × \($0.rows.size) pixels" } ?? "the whole picture"
    return PictureSheet(
      "\(model): \(feature)",
      groups: [
        .init("strongest", tiles(findings.strongest)), .init("weakest", tiles(findings.weakest)),
      ],
      caption:
        "Of \(findings.photographs) photographs, at most \(perPhotograph) place of each; each is cut to "
        + "what the channel sees, \(seen); grey is beyond the border.\(Self.note(findings))")
  }

  /// What to make of a smallest value that many places share, as behind a rectifier.
  private static func note(_ findings: DatasetFindings) -> String {
    guard findings.weakest.count > 1, let first = findings.weakest.first,
      findings.weakest.allSatisfy({ $0.value == first.value })
    else { return "" }
    return
      " The smallest value, \(PictureSheet.label(first.value)), is taken at many places, of which the "
      + "first are shown; the layer before a rectifier tells them apart."
  }
}
