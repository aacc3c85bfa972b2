import ArgumentParser
import Foundation
import NNIImages
import NNIReports
import NNInterpretability

/// `nni evaluate`: how good explanations are.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Judges explanations: methods by metrics, beside maps that know nothing.",
    discussion: """
      Beside the methods a random map and one that points to the middle are judged.

      Examples:
        nni evaluate squeezenet1_1 photo.jpg --output out
        nni evaluate squeezenet1_1 photo.jpg --method grad-cam --method saliency --output out
        nni evaluate squeezenet1_1 *.jpg --method lrp-composite:preset=epsilon-plus-flat \\
          --metric deletion:step=1000 --metric pointing-game --boxes boxes.json --target boxed --output out
        nni evaluate bert.onnx --text-file reviews.txt --method cp-lrp --replacement mean --output out
        nni metrics deletion
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "Photographs (JPEG, PNG, WebP).", completion: .file())
  var photographs: [String] = []

  @OptionGroup var texts: TextArguments

  @Option(
    help: "For texts: what takes a token's place: mask, pad, zero, mean, delete or an id.")
  var replacement: String = "mask"

  @Option(
    name: .customLong("method"),
    help:
      "NAME or NAME:option=value,…; may be repeated. nni methods lists them; by default those of nni explain."
  )
  var methods: [MethodArgument] = []

  @Option(
    name: .customLong("metric"),
    help: "NAME or NAME:option=value,…; may be repeated. nni metrics lists them.")
  var metrics: [MethodArgument] = []

  @Option(
    help:
      "Boxes around the objects (JSON); by default boxes.json beside a photograph that it lists.",
    completion: .file())
  var boxes: String?

  @Option(help: "A folder of masks NAME.png, light where the object of NAME.jpg is.")
  var mask: String?

  @Option(
    help:
      "predicted, a class by number or name, a difference (3-5), or boxed: each class with a box.")
  var target: String = "predicted"

  @Option(help: "Decides the random map.")
  var seed: Int = 0

  @Option(help: "The folder for the page and the numbers; made if it is not there.")
  var output: String

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print all numbers as JSON.")
  var json = false

  func validate() throws {
    guard texts.isEmpty else { return try validateTexts() }
    guard !photographs.isEmpty else { throw ValidationError("Give photographs or texts.") }
    guard boxes == nil || mask == nil else {
      throw ValidationError("Give either --boxes or --mask.")
    }
    guard target != "boxed" || mask == nil else {
      throw ValidationError("--target boxed needs boxes, which name classes; masks do not.")
    }
    guard seed >= 0 else { throw ValidationError("--seed must be at least 0.") }
  }

  /// Asked when no metric is; those that need to know where the object is only where it is known.
  private static let usual = ["deletion", "insertion", "sparseness", "completeness-residual"]
  private static let usualWithRegions = ["pointing-game", "relevance-mass"]

  func run() throws {
    guard texts.isEmpty else { return try evaluateTexts() }
    let asked = try (methods.isEmpty ? MethodArgument.usual : methods).map { argument in
      let method = try argument.method()
      return EvaluationStudy.Method(
        name: argument.text, make: { _ in method }, isControl: false)
    }
    var chosen = try metrics.map { argument in
      EvaluationStudy.Metric(
        name: argument.text,
        metric: try Catalog.metric(argument.name, OptionFiles(argument.options).options))
    }
    try OutputPlace.checkFolder(output)
    let regions = try EvaluationRegions(boxes: boxes, masks: mask)
    let network = try computation.apply(to: model.open())
    Warnings.reportMissingCard(network)
    let files = photographs.map { URL(filePath: $0) }
    // All photographs are read before anything is written.
    let images = try files.map { try Image(contentsOf: $0) }
    let wanted = try files.map { try targets(of: $0, regions, network) }
    if chosen.isEmpty {
      let isKnown = try mask != nil || files.contains { try !regions.objects(on: $0).isEmpty }
      let isNumber = try network.outputWidth.map {
        network.outputMeaning.activation(width: $0) == .none
      }
      // Numbers have no probability to follow.
      let options: [String: OptionValue] = isNumber ?? false ? ["score": .text("logit")] : [:]
      chosen = try (Self.usual + (isKnown ? Self.usualWithRegions : [])).map {
        let own = ["deletion", "insertion"].contains($0) ? options : [:]
        return EvaluationStudy.Metric(
          name: $0 + (own.isEmpty ? "" : ":score=logit"), metric: try Catalog.metric($0, own))
      }
    }
    let seed = seed
    let controls = [
      EvaluationStudy.Method(
        name: "random", make: { RandomMap(seed: seed, firstSample: $0) }, isControl: true),
      EvaluationStudy.Method(name: "center", make: { _ in CenterMap() }, isControl: true),
    ]
    var study = EvaluationStudy(network, methods: asked + controls, metrics: chosen)
    let total = study.stepsEach * wanted.map(\.count).reduce(0, +)
    var done = 0
    let names = FileNames.distinct(photographs)
    let line = ProgressLine()
    try line.watching {
      try Computation.forEach(Array(images.enumerated())) { index, image in
        try Computation.forEach(wanted[index]) { target in
          let suffix = wanted[index].count > 1 ? " (\(target.name))" : ""
          try study.add(
            image, named: names[index] + suffix, target: target.target,
            regions: { try regions.regions(of: $0, on: files[index], $1) },
            progress: {
              done += 1
              line.show($0, done, of: total)
            })
        }
      }
    }
    try show(study)
  }

  /// Writes the page, and prints the numbers.
  func show(_ study: EvaluationStudy) throws {
    let folder = try OutputFolder(output)
    try study.write(to: folder, command: command)
    if json {
      try Terminal.printJSON(study.record(command: command))
    } else {
      print(try study.table())
      print("page: \(folder.url.appending(path: "evaluation.html").path)")
    }
  }

  /// What is explained of a photograph.
  private func targets(
    of photograph: URL, _ regions: EvaluationRegions, _ network: Model
  ) throws -> [(name: String, target: Target)] {
    guard target == "boxed" else {
      return [(target, try TargetArgument.target(target, labels: network.inputSpec))]
    }
    let objects = try regions.objects(on: photograph)
    guard !objects.isEmpty else {
      throw InterpretabilityError(
        .invalidOption,
        "--target boxed: no box is known on \(photograph.path); name a file that lists "
          + "\(photograph.lastPathComponent) by --boxes, or leave the photograph out")
    }
    var seen: Set<Int> = []
    return objects.filter { seen.insert($0.label).inserted }.map { ($0.name, .class($0.label)) }
  }

  /// The command as it could be typed again.
  var command: String {
    var parts = ["nni evaluate", model.text]
    parts += photographs.map(CommandText.quoted) + texts.text
    parts += methods.map { "--method \(CommandText.quoted($0.text))" }
    parts += metrics.map { "--metric \(CommandText.quoted($0.text))" }
    if replacement != "mask" { parts.append("--replacement \(CommandText.quoted(replacement))") }
    if let boxes { parts.append("--boxes \(CommandText.quoted(boxes))") }
    if let mask { parts.append("--mask \(CommandText.quoted(mask))") }
    if target != "predicted" { parts.append("--target \(CommandText.quoted(target))") }
    if seed != 0 { parts.append("--seed \(seed)") }
    parts += computation.text
    parts.append("--output \(CommandText.quoted(output))")
    return parts.joined(separator: " ")
  }
}
