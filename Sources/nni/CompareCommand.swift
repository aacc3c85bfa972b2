import ArgumentParser
import Foundation
import NNIReports
import NNInterpretability

/// `nni compare`: methods beside each other on one page.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares methods on photographs: one page with maps to read, curves and costs.",
    discussion: """
      Examples:
        nni compare squeezenet1_1 photo.jpg --output out
        nni compare my.onnx *.jpg --method grad-cam --method integrated-gradients:steps=100 --output out
        nni compare squeezenet1_1 dog.jpg --target "golden retriever" --target 207 --output out

      The page shows each map beside that of the same network with random weights, and how the class's
      probability falls and rises when pixels are taken away and put back by falling value.
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "Photographs (JPEG, PNG, WebP).", completion: .file())
  var photographs: [String]

  @Option(
    name: .customLong("method"),
    help: "NAME or NAME:option=value,…; may be repeated. nni methods lists them.")
  var methods: [MethodArgument] = []

  @Option(
    name: .customLong("target"),
    help: """
      predicted, a class by number or name, or a difference (3-5); may be repeated. By default the two \
      most probable classes of each photograph.
      """)
  var targets: [String] = []

  @Option(help: "How many steps deletion and insertion have; 0 leaves them out.")
  var steps = 28

  @Option(help: "Decides the weights of the random network.")
  var seed = 0

  @Option(help: "The folder for the page, pictures and numbers; made if it is not there.")
  var output: String

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print the numbers as JSON.")
  var json = false

  func validate() throws {
    guard (0...10_000).contains(steps) else {
      throw ValidationError("--steps takes a number from 0 to 10000, not \(steps).")
    }
  }

  /// Compared when no method is asked for: each of another kind.
  ///
  /// The window of occlusion is a seventh of the picture's shorter side, and half of it the stride.
  private static func usual(for size: [Int]) -> [MethodArgument] {
    let window = max(1, (size.min() ?? 224) / 7)
    return [
      "saliency", "gradient-x-input", "integrated-gradients", "guided-backprop", "grad-cam",
      "lrp-composite:preset=epsilon-plus-flat", "lrp-composite:preset=epsilon-gamma-box",
      "occlusion:window=\(window),stride=\(max(1, window / 2))",
    ].compactMap(MethodArgument.init)
  }

  func run() throws {
    let asked = try methods.map { try $0.method() }
    let network = try computation.apply(to: model.open())
    let plan = ComparisonPlan(
      methods: asked.isEmpty
        ? try Self.usual(for: network.inputSpec.size).map { try $0.method() } : asked,
      targets: try targets.map { try TargetArgument.target($0, labels: network.inputSpec) },
      steps: steps, randomization: WeightRandomization(seed: seed))
    let names = FileNames.distinct(photographs)
    // All photographs are read before anything is written.
    let images = try photographs.map { try Image(contentsOf: URL(filePath: $0)) }
    try OutputPlace.checkFolder(output)

    let twin = try network.randomized(plan.randomization)
    let rounds = 2 * plan.methods.count * max(plan.targets.count, plan.targets.isEmpty ? 2 : 1)
    var done = 0
    let comparisons = try zip(images, names).map { image, name in
      try PhotoComparison(image, named: name, by: network, twin: twin, plan: plan) { what in
        done += 1
        Terminal.progress("\(name): \(what)", done, of: images.count * rounds)
      }
    }
    Terminal.clearProgress()
    let result = ComparisonResult(
      network, plan, comparisons, command: command, environment: environment(network, comparisons))
    let folder = try OutputFolder(output)
    try result.write(to: folder)
    if json {
      try Terminal.printJSON(result)
    } else {
      print(result.summary)
      print("page: \(folder.url.appending(path: ComparisonResult.pageName).path)")
    }
  }

  /// The command as it could be typed again.
  private var command: String {
    let parts =
      ["nni compare", model.text] + photographs.map(CommandText.quoted)
      + methods.map { "--method \(CommandText.quoted($0.text))" }
      + targets.map { "--target \(CommandText.quoted($0))" }
      + (steps == 28 ? [] : ["--steps \(steps)"]) + (seed == 0 ? [] : ["--seed \(seed)"])
      + computation.text + ["--output \(CommandText.quoted(output))"]
    return parts.joined(separator: " ")
  }

  private func environment(_ network: Model, _ comparisons: [PhotoComparison]) -> [ReportFact] {
    guard let first = comparisons.first?.manifests.first?.first else { return [] }
    let curves =
      steps == 0
      ? "none" : "\(steps) steps; probability; zeros for taken, a blur for missing pixels"
    return [
      ReportFact("model", network.name), ReportFact("SHA-256", network.digest),
      ReportFact(
        "random network", "normal weights of the layers' own mean and deviation, seed \(seed)"),
      ReportFact("curves", curves), ReportFact("precision", first.precision),
      ReportFact("device", first.device),
      ReportFact("convolutions", first.convolutionAlgorithm.rawValue),
    ] + first.versions.sorted { $0.key < $1.key }.map { ReportFact($0.key, $0.value) }
  }
}
