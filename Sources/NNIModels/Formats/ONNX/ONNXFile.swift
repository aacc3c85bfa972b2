import Foundation
import SwiftProtobuf

/// A parsed ONNX file, whose versions are checked.
struct ONNXFile {
  /// The file itself, from which large tensors are read.
  struct Contents {
    let name: String
    let bytes: FileBytes
  }

  /// Where it came from.
  let url: URL
  var model: ONNXModelProto
  /// The version of ONNX's own operator set.
  let version: Int
  /// SHA-256 of the file.
  let digest: String
  /// The file that was parsed, if it was one.
  let contents: Contents?
  /// Versions of the operator set for nodes of functions, by the node's first output.
  private var versions: [String: Int] = [:]

  /// The versions of the operator set that the layers understand.
  static let versions = 9...25

  /// Reads and parses a file.
  ///
  /// - Throws: ``InterpretabilityError`` when it is no ONNX file or of a version that is not read.
  init(_ url: URL) throws {
    let name = url.lastPathComponent
    let contents = try FileBytes(contentsOf: url)
    let data = try ModelFile.mapped(url)
    guard !data.isEmpty else {
      throw InterpretabilityError(.invalidFile, "\(name) is empty, wanted an ONNX file")
    }
    let parsed: ONNXModelProto
    do {
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      let message = ONNXLargeTensors.leftOut(of: data, in: name)
      // Parsing copies what is left.
      try Torch.checkMemory(2 * message.count, for: "reading \(name)")
      parsed = try ONNXModelProto(serializedBytes: message, partial: true, options: options)
    } catch let error as TorchError {
      throw error
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(name) is no ONNX file or is damaged", cause: error)
    }
    try self.init(
      parsed, at: url, digest: contents.digest(), contents: Contents(name: name, bytes: contents))
  }

  /// A parsed file.
  ///
  /// - Throws: ``InterpretabilityError`` when it is of a version that is not read.
  init(
    _ model: ONNXModelProto, at url: URL, digest: String = "", contents: Contents? = nil
  ) throws {
    let name = url.lastPathComponent
    guard model.hasGraph, !model.graph.output.isEmpty else {
      throw InterpretabilityError(
        .invalidFile, "\(name) is no ONNX file or is damaged: it holds no graph with an output")
    }
    guard let set = model.opsetImport.first(where: { Self.isStandard($0.domain) }) else {
      throw InterpretabilityError(
        .invalidFile, "\(name) states no version of the ONNX operator set")
    }
    guard Self.versions.contains(Int(set.version)) else {
      throw InterpretabilityError(
        .unsupported,
        "\(name) uses version \(set.version) of the ONNX operator set; versions "
          + "\(Self.versions.lowerBound) to \(Self.versions.upperBound) are read: export it again "
          + "with opset_version=17")
    }
    self.model = model
    self.url = url
    self.digest = digest
    self.contents = contents
    version = Int(set.version)
  }

  /// A program in ONNX's terms that another kind of file holds.
  init(_ graph: ONNXGraphProto, version: Int, at url: URL, digest: String) {
    var model = ONNXModelProto()
    model.graph = graph
    self.model = model
    self.url = url
    self.version = version
    self.digest = digest
    contents = nil
  }

  /// The same file with its functions written inline.
  ///
  /// - Throws: ``InterpretabilityError`` when a function calls itself, or a call does not fit its function.
  func inlined() throws -> ONNXFile {
    guard !model.functions.isEmpty else { return self }
    var functions = try ONNXFunctions(model)
    var copy = self
    copy.model.graph = try functions.inlined(model.graph)
    copy.model.functions = []
    copy.versions = functions.versions
    return copy
  }

  /// The version of the operator set that a node is written for.
  func version(of node: ONNXNodeProto) -> Int {
    guard !versions.isEmpty, let output = node.output.first else { return version }
    return versions[output] ?? version
  }

  /// The same file with another of its outputs as the first, which is the one that is read.
  func reading(output name: String) -> ONNXFile {
    var copy = self
    let chosen = model.graph.output.filter { $0.name == name }
    copy.model.graph.output = chosen + model.graph.output.filter { $0.name != name }
    return copy
  }

  /// Whether a domain is that of ONNX's own operators.
  static func isStandard(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }

  /// The metadata that the exporter or the user put in; the first of two with the same key counts.
  var metadata: [String: String] {
    Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { first, _ in first }
  }
}
