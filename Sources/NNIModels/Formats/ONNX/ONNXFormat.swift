public import Foundation

/// Networks in the Open Neural Network Exchange format (<https://onnx.ai>), versions 9 to 25 of its
/// operator set.
///
/// Weights are in the file or in files beside it. Shapes are computed when the file is read and the batch
/// stays open. Functions of the file are written inline, and the operators that ONNX Runtime's optimiser and
/// quantiser make are spelled out in ONNX's own; an operator of another domain is refused by name.
///
/// float16 and bfloat16 become float32: a conversion to them changes nothing, so that results differ from
/// those of the file's own arithmetic as far as that rounds. A quantised network is computed on its grid,
/// with straight-through derivatives, see ``QuantizationLayer``. ``Model/warnings`` says either.
public enum ONNXFormat {
  /// The network of a file.
  ///
  /// Its nodes are called as in the file; a node without a name by its first output.
  ///
  /// An input with its channels last, `[N, H, W, C]`, becomes one with its channels first; see
  /// ``Model/isChannelsLastInFile``.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - output: The name of the output that is meant; empty takes the one that the card names, or the one
  ///     that looks like classes.
  /// - Returns: The network, which ends at the logits.
  /// - Throws: ``InterpretabilityError`` that names the node, operator or tensor that cannot be read.
  public static func read(_ url: URL, output: String = "") throws -> Model {
    try read(ONNXFile(url), output: output)
  }

  /// The network of a parsed file.
  static func read(_ parsed: ONNXFile, output: String = "") throws -> Model {
    var file = try parsed.inlined()
    let card = try ONNXInputSpec.card(for: file.url, metadata: file.metadata)
    var statement = card.output
    if !output.isEmpty { statement.name = output }
    let outputs = try ONNXOutputs(
      file.model.graph, wanted: statement.name, labelCount: card.input.labels.count)
    file = file.reading(output: outputs.chosen)
    statement.name = outputs.chosen
    return try model(
      of: ONNXProgram(file), card: card, statement: statement, alternatives: outputs.others)
  }

  /// The network that an importer builds, with what the card says of it.
  static func model(
    of importer: inout ONNXImporter, card: ModelCard, statement: OutputStatement,
    alternatives: [String]
  ) throws -> Model {
    let file = importer.file
    var graph = try importer.imported()
    for rewrite in rewrites { graph = try rewrite.apply(to: graph) }
    let isChannelsLast =
      importer.parts.isEmpty && importer.input.isChannelsLast(size: card.input.size)
    if isChannelsLast { graph = try graph.withChannelsFirst() }
    let isJoined = !importer.parts.isEmpty
    var model = try Model(
      graph,
      name: card.name.isEmpty ? file.url.deletingPathExtension().lastPathComponent : card.name,
      inputSpec: ONNXInputSpec.matched(
        ONNXInputSpec.completed(
          card.input,
          by: ONNXInputSpec.inputSpec(
            fromShape: importer.input.channelsFirstShape(isChannelsLast))),
        channels: importer.input.channelsFirstShape(isChannelsLast)),
      digest: file.digest, output: statement, alternatives: alternatives)
    if isJoined { model.inputs = importer.parts } else { model.inputName = importer.input.name }
    model.unusedInputs = importer.unusedInputs
    let extents = importer.input.shape.dropFirst()
    let known = extents.compactMap { $0 }
    if !isJoined, !isChannelsLast, !known.isEmpty, known.count == extents.count {
      model.shapeInFile = known
    }
    model.warnings = (ONNXPrecision.notes(of: file, graph) + importer.notes).map {
      "\(model.name): \($0)"
    }
    model.isChannelsLastInFile = isChannelsLast
    model.describesInput = card.describesInput
    model.moduleNames = ONNXModuleNames.names(of: file.model.graph, in: model.graph)
    try InputAgreement.check(
      card.input, statesChannels: card.statesChannels, fileShape: importer.input.shape,
      of: file.url)
    return model
  }

  /// What exporters spell out is put together again.
  private static var rewrites: [any GraphRewrite] {
    [
      JoinQuantizationRewrite(), FuseActivationsRewrite(), FuseNormalizationRewrite(),
      FuseStatisticsRewrite(), FuseDenseBiasRewrite(), FuseConvolutionBiasRewrite(),
    ]
  }

  /// Whether bytes begin like a model message: field 1, a small version, then a field of a model.
  static func isBeginning(_ bytes: Data) -> Bool {
    let head = [UInt8](bytes.prefix(3))
    return head.count == 3 && head[0] == 0x08 && (3...30).contains(head[1])
      && [0x12, 0x1A, 0x22, 0x3A, 0x42].contains(head[2])
  }
}

extension ONNXFormat: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ModelFormat(
        "onnx", "Networks exported as ONNX by PyTorch, Keras, scikit-learn and others",
        recognizes: { file, bytes in
          file.pathExtension.lowercased() == "onnx" || isBeginning(bytes)
        },
        read: { try read($0) }, readOutput: { try read($0, output: $1) })
    ]
  }
}
