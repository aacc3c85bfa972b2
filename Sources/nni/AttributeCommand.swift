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

      The result is the tensor `attribution`, with a manifest in the file's metadata; what a method
      gives beside the map is `attribution.NAME` (`attribution.standard-error`). An option whose
      name ends in -key (baseline-key) names a tensor of the file given by --tensors, or by --input.
      """)

  @Argument(help: "A model file (.onnx, .safetensors, .pt), or the name of a shipped model.")
  var model: String?

  @OptionGroup var outputName: OutputArgument

  @Option(help: "A batch [N, …] in a safetensors file: FILE or FILE#KEY.")
  var input: TensorReference?

  @Option(help: "The method; nni methods lists them.")
  var method: String?

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
      guard model == nil, input == nil, method == nil, settings.isEmpty, of == nil, at == nil,
        !ledger
      else {
        throw ValidationError(
          "--cases takes all else from the file; leave it out.")
      }
    } else {
      guard model != nil, input != nil, method != nil else {
        throw ValidationError("Give a model, --input and --method, or --cases and --tensors.")
      }
      guard MethodArgument.options(settings) != nil else {
        throw ValidationError("--set takes OPTION=VALUE, such as --set steps=100.")
      }
    }
  }

  func run() throws {
    if let cases, let tensors {
      let suite = try CaseSuite(cases: URL(filePath: cases), tensors: URL(filePath: tensors))
      try suite.run(computation, output: URL(filePath: output))
    } else if let model, let input, let method {
      try runOne(model, input, method)
    }
  }

  private func runOne(_ model: String, _ input: TensorReference, _ method: String) throws {
    let named = try SafetensorsFile(contentsOf: URL(filePath: tensors ?? input.path))
    let network = try computation.apply(
      to: ModelArgument.open(model, output: outputName.name))
    let options = try CaseSuite.resolved(
      MethodArgument.withFiles(MethodArgument.options(settings) ?? [:]), from: named, for: network)
    let chosen = try Catalog.method(method, options)
    let batch = try network.channelsFirst(input.tensor()).converted(to: computation.dtype.dtype)
    let wanted =
      try of.map(TargetArgument.hidden)
      ?? TargetArgument.target(target, labels: network.inputSpec)
    let (result, manifest) = try Manifest.measuring(network, input: batch) {
      guard let at else {
        return try chosen.attribute(network, input: batch, target: wanted)
      }
      return try Self.readable(chosen).attribute(
        network, input: batch, target: wanted, at: NodeID(at))
    }
    try SafetensorsFile.write(
      tensors: [("attribution", network.mapInFileOrder(result.map, of: result))]
        + result.details.sorted { $0.key < $1.key }.map {
          ("attribution.\($0.key)", try network.mapInFileOrder($0.value, of: result))
        },
      metadata: ["manifest": Terminal.jsonText(manifest)],
      to: URL(filePath: output))
    Terminal.warn(of: result)
    if ledger { print(try LedgerText(result).text) }
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
