import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Images with their channels in the last axis, and cards of networks of one channel.
@Suite struct ChannelsLastTests {
  @Test func `Tensors of the file's order and pictures are taken`() throws {
    let model = try OutputFixture.model("channels-last")
    #expect(model.isChannelsLastInFile)
    #expect(model.inputSpec.size == [6, 5] && model.sampleShape == [3, 6, 5])
    let input = try OutputFixture.tensor("channels-last/input")
    let turned = try model.channelsFirst(input)
    #expect(turned.shape == [2, 3, 6, 5])
    try expectClose(
      model(turned), OutputFixture.tensor("channels-last/logits"), relative: 1e-5)
    let map = try Gradient().attribute(model, input: turned, target: 0).map
    try expectClose(
      model.inFileOrder(map), OutputFixture.tensor("channels-last/gradient"), relative: 1e-5)
    let picture = try Image(width: 5, height: 6, filledWith: [255, 0, 0])
    let (tensor, _) = try model.inputSpec.tensor(from: picture)
    #expect(try model(tensor.converted(to: .float64)).shape == [1, 3])
    #expect(throws: InterpretabilityError.self) { try model.channelsFirst(turned) }
  }

  @Test func `Grad-CAM knows the axis of channels`() throws {
    let model = try OutputFixture.model("channels-last")
    let input = try model.channelsFirst(OutputFixture.tensor("channels-last/input"))
    let wanted = try OutputFixture.tensor("channels-last/grad-cam")
    for layer in ["", "last", "relu"] {
      let found = try GradCAM(layer: NodeID(layer)).attribute(model, input: input, target: 1)
      try expectClose(found.map, wanted, relative: 1e-5)
    }
    for method in [AblationCAM(layer: "relu"), AblationCAM(layer: "last")] {
      let found = try method.attribute(model, input: input, target: 1)
      let other = try AblationCAM(layer: "relu").attribute(model, input: input, target: 1)
      try expectClose(found.map, other.map)
    }
  }

  @Test func `Grey is gray, and one mean is that of one channel`() throws {
    for text in [
      #"{"channels": "gray", "mean": [0.1], "std": [0.3], "size": [6, 5]}"#,
      #"{"mean": [0.1], "std": [0.3], "size": [6, 5]}"#,
    ] {
      let spec = try JSONDecoder().decode(InputSpec.self, from: Data(text.utf8)).validated()
      #expect(spec.channels == .grey && spec.channelCount == 1)
    }
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(InputSpec.self, from: Data(#"{"channels": "cmyk"}"#.utf8))
    }
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try FileManager.default.copyItem(at: Fixture.url("outputs/mask.onnx"), to: url)
      try Data(#"{"size": [6, 5]}"#.utf8).write(to: folder.appending(path: "net.json"))
      #expect(try Model(contentsOf: url).inputSpec.channels == .grey)
    }
  }
}
