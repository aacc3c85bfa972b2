import Foundation
import NNITestSupport
import NNIModels
import Testing

/// Files of very many tensors: the time grows with their number, and not faster.
@Suite(.serialized) struct ManyTensorsTests {
  private func file(_ count: Int) -> Data {
    var json = "{"
    for index in 0..<count {
      json += index == 0 ? "" : ","
      json +=
        "\"block.\(index / 8).layer.\(index % 8).weight\":{\"dtype\":\"U8\",\"shape\":[1],"
        + "\"data_offsets\":[\(index),\(index + 1)]}"
    }
    let text = Data((json + "}").utf8)
    let length = Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
    return length + text + Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
  }

  /// Far above what it takes in a debug build on a busy machine, and far below what anything quadratic takes.
  @Test(.timeLimit(.minutes(1)))
  func `Ten thousand are opened, found and told`() throws {
    let count = 10_000
    let data = file(count)
    let clock = ContinuousClock()
    let duration = try clock.measure {
      let file = try SafetensorsFile(data: data, name: "many")
      #expect(file.names.count == count)
      #expect(file.names[17] == "block.2.layer.1.weight")
      #expect(try file["block.1249.layer.7.weight"].item() == Double((count - 1) % 256))
      let error = #expect(throws: InterpretabilityError.self) {
        try file["block.1249.layer.8.weight"]
      }
      #expect(error?.message.contains("did you mean") == true)
      let weights = WeightSource(file)
      #expect(!Catalog.architectures.contains { $0.fits(weights) })
    }
    #expect(duration < .seconds(20), "\(duration)")
  }

  @Test(.timeLimit(.minutes(1)))
  func `Five thousand are written and read again`() throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "many.safetensors")
      let one = try Tensor([3], shape: [1], dtype: .uint8)
      try SafetensorsFile.write(
        tensors: (0..<5_000).map { ("tensor.\($0)", one) }, to: url)
      let read = try SafetensorsFile(contentsOf: url)
      #expect(read.names.count == 5_000)
      #expect(try read["tensor.4999"].item() == 3)
    }
  }
}
