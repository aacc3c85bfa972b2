import ArgumentParser
import Foundation
import NNInterpretability

/// `nni calibrate`: whether probabilities are what they say, and what makes them so.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Judges a network's probabilities, and scales its logits by held-out data.",
    discussion: """
      Examples:
        nni calibrate digits_cnn --data mnist --output out
        nni calibrate my.onnx --data photographs.csv --scaling vector --output out
        nni calibrate digits_evidential --data mnist --stranger fashion-mnist --output out

      The scaling is fitted to the validation part and judged on the test part; neither may have been
      trained on. --stranger names data of another kind, by which the scores of uncertainty are judged.
      """)

  @OptionGroup var model: ModelArgument

  @OptionGroup var data: DataArguments

  @Option(help: "What is fitted: temperature (one number), vector (two for each class), or none.")
  var scaling: LogitScaling = .temperature

  @Option(help: "How many bins of confidence there are.")
  var bins: Int = CalibrationReport.Options().bins

  @Option(help: "The share of inputs whose conformal set may miss the class.")
  var missRate: Double = 0.1

  @Option(
    name: .customLong("stranger"),
    help: "Data of another kind, as --data takes it; may be repeated.", completion: .file())
  var strangers: [String] = []

  @Option(help: "The folder for the page, the diagrams and the numbers; made if it is not there.")
  var output: String

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print the numbers as JSON.")
  var json = false

  func run() throws {
    let network = try computation.apply(to: model.open())
    let parts = try data.parts(for: network.inputSpec)
    let others = try strangers.map { path in
      (path, try DataSource.parts(of: URL(filePath: path), spec: network.inputSpec).test)
    }
    let folder = try OutputFolder(output)
    let result = try CalibrationResult(
      network, validation: parts.validation, test: parts.test, strangers: others, scaling: scaling,
      bins: bins, missRate: missRate, dtype: computation.dtype.dtype
    ) { Terminal.progress($0, $1, of: $2) }
    Terminal.clearProgress()
    try CalibrationPage(result, of: network, command: command).write(to: folder.url)
    try folder.write(Terminal.jsonText(result), as: "calibration.json")
    if json {
      try Terminal.printJSON(result)
    } else {
      print(result.table)
      print("page: \(folder.url.appending(path: "calibration.html").path)")
    }
  }

  private var command: String {
    let parts =
      ["nni calibrate", model.text] + data.text
      + (scaling == .temperature ? [] : ["--scaling \(scaling.rawValue)"])
      + (bins == CalibrationReport.Options().bins ? [] : ["--bins \(bins)"])
      + (missRate == 0.1 ? [] : ["--miss-rate \(missRate)"])
      + strangers.map { "--stranger \(CommandText.quoted($0))" } + computation.text
      + ["--output \(CommandText.quoted(output))"]
    return parts.joined(separator: " ")
  }
}

/// What is fitted to a network's logits.
enum LogitScaling: String, Codable, ExpressibleByArgument, CaseIterable {
  case none, temperature, vector
}
