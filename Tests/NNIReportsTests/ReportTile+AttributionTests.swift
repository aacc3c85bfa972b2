import NNIReports
import NNITestSupport
import NNInterpretability
import Testing

@Suite struct ReportTileAttributionTests {
  @Test(arguments: [
    ("gradient", [:], "logit per unit of input"), ("gradient-x-input", [:], "logit"),
    ("occlusion", ["window": "3", "stride": "3"], "logit when covered"),
    ("grad-cam", [:], "weighted activation"),
    ("smoothgrad", ["of": "gradient", "samples": "2"], "logit per unit of input"),
    ("lrp-epsilon", [:], "logit"),
  ])
  func saysWhatTheValuesAre(method: String, options: [String: String], unit: String) throws {
    let model = try SampleNets.mixed()
    let attribution = try Catalog.method(method, options.mapValues { .text($0) })
      .attribute(model, input: SampleNets.mixedInput(1), target: 0)
    #expect(try ReportTile(attribution, sample: 0).unit == unit)
  }

  @Test(arguments: [
    ("attention", "share of attention"), ("generic-attention", "logit × attention"),
    ("attention-flow", "share of attention"), ("token-contributions", "share of contributions"),
    ("attn-lrp", "logit"), ("grad-cam", "weighted activation"),
  ])
  func mapsOfTokensSayWhatTheyAre(method: String, unit: String) throws {
    let model = try Model(
      contentsOf: Fixture.url("golden/transformers/models/vit-mini.onnx"))
    let input = try Tensor.full([1, 3, 32, 32], 0.5)
    let attribution = try Catalog.method(method).attribute(model, input: input, target: 0)
    #expect(try ReportTile(attribution, sample: 0).unit == unit)
  }
}
