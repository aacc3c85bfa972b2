import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels
@testable import NNIMethods

/// Rule maps as a user of an exported network writes them.
struct RuleMapCheckTests {
  private let model: Model

  init() throws { model = try Model(contentsOf: Fixture.url("words/kept.onnx")) }

  private func entries(_ json: String) throws -> [NodeID: RuleMap.Entry] {
    try LRPComposite(rules: RuleMapDescription(json: json)).ruleEntries(
      for: model, input: Tensor.full([1, 3, 8, 6], 0))
  }

  @Test(arguments: ["conv1", "/conv1/Conv", "conv1/Conv", "conv*", "/conv1/*"])
  func `A module's name fits its node`(name: String) throws {
    let json = "{\"rules\": [{\"name\": \"\(name)\", \"rule\": \"gamma\", \"gamma\": 0.5}]}"
    let found = try entries(json)
    #expect(found["/conv1/Conv"]?.rule is GammaRule)
    #expect(!(found["/classifier/Gemm"]?.rule is GammaRule))
  }

  @Test func `Paths of both exporters are modules`() {
    let paths = [
      "/conv1/Conv": "conv1", "/layer1/layer1.0/conv1/Conv": "layer1.0.conv1",
      "/features/features.0/Conv": "features.0",
      "/layer1/layer1.0/downsample/downsample.0/Conv": "layer1.0.downsample.0",
    ]
    for (path, module) in paths { #expect(ONNXModuleNames.module(ofPath: path) == module) }
    #expect(ONNXModuleNames.module(ofPath: "/Relu") == nil)
    #expect(ONNXModuleNames.module(ofPath: "node_conv2d") == nil)
  }

  @Test func `A name that fits no node is an error with the nearest`() throws {
    let error = try #require(throws: InterpretabilityError.self) {
      try entries(
        #"{"rules": [{"kind": "dense", "rule": "zero"}, {"name": "cnv1", "rule": "flat"}]}"#)
    }
    #expect(error.message.contains("entry 2") && error.message.contains("conv1"), "\(error)")
  }

  @Test func `Entries without effect are told`() throws {
    let json = """
      {"rules": [{"kind": "convolution", "rule": "flat"}, {"name": "conv1", "rule": "gamma"},
      {"kind": "normalization", "rule": "epsilon"}, {"kind": "dense", "rule": "zero"}]}
      """
    let notes = try LRPComposite(rules: RuleMapDescription(json: json)).notes(for: model)
    #expect(notes.count == 2, "\(notes)")
    #expect(notes[0].contains("entry 2 (gamma) decides nowhere"))
    #expect(notes[1].contains("entry 3 (epsilon) fits no node"))
    // Its batch norm is merged with the convolution before it.
    let norm = #"{"rules": [{"name": "norm", "rule": "flat"}]}"#
    let merged = try LRPComposite(rules: RuleMapDescription(json: norm))
    #expect(try merged.notes(for: SampleNets.mixed()).count == 1)
    #expect(try LRPComposite().notes(for: model).isEmpty)
  }

  @Test(
    arguments: [#""name": "norm""#, #""kind": "affine""#, #""name": "n*m", "kind": "affine""#],
    MergeBatchNormRewrite.Remnant.allCases)
  func `An entry for a merged node changes nothing and names its host`(
    selector: String, remnant: MergeBatchNormRewrite.Remnant
  ) throws {
    let net = try SampleNets.mixed()
    let plain = LRPComposite(batchNorm: remnant)
    var method = plain
    method.rules = try RuleMapDescription(json: "{\"rules\": [{\(selector), \"rule\": \"flat\"}]}")
    let notes = try method.notes(for: net)
    #expect(notes.count == 1 && notes[0].contains("norm is merged into stem"), "\(notes)")
    let input = try SampleNets.mixedInput()
    try expectClose(
      method.attribute(net, input: input, target: 1).map,
      plain.attribute(net, input: input, target: 1).map, relative: 0)
  }

  @Test func `What is left of a merged node is of no kind`() throws {
    let json = #"{"rules": [{"kind": ["activation", "structural"], "rule": "gradient"}]}"#
    let method = try LRPComposite(rules: RuleMapDescription(json: json))
    let entries = try method.ruleEntries(
      for: SampleNets.mixed(), input: SampleNets.mixedInput())
    #expect(try #require(entries["relu1"]).rule is GradientRule)
    #expect(try #require(entries["norm"]).rule is PassThroughRule)
  }
}
