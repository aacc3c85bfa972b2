import ArgumentParser
import NNIReports
import NNInterpretability

/// `nni inspect`: what a model file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Shows a network node by node: layer, shape, parameters, and the rule that a method applies.",
    discussion: """
      Examples:
        nni inspect squeezenet1_1
        nni inspect bert.onnx --shape input_ids=1,128
        nni inspect my.onnx --shape 1,3,32,32 --method lrp-composite:preset=epsilon-gamma-box
        nni inspect squeezenet1_1 --graph squeezenet.svg
      """)

  @OptionGroup var model: ModelArgument

  @OptionGroup var shape: ShapeArguments

  @Option(help: "The method whose rules are shown.")
  var method: MethodArgument = .standard

  @Option(
    help: "Draw the network to a file (.svg, .png); the numbers in its boxes are parameters.",
    completion: .file())
  var graph: String?

  @Flag(help: "Print JSON.")
  var json = false

  private struct Row: Encodable {
    let node: String
    let layer: String
    let settings: String
    let inputs: [String]
    let shape: [Int]
    let parameters: Int
    let rule: String
  }

  private struct Description: Encodable {
    let name: String
    let digest: String
    let parameters: Int
    let input: InputSpec
    let inputs: [InputDescription]
    /// The sizes that the nodes' shapes are for, where the file leaves some open.
    let sizes: String
    let output: OutputMeaning
    let outputSummary: String
    let isChannelsLast: Bool
    let recognized: [RecognizedParts.Count]
    let unrecognized: [String]
    let notes: [String]
    let nodes: [Row]
  }

  func run() throws {
    if let graph { try NetworkPicture.checkFile(graph) }
    let opened = try model.open()
    if let graph { try NetworkPicture.checkFile(graph) }
    let example = try shape.example(for: opened)
    let (network, input) = (example?.model ?? opened, example?.batch)
    let trace = try input.map { try network.graph.trace($0, readable: []) }
    let rows = try rows(network, input, trace)
    if let graph {
      let diagram = try trace.map { try NetworkDiagram(network.name, of: $0) }
      try NetworkPicture.write(
        diagram ?? NetworkDiagram(network.name, of: network.graph), to: graph)
    }
    let count = try network.graph.parameterCount
    let parts = RecognizedParts(of: network.graph)
    let summary = network.outputMeaning.summary(
      shape: try trace?.output.shape ?? network.outputWidth.map { [1, $0] } ?? [])
    if json {
      var spec = network.inputSpec
      spec.labels = []
      return try Terminal.printJSON(
        Description(
          name: network.name, digest: network.digest, parameters: count, input: spec,
          inputs: network.inputDescriptions, sizes: network.sizesText,
          output: network.outputMeaning, outputSummary: summary,
          isChannelsLast: network.isChannelsLastInFile, recognized: parts.counts,
          unrecognized: parts.unrecognized, notes: network.warnings, nodes: rows))
    }
    print("\(network.name): \(network.graph.nodes.count - 1) layers, \(count) parameters")
    if !network.digest.isEmpty { print("SHA-256 \(network.digest)") }
    print("Output: \(summary)")
    for input in network.inputDescriptions where !input.shape.isEmpty {
      print("Input: \(Self.line(input))")
    }
    if !network.openInputs.isEmpty {
      print("Below: with \(network.sizesText)")
    }
    if network.isChannelsLastInFile {
      print(
        "Input: images with channels last, [N, height, width, channels]; shapes below have them first"
      )
    }
    if !parts.counts.isEmpty {
      let counts = parts.counts.map { "\($0.count) × \($0.name)" }
      print("Recognized: " + counts.joined(separator: ", "))
    }
    for line in parts.unrecognized { print("Not recognized: \(line)") }
    if input == nil { print("Shapes: the model does not state its input's; give --shape.") }
    print("")
    var table = TextTable(
      ["node", "layer", "settings", "output", "parameters", "rule"], numeric: [4])
    for row in rows {
      let shape = row.shape.map(String.init).joined(separator: "×")
      table.add([
        row.node, row.layer, row.settings, shape, row.parameters == 0 ? "" : "\(row.parameters)",
        row.rule,
      ])
    }
    print(table.text)
  }

  private static func line(_ input: InputDescription) -> String {
    let name = input.name.isEmpty ? "" : input.name + " "
    return "\(name)\(input.shape), \(input.type), \(input.role.rawValue)"
      + (input.features.isEmpty ? "" : ": " + input.features.joined(separator: ", "))
  }

  private func rows(_ network: Model, _ input: Tensor?, _ trace: Trace?) throws -> [Row] {
    let chosen = try method.method()
    try Warnings.report(of: chosen, on: network)
    let entries =
      try (chosen as? any RuleBasedMethod)?.ruleEntries(for: network, input: input) ?? [:]
    return try network.graph.nodes.map { node in
      Row(
        node: node.id.name, layer: node.layer.name, settings: node.layer.settings,
        inputs: node.inputs.map(\.name), shape: (try? trace?[node.id].shape) ?? [],
        parameters: try node.layer.parameterCount, rule: entries[node.id]?.rule.summary ?? "")
    }
  }
}

extension MethodArgument {
  fileprivate static let standard = MethodArgument(name: "lrp-composite")

  private init(name: String) {
    self.name = name
    written = .success([:])
    text = name
  }
}
