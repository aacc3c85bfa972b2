import NNITestSupport
import NNInterpretability
import Testing

/// The golden transformers, whatever exporter wrote them, consist of the parts that they were built of.
struct RecognizedPartsTests {
  private static let expected: [String: [String: Int]] = [
    "vit-mini": ["attention": 2, "layer norm": 5, "GELU": 2],
    "vit-reg": ["attention": 2, "layer norm": 5, "GELU": 2],
    "vit-gap": ["attention": 2, "layer norm": 5, "GELU": 2],
    "bert-mini": ["attention": 2, "layer norm": 5, "GELU": 2],
    "llama-mini": ["attention": 2, "RMS norm": 5, "SiLU": 2, "rotary positions": 4],
    "swin-mini": ["attention": 4, "layer norm": 11, "GELU": 4],
  ]

  private static let files = [
    "vit-mini", "vit-mini-dynamo", "vit-reg", "vit-reg-dynamo", "vit-reg-opset23", "vit-gap",
    "vit-gap-dynamo", "bert-mini", "bert-mini-dynamo", "llama-mini", "llama-mini-dynamo",
    "llama-mini-opset23", "swin-mini", "swin-mini-dynamo",
  ]

  @Test(arguments: files)
  func `Transformers`(file: String) throws {
    let url = Fixture.url("golden/transformers/models/\(file).onnx")
    let parts = RecognizedParts(of: try Model(contentsOf: url).graph)
    let found = Dictionary(uniqueKeysWithValues: parts.counts.map { ($0.name, $0.count) })
    let name = Self.expected.keys.first { file.hasPrefix($0) } ?? ""
    for (part, count) in Self.expected[name] ?? [:] {
      #expect(found[part] == count, "\(part) of \(found)")
    }
    #expect(parts.unrecognized == [])
  }

  @Test func `A convolutional network has no attention`() throws {
    let url = Fixture.url("golden/transformers/models/convnext-mini.onnx")
    let graph = try Model(contentsOf: url).graph
    #expect(graph.attentionBlocks.isEmpty)
    #expect(!RecognizedParts(of: graph).counts.isEmpty)
  }
}
