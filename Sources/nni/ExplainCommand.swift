import ArgumentParser
import Foundation
import NNIReports
import NNInterpretability

/// `nni explain`: pictures and a report for a person.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains photographs: heat maps, a contact sheet for each, and a page with all.",
    discussion: """
      Examples:
        nni explain squeezenet1_1 photo.jpg --output out
        nni explain my.onnx *.jpg --method grad-cam --method integrated-gradients:steps=100 --output out
        nni explain squeezenet1_1 dog.jpg --target "golden retriever" --output out
        nni explain squeezenet1_1 dog.jpg --all --output out
        nni explain squeezenet1_1 dog.jpg --style contour --graph --output out
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "Photographs (JPEG, PNG, WebP).", completion: .file())
  var photographs: [String]

  @Option(
    name: .customLong("method"),
    help: "NAME or NAME:option=value,…; may be repeated. nni methods lists them.")
  var methods: [MethodArgument] = []

  @Flag(help: "Ask every method of the catalogue; those that cannot explain the network are named.")
  var all = false

  @Option(help: "predicted, a class by number or name, or a difference (3-5).")
  var target: String = "predicted"

  @Option(
    help: "How maps are shown: \(PictureStyle.allCases.map(\.rawValue).joined(separator: ", ")).")
  var style: PictureStyle = .overlay

  @Flag(
    help:
      "Also draw the network with the relevance that flows through it, for LRP, DeepLIFT and their kin."
  )
  var graph = false

  @Option(help: "The folder for the pictures and the page; made if it is not there.")
  var output: String

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print the manifests as JSON.")
  var json = false

  func validate() throws {
    guard !all || methods.isEmpty else {
      throw ValidationError("Give either --all or --method.")
    }
  }

  func run() throws {
    let usual =
      all ? Catalog.methods.map(\.name).compactMap(MethodArgument.init) : MethodArgument.usual
    let chosen = methods.isEmpty ? usual : methods
    let methods = try chosen.map { try $0.method() }
    guard !graph || methods.contains(where: { $0 is any RelevanceFlowMethod }) else {
      let names = try Catalog.methods.filter { try $0.method() is any RelevanceFlowMethod }
      throw InterpretabilityError(
        .invalidOption,
        "none of the methods hands relevance down, which --graph draws; those that do are "
          + names.map(\.name).joined(separator: ", "))
    }
    let network = try computation.apply(to: model.open())
    let wanted = try TargetArgument.target(target, labels: network.inputSpec)
    let names = FileNames.distinct(photographs)
    // All photographs are read before anything is written.
    let images = try photographs.map { try Image(contentsOf: URL(filePath: $0)) }
    let folder = try OutputFolder(output)

    var pages: [ReportPhoto] = []
    var manifests: [PhotoManifest] = []
    var done = 0
    for (image, name) in zip(images, names) {
      let explanation = try PhotoExplanation(
        image, named: name, by: network, methods: methods, target: wanted, showsGraphs: graph,
        refusal: all ? { Terminal.report("nni: \(name): \($0): \($1)") } : nil
      ) { method in
        done += 1
        Terminal.progress("\(name): \(method)", done, of: images.count * methods.count)
      }.showing(style.tiles)
      Terminal.clearProgress()
      for attribution in explanation.attributions { Terminal.warn(of: attribution, named: name) }
      try explanation.write(to: folder.url, caption: network.name)
      pages.append(explanation.photo)
      manifests.append(PhotoManifest(photograph: name, maps: explanation.manifests))
    }
    try folder.write(Terminal.jsonText(manifests), as: "manifest.json")
    let page = folder.url.appending(path: "report.html")
    try HTMLReport(
      title: Self.title(network, manifests), photos: pages, command: command,
      environment: Self.environment(network, manifests)
    ).write(to: page)
    if json {
      try Terminal.printJSON(manifests)
    } else {
      for photo in pages { print(Self.line(photo)) }
      if let note = Self.note(network, manifests) { print("output: \(note)") }
      print("page: \(page.path)")
    }
  }

  private struct PhotoManifest: Encodable {
    let photograph: String
    let maps: [Manifest]
  }

  /// The command as it could be typed again.
  private var command: String {
    let options = methods.map { "--method \(CommandText.quoted($0.text))" }
    let parts =
      ["nni explain", model.text] + photographs.map(CommandText.quoted)
      + options
      + (all ? ["--all"] : [])
      + (style == .overlay ? [] : ["--style \(style.rawValue)"]) + (graph ? ["--graph"] : [])
      + (target == "predicted" ? [] : ["--target \(CommandText.quoted(target))"])
      + computation.text
      + ["--output \(CommandText.quoted(output))"]
    return parts.joined(separator: " ")
  }

  private static func line(_ photo: ReportPhoto) -> String {
    guard let best = photo.predictions.first else { return photo.name }
    let answer =
      best.probability.map { $0.formatted(.percent.precision(.fractionLength(1))) }
      ?? best.logit.map { $0.formatted(.number.precision(.significantDigits(4))) } ?? ""
    return "\(photo.name): \(best.className) (\(answer))"
  }

  /// The page's title: the network, and that its output is dense, if it is.
  private static func title(_ network: Model, _ manifests: [PhotoManifest]) -> String {
    let isDense = manifests.first?.maps.first?.isDense ?? false
    return network.name + (isDense ? " (dense output: a class is explained over all places)" : "")
  }

  /// What the output is, where it is not the logits of classes.
  private static func note(_ network: Model, _ manifests: [PhotoManifest]) -> String? {
    guard let first = manifests.first?.maps.first, !first.outputSummary.isEmpty else { return nil }
    let isUsual =
      [.softmax, .logits].contains(first.output.kind) && !first.isDense
      && first.output.alternatives.isEmpty && first.output.activation(width: 2) == .softmax
    return isUsual ? nil : first.outputSummary
  }

  private static func environment(
    _ network: Model, _ manifests: [PhotoManifest]
  ) -> [ReportFact] {
    guard let first = manifests.first?.maps.first else { return [] }
    return [
      ReportFact("model", network.name), ReportFact("SHA-256", network.digest),
      ReportFact("output", first.outputSummary), ReportFact("precision", first.precision),
      ReportFact("device", first.device),
      ReportFact("convolutions", first.convolutionAlgorithm.rawValue),
    ] + first.versions.sorted { $0.key < $1.key }.map { ReportFact($0.key, $0.value) }
  }
}
