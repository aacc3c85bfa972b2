public import Foundation

/// Programs that `torch.export.save` wrote (`.pt2`), of PyTorch 2.8 to 2.13.
///
/// A program is a list of calls of PyTorch's operators. Each is put into the terms that ONNX files are read
/// in, and the same reader builds the network: with several inputs, whole numbers as inputs, and an open
/// batch. Programs after `run_decompositions()` are read, too.
///
/// Nothing of the file is run, and nothing is unpickled. Weights are read as raw bytes. A higher-order
/// operator, a custom one, one that writes into a part of a value, a network in training mode are refused by
/// name, all of them at once.
///
/// - Reference: PyTorch's `torch/_export/serde/schema.py`, schema version 8.
public enum PT2Format {
  /// The version of ONNX's operator set whose terms are used.
  private static let version = 24

  /// The network of a file.
  ///
  /// Its nodes are called as the program's values, `conv2d_3`; the modules that they belong to,
  /// `layer1.0.conv1`, are further names of theirs. Its outputs bear the program's names, or the keys where
  /// the module returns a dictionary.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - output: The name of the output that is meant; empty takes the one that the card names, or the one
  ///     that looks like classes.
  /// - Returns: The network, which ends at the logits.
  /// - Throws: ``InterpretabilityError`` that names the operators, weights or versions that cannot be read.
  public static func read(_ url: URL, output: String = "") throws -> Model {
    do {
      return try model(url, output: output)
    } catch let error as InterpretabilityError {
      throw error
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(url.lastPathComponent) cannot be read", cause: error)
    }
  }

  private static func model(_ url: URL, output: String) throws -> Model {
    let archive = try PT2Archive(url)
    let program = try PT2Program.decoded(archive.program(), place: archive.place)
    let weights = try PT2Weights(archive)
    var translator = try PT2Translator(program, weights)
    try translator.translate()
    let card = try ModelCard(beside: url) ?? ModelCard()
    var statement = card.output
    if !output.isEmpty { statement.name = output }
    let outputs = try ONNXOutputs(
      translator.graph, wanted: statement.name, labelCount: card.input.labels.count)
    statement.name = outputs.chosen
    try translator.readWeights()
    let digest = try archive.digest()
    let made = { @Sendable (translator: PT2Translator) in
      ONNXProgram(
        ONNXFile(translator.graph, version: version, at: url, digest: digest)
          .reading(output: outputs.chosen),
        tensors: translator.tensors, operators: translator.operators)
    }
    var whole = made(translator)
    whole.standard = translator.exampleSizes
    let shared = translator.sharedWeights
    whole.remade = { sizes in
      var translator = try PT2Translator(program, weights, sizes: sizes)
      translator.tensors = shared
      try translator.translate()
      try translator.readWeights()
      return made(translator)
    }
    var model = try ONNXFormat.model(
      of: whole, card: card, statement: statement, alternatives: outputs.others)
    let known = Set(model.graph.nodes.map(\.id))
    for (name, module) in translator.modules where known.contains(NodeID(name)) {
      model.moduleNames[NodeID(name)] = [module]
    }
    return model
  }

  /// Whether a file is one: by its name, or by what its archive holds.
  static func recognizes(_ file: URL, _ firstBytes: Data) -> Bool {
    guard ZipArchive.isBeginning(firstBytes) else { return false }
    if file.pathExtension.lowercased() == "pt2" { return true }
    guard let data = try? ModelFile.mapped(file) else { return false }
    return PT2Archive.isContained(in: data)
  }
}

extension PT2Format: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ModelFormat(
        "pt2", "Programs of torch.export.save, with their weights", recognizes: recognizes,
        read: { try read($0) }, readOutput: { try read($0, output: $1) })
    ]
  }
}
