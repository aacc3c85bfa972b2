import ArgumentParser
import Foundation
import NNInterpretability

/// `nni attribute`: explanations of tensors, as tensors.
struct AttributeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribute", abstract: "Explains tensors, and writes tensors.",
    discussion: """
      Examples:
        nni attribute my.onnx --input batch.safetensors#images --method integrated-gradients \\
          --set steps=100 --target 3,5 --output map.safetensors
        nni attribute my.onnx --input batch.safetensors#images --method lrp-epsilon --ledger \\
          --of conv5:42 --at conv2 --output map.safetensors
        nni attribute --cases cases.json --tensors tensors.safetensors --output maps.safetensors
        nni attribute fusion.onnx --input image=photo.jpg --input features=table.csv \\
          --method integrated-gradients --output maps.safetensors

      The result is the tensor `attribution`, of a network with several inputs `attribution/NAME` for each, with a manifest in the file's metadata; what a method
      gives beside the map is `attribution.NAME` (`attribution.standard-error`; relevance of a table of
      positions, for each patch or token, `attribution.positions`). An option whose name ends in -key (baseline-key) names a tensor of the file given by --tensors, or by --input, or
      one elsewhere as FILE#KEY. A baseline [K, …] is K references, and the map the mean of theirs; one
      of exactly the input's shape is a reference for each sample.
      """)

  @Argument(help: "A model file (.onnx, .safetensors, .pt), or the name of a shipped model.")
  var model: String?

  @OptionGroup var outputName: OutputArgument

  @OptionGroup var input: BatchArguments

  @Option(help: "NAME or NAME:option=value,…; nni methods lists them.")
  var method: MethodArgument?

  @Option(name: .customLong("set"), help: "OPTION=VALUE of the method; may be repeated.")
  var settings: [String] = []

  @Option(help: "predicted, a class (3), one for each sample (3,5), or a difference (3-5).")
  var target: String = "predicted"

  @Option(help: "Explain a hidden node instead: NODE, NODE:channel or NODE:channel,row,column.")
  var of: String?

  @Option(help: "Read the result at a hidden node instead of the input.")
  var at: String?

  @Flag(help: "Print what became of the score, by cause and by node.")
  var ledger = false

  @OptionGroup var computation: ComputationArguments

  @Option(help: "Where the result is written (safetensors).", completion: .file())
  var output: String

  @Option(help: "A JSON list of cases to run instead of one method.", completion: .file())
  var cases: String?

  @Option(help: "The safetensors file that cases and options name tensors of.", completion: .file())
  var tensors: String?

  func validate() throws {
    if cases != nil {
      guard tensors != nil else {
        throw ValidationError("--cases needs --tensors, the file with the cases' inputs.")
      }
      guard model == nil, input.isEmpty, method == nil, settings.isEmpty, of == nil, at == nil,
        !ledger
      else {
        throw ValidationError(
          "--cases takes all else from the file; leave it out.")
      }
    } else {
      guard model != nil, !input.isEmpty, method != nil else {
        throw ValidationError("Give a model, --input and --method, or --cases and --tensors.")
      }
      guard of == nil || target == "predicted" else {
        throw ValidationError("Give either --target or --of.")
      }
    }
  }

  func run() throws {
    try OutputPlace.checkFile(output)
    if let cases, let tensors {
      let suite = try CaseSuite(cases: URL(filePath: cases), tensors: URL(filePath: tensors))
      try suite.run(computation, output: URL(filePath: output))
    } else if let model, let method {
      try runOne(model, method)
    }
  }

  private func runOne(_ model: String, _ method: MethodArgument) throws {
    let place = tensors ?? input.tensorPath
    var network = try computation.apply(
      to: ModelArgument.open(model, output: outputName.name))
    let named = try OptionFiles(
      options(of: method),
      tensors: place.map { (try SafetensorsFile(contentsOf: URL(filePath: $0)), $0) }, for: network)
    if !network.inputs.isEmpty { return try explainInputs(of: network, method, named.options) }
    let chosen = try Catalog.method(method.name, named.options)
    let given = try input.batch(for: network)
    network = given.model
    let notes = try Warnings.report(of: chosen, on: network)
    let batch = try given.batch.converted(to: computation.dtype.dtype)
    try OutputPlace.checkFile(output)
    let wanted =
      try of.map(TargetArgument.hidden)
      ?? TargetArgument.target(target, labels: network.inputSpec)
    let (result, made) = try ProgressLine().watching {
      try Manifest.measuring(network, input: batch, target: wanted) {
        guard let at else {
          return try chosen.attribute(network, input: batch, target: wanted)
        }
        return try Self.readable(chosen).attribute(
          network, input: batch, target: wanted, at: NodeID(at))
      }
    }
    var manifest = made
    manifest.notes += notes
    manifest.inputs = try input.records()
    manifest.files += try named.records
    manifest.command = command(model, method)
    Terminal.warn(of: manifest, explaining: "")
    try SafetensorsFile.write(
      tensors: [("attribution", network.mapInFileOrder(result.map, of: result))]
        + result.details.sorted { $0.key < $1.key }.map {
          ("attribution.\($0.key)", try network.mapInFileOrder($0.value, of: result))
        },
      metadata: ["manifest": Terminal.jsonText(manifest)],
      to: URL(filePath: output))
    for (sample, title) in manifest.targetTitles.prefix(5).enumerated() {
      print("sample \(sample): \(title)")
    }
    if manifest.targetTitles.count > 5 { print("… \(manifest.targetTitles.count) samples") }
    if ledger { print(try LedgerText(result).text) }
    if result.map.shape == batch.shape {
      try Self.printFeatures(of: network, network.inputName, result.map)
    }
  }

  /// The options of `--method` with those of `--set`.
  private func options(of method: MethodArgument) throws -> [String: OptionValue] {
    let set = try OptionSyntax.options(settings: settings)
    return try method.options.merging(set) { _, _ in
      let twice = try set.keys.sorted().first { try method.options[$0] != nil } ?? ""
      throw InterpretabilityError(
        .invalidOption, "the option \(twice) is set by --method and by --set; set it once")
    }
  }

  /// The command as it could be typed again.
  private func command(_ model: String, _ method: MethodArgument) -> String {
    var parts = ["nni attribute", CommandText.quoted(model)]
    parts += input.text
    parts.append("--method \(CommandText.quoted(method.text))")
    parts += settings.map { "--set \(CommandText.quoted($0))" }
    if target != "predicted" { parts.append("--target \(CommandText.quoted(target))") }
    if let of { parts.append("--of \(CommandText.quoted(of))") }
    if let at { parts.append("--at \(CommandText.quoted(at))") }
    if let tensors { parts.append("--tensors \(CommandText.quoted(tensors))") }
    parts += computation.text
    parts.append("--output \(CommandText.quoted(output))")
    return parts.joined(separator: " ")
  }

  /// A map of each input that can have one, the others held as they are.
  private func explainInputs(
    of network: Model, _ method: MethodArgument, _ options: [String: OptionValue]
  ) throws {
    guard of == nil, at == nil else {
      throw ValidationError(
        "--of and --at explain networks of one input; of several each input is explained.")
    }
    let values = try input.values(for: network)
    let target = try TargetArgument.target(target, labels: network.inputSpec)
    var tensors: [(String, Tensor)] = []
    for part in network.inputs where part.type.isFloatingPoint || network.looksUp(part.name) {
      let answer = try ProgressLine().watching {
        try InputQuestion(network, inputs: values, of: part.name).attribute(
          method.name, options, target: target)
      }
      let name = network.inputs.count == 1 ? "attribution" : "attribution/\(part.name)"
      tensors.append((name, answer.map))
      if let positions = answer.attribution.details["positions"] {
        tensors.append(("\(name).positions", positions))
      }
      if ledger {
        print("\(part.name):")
        print(try LedgerText(answer.attribution, rows: answer.rows).text)
      }
    }
    try SafetensorsFile.write(
      tensors: tensors, metadata: ["method": method.text, "model_digest": network.digest],
      to: URL(filePath: output))
    print(tensors.map { "\($0.0) \($0.1.shape)" }.joined(separator: "\n"))
    for part in network.inputs {
      if let map = tensors.first(where: { $0.0.hasSuffix("/\(part.name)") })?.1 {
        try Self.printFeatures(of: network, part.name, map)
      }
    }
  }

  /// What each feature of an input counts for, where the card names them.
  private static func printFeatures(of network: Model, _ input: String, _ map: Tensor) throws {
    guard let names = network.inputStatements[input]?.names, !names.isEmpty else { return }
    print("\n\(input):\n\(try table(map, names))")
  }

  /// What each feature of the first samples counts for, the largest first.
  private static func table(_ map: Tensor, _ names: [String]) throws -> String {
    var table = TextTable(["", "feature", "attribution"], numeric: [2])
    for sample in 0..<min(map.shape[0], 5) {
      let values = try map.selected(axis: 0, index: sample).doubles()
      let order = values.indices.sorted { abs(values[$0]) > abs(values[$1]) }
      for (rank, index) in order.enumerated() {
        table.add([
          rank == 0 ? "sample \(sample)" : "", names[index], values[index].fourDecimals,
        ])
      }
    }
    return table.text
  }

  /// The method, if its result can be read at a hidden node.
  private static func readable(
    _ method: any AttributionMethod
  ) throws -> any LayerReadableMethod {
    if let readable = method as? any LayerReadableMethod { return readable }
    let names = try Catalog.methods.filter { try $0.method() is any LayerReadableMethod }
    throw InterpretabilityError(
      .invalidOption,
      "\(method.name) cannot be read at a hidden node; those that can are "
        + names.map(\.name).joined(separator: ", "))
  }
}
