import Foundation
import NNIMethods
import NNIModels
import NNITestSupport
import Testing

/// Networks of kinds that the zoo has shown to be hard, in the forms that PyTorch exports, judged by what PyTorch
/// computes in float64.
struct ZooNetworksTests {
  @Test func `Files give PyTorch's outputs and gradients`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("zoo/networks.safetensors"))
    let names = file.names.filter { $0.contains("/file/") }.sorted()
    #expect(names.count >= 6)
    try Fixture.withTemporaryFolder { folder in
      for name in names {
        let parts = name.split(separator: "/").map(String.init)
        let url = folder.appending(path: parts[2])
        try file[name].data().write(to: url)
        let model = try Model(contentsOf: url).converted(to: .float64)
        try check(model, file, parts[0], name)
      }
    }
  }

  @Test func `A program with complex numbers is refused`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("zoo/networks.safetensors"))
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.pt2")
      try file["fourier/refused"].data().write(to: url)
      let error = #expect(throws: InterpretabilityError.self) { try Model(contentsOf: url) }
      #expect(error?.description.contains("complex numbers") == true)
    }
  }

  private func check(
    _ model: Model, _ file: SafetensorsFile, _ network: String, _ name: String
  ) throws {
    let prefix = "\(network)/input/"
    let keys = file.names.filter { $0.hasPrefix(prefix) }
    var values: [String: Tensor] = [:]
    for key in keys { values[String(key.dropFirst(prefix.count))] = try file[key] }
    let input: Tensor
    if model.inputs.isEmpty {
      #expect(keys.count == 1, "\(name)")
      input = try file[keys[0]].converted(to: .float64)
    } else {
      input = try model.joined(values).converted(to: .float64)
    }
    try expectClose(
      model(input), file["\(network)/output"], relative: 1e-6, absolute: 1e-6, "\(name)")
    guard file.names.contains("\(network)/gradient") else { return }
    let ids = model.inputs.first
    if let ids, !ids.type.isFloatingPoint {
      let map = try InputQuestion(model, inputs: values, of: ids.name).attribute(
        "gradient", target: .class(1)
      ).map
      try expectClose(
        map, file["\(network)/gradient"], relative: 1e-5, absolute: 1e-6, "\(name)")
      return
    }
    let map = try Gradient().attribute(model, input: input, target: .class(1)).map
    let expected = try file["\(network)/gradient"]
    let own = model.inputs.isEmpty ? map : try firstPart(of: map, model, like: expected)
    try expectClose(own, expected, relative: 1e-5, absolute: 1e-6, "\(name)")
  }

  /// The part of the first input that has a gradient.
  private func firstPart(of map: Tensor, _ model: Model, like expected: Tensor) throws -> Tensor {
    for part in model.inputs where part.type.isFloatingPoint {
      let own = try model.part(part.name, of: map)
      if own.shape == expected.shape { return own }
    }
    return map
  }
}
