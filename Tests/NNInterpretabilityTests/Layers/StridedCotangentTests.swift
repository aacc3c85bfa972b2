import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels
@testable import NNITraining
@testable import NNIUncertainty
@testable import NNIVisualization

/// What a tape hands back does not depend on how tensors lie in memory.
@Suite struct StridedCotangentTests {
  /// How a tensor lies in memory.
  enum Arrangement: String, CaseIterable {
    case contiguous, transposed, channelsLast, expanded, sliced

    /// A tensor of the same shape in this arrangement; an expanded one repeats one place of `axis`.
    func arranged(_ tensor: Tensor, repeating axis: Int) throws -> Tensor {
      func dense(_ tensor: Tensor) throws -> Tensor {
        try .call("aten::contiguous", .tensor(tensor))
      }
      let axes = Array(0..<tensor.rank)
      switch self {
      case .contiguous: return try dense(tensor)
      case .transposed:
        let order = Array(axes.reversed())
        return try dense(tensor.permuted(order)).permuted(order)
      case .channelsLast:
        guard tensor.rank > 2 else { return try dense(tensor) }
        let order = [0] + axes.dropFirst(2) + [1]
        let back = [0, tensor.rank - 1] + axes.dropFirst().dropLast()
        return try dense(tensor.permuted(order)).permuted(back)
      case .expanded:
        return try dense(tensor.narrowed(axis: axis, to: 0..<1)).expanded(to: tensor.shape)
      case .sliced:
        let last = tensor.rank - 1
        let wide = try Tensor.call(
          "aten::repeat_interleave.self_int", .tensor(tensor), .int(2), .int(last))
        return try .call(
          "aten::slice.Tensor", .tensor(wide), .int(last), .int(0), .int(Int(Int32.max)), .int(2))
      }
    }
  }

  @Test(arguments: try LayerSamples.all())
  func `Float32 pulls any cotangent back as float64 does`(sample: LayerSample) throws {
    let single = try sample.layer.mapParameters { try $0.converted(to: .float32) }
    let plain = try sample.inputs()
    let shape = try sample.layer.forward(plain).shape
    var numbers = SeededNumbers(37)
    let seed = try numbers.tensor(shape)
    for place in Arrangement.allCases {
      let inputs = try plain.map { try place.arranged($0, repeating: 0) }
      let dense = try inputs.map { try Arrangement.contiguous.arranged($0, repeating: 0) }
      let reference = try Tape(dense, sample.layer.forward)
      let tape = try Tape(
        plain.map { try place.arranged($0.converted(to: .float32), repeating: 0) }, single.forward)
      try expectClose(
        tape.output.converted(to: .float64), reference.output, relative: 2e-5,
        "forward, input \(place)")
      for form in Arrangement.allCases {
        let cotangent = try form.arranged(seed, repeating: shape.count - 1)
        let wanted = try reference.pullback(
          Arrangement.contiguous.arranged(cotangent, repeating: 0))
        let found = try tape.pullback(
          form.arranged(seed.converted(to: .float32), repeating: shape.count - 1))
        for (a, b) in zip(found, wanted) {
          try expectClose(
            a.converted(to: .float64), b, relative: 1e-4, absolute: 1e-5,
            "input \(place), cotangent \(form)")
        }
      }
    }
  }

  /// libtorch 1.13 reads the strided gradient of the exact GELU wrongly, and gave what nobody had written.
  @Test(arguments: [[1, 8, 8], [1, 51, 30], [2, 6, 7, 5]])
  func `A network's gradient through GELU and Transpose is that of float64`(shape: [Int]) throws {
    var numbers = SeededNumbers(12)
    let order = shape.count == 3 ? [0, 2, 1] : [0, 2, 3, 1]
    var graph = Graph(input: "image")
    try graph.add(ActivationLayer(.gelu(isApproximate: false)), as: "gelu", after: ["image"])
    try graph.add(TransposeLayer(order), as: "transpose", after: ["gelu"])
    try graph.add(FlattenLayer(), as: "flat", after: ["transpose"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([3, shape.dropFirst().reduce(1, *)])), as: "logits",
      after: ["flat"])
    let model = try Model(graph)
    let single = try model.converted(to: .float32)
    let input = try numbers.tensor(shape)
    for method: any AttributionMethod in [Gradient(), IntegratedGradients(steps: 20)] {
      let wanted = try method.attribute(model, input: input, target: .class(1))
      let found = try method.attribute(
        single, input: input.converted(to: .float32), target: .class(1))
      try expectClose(found.map.converted(to: .float64), wanted.map, relative: 1e-5)
    }
  }

  @Test func `The list has every layer of the sources`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources").standardized
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var found: Set<String> = []
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(
        of: /(?m)^(?:public |package |private |fileprivate )?struct (\w+Layer)\b[^{]*:[^{]*\{/)
      {
        found.insert(String(match.1))
      }
    }
    #expect(found.count > 40)
    let known = Set(try LayerSamples.all().map(\.type)).union(LayerSamples.exempt.keys)
    #expect(found.subtracting(known) == [], "add these to LayerSamples")
  }
}
