import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// The shipped definitions, their tokenizer and the network that learned them.
struct ShippedTextTests {
  @Test func `Each kind has as many definitions`() throws {
    let texts = try Shipped.definitions()
    #expect(
      texts.classNames == [
        "animal", "artifact", "body", "food", "person", "place", "plant", "substance",
      ])
    #expect(texts.texts.count == 14_400 && Set(texts.texts).count == 14_400)
    for label in 0..<8 { #expect(texts.labels.count { $0 == label } == 1800) }
  }

  @Test func `The network tells the kinds of test definitions`() throws {
    let model = try Shipped.model(named: "definitions")
    #expect(model.warnings.isEmpty, "\(model.warnings)")
    let data = try Shipped.definitions().dataset(for: model)
    let test = try DatasetSplit(validation: 0).parts(of: data).test
    let part = DatasetSelection(test, Array(0..<300))
    #expect(try ClassifierScore(of: model.graph, on: part).accuracy > 0.8)
    let shipped = try #require(try Shipped.models.first { $0.name == "definitions" })
    let metadata = try SafetensorsFile(contentsOf: shipped.url).metadata
    #expect(try #require(Double(metadata["accuracy"] ?? "")) > 0.84)
    #expect(metadata["data_digest"] == data.digest)
  }

  /// Its attention is recognized, so that the methods of transformers work on it.
  @Test func `Words that tell a kind are found`() throws {
    let model = try Shipped.model(named: "definitions")
    let text = "a person who repairs shoes"
    let inputs = try TextInputs([text], for: model)
    let question = try InputQuestion(model, inputs: inputs.values, of: inputs.name)
    for method in ["attn-lrp", "cp-lrp", "integrated-gradients", "deeplift-rescale"] {
      let answer = try question.attribute(
        method, ["keep": .list([.number(0), .number(2), .number(3)])], target: .predicted)
      #expect(model.inputSpec.label(answer.attribution.classes[0]) == "person")
      let values = try answer.map.doubles()
      let tokens = inputs.texts[0].tokens
      let strongest = tokens.indices.filter { !tokens[$0].isSpecial }.max {
        values[$0] < values[$1]
      }
      #expect(["who", "person"].contains(tokens[try #require(strongest)].text), "\(method)")
      #expect(values.suffix(from: tokens.count).allSatisfy { $0 == 0 }, "\(method)")
    }
    let conservative = try question.attribute("cp-lrp", target: .predicted)
    #expect(conservative.attribution.ledger.rows.map(\.name).contains("positions"))
    #expect(throws: Never.self) { try question.attribute("attention-rollout", target: .predicted) }
  }
}
