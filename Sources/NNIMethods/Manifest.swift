internal import Foundation

/// All that is needed to make a result again, and what it cost.
public struct Manifest: Sendable, Codable {
  /// The method's name in the catalogue.
  public var method: String
  /// All its options, with the values that they had.
  public var options: [String: OptionValue]
  /// What was asked to be explained, as `--target` or `--of` takes it; see ``Target/text``.
  public var target = "predicted"
  /// For each sample what is explained, in words.
  public var targetTitles: [String] = []
  /// For each sample the class that is explained, if it is one class.
  public var classes: [Int]
  /// The layer at whose resolution the map is; empty for the input's.
  public var layer: String
  /// What the network's output is.
  public var output: OutputMeaning
  /// The output in one sentence, such as that it is dense and a class scores the sum over all places.
  public var outputSummary: String
  /// Whether the output has places, so that a class scores the sum over all of them.
  public var isDense: Bool
  /// What became of the score.
  public var ledger: Ledger
  /// `score − reference − sum`, for each sample.
  public var residual: [Double]
  /// For each sample what a reader must know before trusting the map.
  public var warnings: [[String]]
  /// For each sample those of the warnings that no rule intends (``Attribution/alerts(sample:)``).
  public var alerts: [[String]]
  /// What concerns all samples: of the model's card, of the method's options.
  public var notes: [String] = []
  /// The files that the input and tensors of options came from; empty where they came from none.
  public var inputs: [FileRecord] = []
  /// SHA-256 of the model's card; empty if it has none.
  public var cardDigest = ""
  /// The files that options name.
  public var files: [FileRecord] = []
  /// The command that makes the result again; empty where there was none.
  public var command = ""
  /// The model's name.
  public var model: String
  /// SHA-256 of the model's file.
  public var modelDigest: String
  /// The element type of the computation, such as `float32`; `bfloat16` where layers multiplied in it.
  public var precision: String
  /// The device that it ran on.
  public var device: String
  /// Which convolution kernels were asked for; ``ConvolutionAlgorithm/automatic`` is direct in float64.
  public var convolutionAlgorithm: ConvolutionAlgorithm
  /// How many bytes the computation was to hold at most.
  public var memoryBudget: Int
  /// Versions of this package and of the tensor library.
  public var versions: [String: String]
  /// How long it took.
  public var seconds: Double
  /// The largest amount of memory that the process has held so far.
  public var peakMemoryBytes: Int
}

extension Manifest {
  /// Runs `body`, and keeps what is needed to make its result again and what it cost.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - input: The batch.
  ///   - target: What is explained, which the manifest then says.
  ///   - body: Makes the result.
  /// - Returns: What `body` made, and its manifest.
  /// - Throws: What `body` throws.
  public static func measuring(
    _ model: Model, input: Tensor, target: Target = .predicted, _ body: () throws -> Attribution
  ) throws -> (attribution: Attribution, manifest: Manifest) {
    let clock = ContinuousClock()
    let start = clock.now
    let attribution = try body()
    let duration = start.duration(to: clock.now)
    let titles = attribution.ledger.score.indices.map {
      target.title(classes: attribution.classes, sample: $0, spec: model.inputSpec)
    }
    let manifest = Manifest(
      method: attribution.method, options: attribution.options, target: target.text,
      targetTitles: titles, classes: attribution.classes,
      layer: attribution.layer?.name ?? "", output: model.outputMeaning,
      outputSummary: attribution.outputShape.map(model.outputMeaning.summary) ?? "",
      isDense: (attribution.outputShape?.count ?? 0) > 2,
      ledger: attribution.ledger,
      residual: attribution.ledger.residual,
      warnings: attribution.ledger.score.indices.map(attribution.warnings(sample:)),
      alerts: attribution.ledger.score.indices.map(attribution.alerts(sample:)),
      notes: model.warnings, cardDigest: model.cardDigest, model: model.name,
      modelDigest: model.digest,
      precision: model.precision(of: input), device: input.device.name,
      convolutionAlgorithm: input.dtype == .float32 ? model.convolutionAlgorithm : .direct,
      memoryBudget: model.memoryBudget.bytes,
      versions: ["NNInterpretability": Release.version, "libtorch": Torch.version],
      seconds: Double(duration.components.seconds)
        + Double(duration.components.attoseconds) * 1e-18,
      peakMemoryBytes: peakMemory)
    return (attribution, manifest)
  }

  private static var peakMemory: Int {
    var usage = rusage()
    #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
    #else
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
    #endif
  }
}

/// This package's version.
public enum Release {
  /// The version, as in the tag.
  public static let version = "0.1.0"
}

extension Model {
  /// In which numbers an input goes through the network.
  fileprivate func precision(of input: Tensor) -> String {
    let isNarrow = input.dtype == .float32 && input.device == .cpu && productPrecision == .bfloat16
    return isNarrow && ProductPrecision.bfloat16.isAvailable
      ? ProductPrecision.bfloat16.rawValue : input.dtype.description
  }
}
