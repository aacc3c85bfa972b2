public import Foundation

/// Networks in the Open Neural Network Exchange format (<https://onnx.ai>), versions 9 to 21 of its
/// operator set.
///
/// Read are float32, float64, float16 and bfloat16 weights (the last two become float32), in the file
/// or in files beside it. Shapes are computed when the file is read and the batch stays open. A
/// quantised network, a control flow, an operator of another domain is refused by name.
public enum ONNXFormat {
  /// The network of a file.
  ///
  /// Its nodes are called as in the file; a node without a name by its first output.
  /// - Throws: ``InterpretabilityError`` that names the node, operator or tensor that cannot be read.
  public static func read(_ url: URL) throws -> Model {
    let file = try ONNXFile(url)
    let card = try ONNXInputSpec.card(for: url, metadata: file.metadata)
    var importer = try ONNXImporter(file, inputSpec: card.input)
    var graph = try importer.imported()
    for rewrite in rewrites { graph = try rewrite.apply(to: graph) }
    var model = try Model(
      graph, name: card.name.isEmpty ? url.deletingPathExtension().lastPathComponent : card.name,
      inputSpec: ONNXInputSpec.completed(
        card.input, by: ONNXInputSpec.inputSpec(fromShape: importer.input.shape)),
      digest: file.digest)
    model.describesInput = card.describesInput
    model.moduleNames = ONNXModuleNames.names(of: file.model.graph, in: model.graph)
    try InputAgreement.check(
      card.input, statesChannels: card.statesChannels, fileShape: importer.input.shape, of: url)
    return model
  }

  /// What exporters spell out is put together again.
  private static var rewrites: [any GraphRewrite] {
    [FuseActivationsRewrite(), FuseNormalizationRewrite(), FuseDenseBiasRewrite()]
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
        read: { try read($0) })
    ]
  }
}
