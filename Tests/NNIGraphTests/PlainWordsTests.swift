import Foundation
import Testing

@testable import NNIGraph

struct PlainWordsTests {
  @Test func `The tensor library's text becomes a sentence with the shapes`() throws {
    let error = try #require(throws: TorchError.self) {
      try Tensor.full([2], 0).indexOfMaximum(along: 1)
    }
    #expect(error.message.contains("Dimension"))
    let text = PlainWords.sentence(error)
    #expect(text.contains("argmax") && text.contains("[2]"))
    #expect(!text.contains("::") && !text.contains("Dimension"))
    let memory = TorchError(operation: "x", message: "not enough memory: 5 bytes")
    #expect(PlainWords.reason(memory) == "not enough memory: 5 bytes")
  }

  @Test func `Foundation's errors become reasons`() throws {
    func reason(_ path: String) throws -> String? {
      let error = try #require(throws: (any Error).self) {
        try Data(contentsOf: URL(filePath: path))
      }
      return PlainWords.reason(error)
    }
    #expect(try reason("/nowhere/at/all")?.contains("no such file") ?? false)
    let text = InterpretabilityError(
      .invalidFile, "it cannot be read",
      cause: NSError(domain: NSCocoaErrorDomain, code: 257)
    ).description
    #expect(text == "it cannot be read (reading it is not permitted)")
    let unknown = InterpretabilityError(
      .invalidFile, "it cannot be read", cause: NSError(domain: NSCocoaErrorDomain, code: 99_999))
    #expect(unknown.description == "it cannot be read")
  }

  @Test func `Decoding errors name the place`() throws {
    #expect(
      try reason(#"{"input": {"size": [1, "b"]}}"#)
        == "at “input.size[1]”: the value is of another kind")
    #expect(try reason(#"{"input": {}}"#) == "at “input”: the key “size” is missing")
    #expect(try reason("{") == "it is no valid JSON")
  }

  private struct Outer: Decodable {
    struct Inner: Decodable { let size: [Int] }
    let input: Inner
  }

  /// What is said of a text that is no ``Outer``.
  private func reason(_ json: String) throws -> String {
    let error = try #require(throws: DecodingError.self) {
      try JSONDecoder().decode(Outer.self, from: Data(json.utf8))
    }
    return try #require(PlainWords.reason(error))
  }
}
