import ArgumentParser
import Foundation
import NNIImages
import NNIReports
import NNInterpretability

/// `nni explain`: pictures and a report for a person.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Explains photographs and texts: heat maps and a contact sheet, or words in colours, and a page with all.",
    discussion: """
      Examples:
        nni explain squeezenet1_1 photo.jpg --output out
        nni explain my.onnx *.jpg --method grad-cam --method integrated-gradients:steps=100 --output out
        nni explain squeezenet1_1 dog.jpg --target "golden retriever" --output out
        nni explain squeezenet1_1 dog.jpg --all --output out
        nni explain squeezenet1_1 dog.jpg --style contour --graph --output out
        nni explain my.onnx photographs --arrays --scale common --output out
        nni explain bert.onnx --text "A good film, but far too long." --output out
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "Photographs (JPEG, PNG, WebP), or folders of them.", completion: .file())
  var photographs: [String] = []

  @OptionGroup var texts: TextArguments

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

  @Option(
    help: """
      own: each map has its own scale; common: maps of a photograph with the same unit have one, so that their \
      colours can be compared.
      """)
  var scale: SheetScaling = .own

  @Flag(
    help:
      "Also write maps, logits, scores and targets as tensors, arrays.safetensors.")
  var arrays = false

  @Flag(
    help:
      "Also draw the network with the relevance that flows through it, for LRP, DeepLIFT and related methods."
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
    guard texts.isEmpty else { return try validateTexts() }
    guard !photographs.isEmpty else {
      throw ValidationError("Give photographs, or texts with --text.")
    }
  }

  /// The methods that are asked for, all that such a network can be asked by, or the usual ones.
  private func chosenMethods(for network: Model) throws -> [MethodArgument] {
    for text in Set(methods.map(\.text)) where methods.count(where: { $0.text == text }) > 1 {
      throw ValidationError("--method \(text) was given more than once; give it once.")
    }
    guard methods.isEmpty else { return methods }
    return all
      ? Catalog.methods(for: network.graph).map(\.name).compactMap(MethodArgument.init)
      : MethodArgument.usual
  }

  func run() throws {
    guard texts.isEmpty else { return try explainTexts() }
    let network = try computation.apply(to: model.open())
    let resolved = try chosenMethods(for: network).map { try $0.resolved() }
    let methods = resolved.map(\.method)
    guard !graph || methods.contains(where: { $0 is any RelevanceFlowMethod }) else {
      let names = try Catalog.methods.filter { try $0.method() is any RelevanceFlowMethod }
      throw InterpretabilityError(
        .invalidOption,
        "none of the methods hands relevance down, which --graph draws; those that do are "
          + names.map(\.name).joined(separator: ", "))
    }
    let wanted = try TargetArgument.target(target, labels: network.inputSpec)
    var notes = Warnings.missingCard(network)
    for method in methods { notes += try Warnings.report(of: method, on: network) }
    let list = try PhotographList(photographs)
    let paths = list.paths
    Warnings.reportSkipped(list.skipped)
    let names = FileNames.distinct(paths)
    try OutputPlace.checkFolder(output)
    for path in paths { FilesRead.note(path) }
    if FileManager.default.fileExists(atPath: output) {
      let folder = URL(filePath: output, directoryHint: .isDirectory)
      for name in names { try OutputPlace.checkFile(folder.appending(path: "\(name).png").path) }
    }

    var pages: [ReportPhoto] = []
    var manifests: [PhotoManifest] = []
    var numbers = ExplanationArrays()
    var done = 0
    var failures: [(path: String, error: any Error)] = []
    let line = ProgressLine()
    try line.watching {
      try Computation.forEach(Array(zip(paths, names))) { path, name in
        let explanation: PhotoExplanation
        do {
          explanation = try PhotoExplanation(
            Image(contentsOf: URL(filePath: path)), named: name, by: network, methods: methods,
            target: wanted, showsGraphs: graph,
            refusal: all ? { Terminal.report("nni: \(name): \($0): \($1)") } : nil
          ) { method in
            done += 1
            line.show("\(name): \(method)", done, of: paths.count * methods.count)
          }
        } catch let error where paths.count > 1 && Self.isOfOnePhotograph(error) {
          Terminal.report("nni: \(path): \(PlainWords.sentence(error))")
          failures.append((path, error))
          return
        }
        // Not before a photograph could be read: what keeps the command from working is said alone.
        if pages.isEmpty { Warnings.reportMissingCard(network) }
        for manifest in explanation.manifests { Terminal.warn(of: manifest, explaining: name) }
        if arrays { try numbers.add(explanation) }
        let scaled = scale == .common ? try explanation.withCommonScale() : explanation
        let shown = try scaled.showing(style.tiles)
        try shown.write(to: OutputFolder(output).url, caption: network.name)
        pages.append(shown.photo)
        let files = try [FileRecord(contentsOf: URL(filePath: path), path: path)]
        let maps = explanation.manifests.map { manifest in
          var manifest = manifest
          manifest.notes += notes
          manifest.inputs = files
          manifest.files += resolved.flatMap(\.files)
          manifest.command = command
          return manifest
        }
        manifests.append(PhotoManifest(photograph: name, maps: maps))
      }
    }
    if pages.isEmpty, let first = failures.first { throw first.error }
    let folder = try OutputFolder(output)
    if arrays {
      try numbers.write(
        to: folder.url, target: wanted.text, command: command, labels: network.inputSpec.labels)
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
    guard failures.isEmpty else {
      Terminal.report(
        "nni: \(failures.count) of \(paths.count) photographs failed: "
          + failures.map(\.path).joined(separator: ", "))
      throw ExitCode(1)
    }
  }

  /// Whether an error is about one photograph, so that the others may do.
  private static func isOfOnePhotograph(_ error: any Error) -> Bool {
    if error is ImageError { return true }
    return (error as? InterpretabilityError)?.code == .notFinite
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
      + (scale == .own ? [] : ["--scale \(scale.rawValue)"]) + (arrays ? ["--arrays"] : [])
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
    let explained = photo.target.isEmpty || best.isExplained ? "" : "; explained: \(photo.target)"
    return "\(photo.name): \(best.className) (\(answer))\(explained)"
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
