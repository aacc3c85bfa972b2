import Foundation
import NNIModels
import NNITestSupport
import Testing

/// Names, shapes and settings of all networks that torchvision has, by digests of what it says; see
/// `Tests/Fixtures/architectures/tables.py`, which prints the lines, too.
struct ArchitectureOutlineTests {
  static let names = ((try? digests()) ?? [:]).keys.sorted()

  static func digests() throws -> [String: String] {
    try JSONDecoder().decode(
      [String: String].self,
      from: Data(contentsOf: Fixture.url("architectures/outlines.json")))
  }

  @Test(arguments: names)
  func `Parameters and settings are torchvision's`(name: String) throws {
    let lines = try Self.lines(of: name)
    let digest = SHA256.hexDigest(of: Data(lines.joined(separator: "\n").utf8))
    #expect(try Self.digests()[name] == digest, "\(name): \(lines.count) lines")
  }

  /// A file of one network, with what training and torchvision add to it, fits that one alone.
  @Test(arguments: names)
  func `A state dict fits one architecture`(name: String) throws {
    let shapes = try Catalog.architecture(named: name).outline().shapes
    var state = try shapes.mapValues { try Tensor.full([], 0).expanded(to: $0) }
    for other in shapes.keys {
      if other.hasSuffix("relative_position_bias_table") || other.hasSuffix("logit_scale") {
        let prefix = other.split(separator: ".").dropLast().joined(separator: ".")
        state["\(prefix).relative_position_index"] = try Tensor(
          [Int64](repeating: 0, count: 4), shape: [4])
      }
      if other.hasSuffix("running_mean") {
        let prefix = other.split(separator: ".").dropLast().joined(separator: ".")
        state["\(prefix).num_batches_tracked"] = try Tensor([Int64(1)], shape: [])
      }
    }
    let auxiliary = ["googlenet": "aux1.fc1.weight", "inception_v3": "AuxLogits.fc.weight"]
    if let unused = auxiliary[name] { state[unused] = try Tensor.full([4, 4], 0) }
    let weights = WeightSource(state)
    #expect(Catalog.architectures.filter { $0.fits(weights) }.map(\.name) == [name])
    state["another.weight"] = try Tensor.full([1], 0)
    #expect(try !Catalog.architecture(named: name).fits(WeightSource(state)))
  }

  private static func lines(of name: String) throws -> [String] {
    let (graph, shapes) = try Catalog.architecture(named: name).outline()
    func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "x") }
    var lines = shapes.map { "parameter \($0) \(text($1))" }
    for node in graph.nodes {
      switch node.layer {
      case let layer as ConvolutionLayer:
        lines.append(
          "convolution \(node.id) stride \(text(layer.window.stride)) padding "
            + "\(text(layer.window.paddingBefore)) groups \(layer.groups)")
      case let layer as BatchNormLayer:
        lines.append("normalization \(node.id) \(Int((layer.epsilon * 1e9).rounded()))")
      case let layer as LayerNormLayer:
        lines.append("normalization \(node.id) \(Int((layer.epsilon * 1e9).rounded()))")
      case let layer as DropoutLayer:
        lines.append("dropout \(node.id) \(Int((layer.rate * 1000).rounded()))")
      case let layer as MaxPoolLayer:
        // Inception's modules call a function.
        guard !"\(node.id)".hasSuffix("branch_pool") else { break }
        lines.append(
          "pooling \(node.id) \(text(layer.window.size)) stride \(text(layer.window.stride)) padding "
            + "\(text(layer.window.paddingBefore)) \(layer.isCeiling ? "ceiling" : "floor")")
      case let layer as ActivationLayer:
        guard isModule("\(node.id)", of: name) else { break }
        lines.append("activation \(node.id) \(try #require(module(layer.function)))")
      default: break
      }
    }
    return lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether torchvision has a module of that name, and not a function or a module that is called twice.
  private static func isModule(_ id: String, of name: String) -> Bool {
    if name == "googlenet" || name == "inception_v3" { return false }
    if name.hasPrefix("densenet") && id == "relu" { return false }
    return !id.hasSuffix("relu_2") && !id.hasSuffix("relu_3")
  }

  private static func module(_ function: ActivationLayer.Function) -> String? {
    switch function {
    case .relu: "ReLU"
    case .clip(0, 6): "ReLU6"
    case .silu: "SiLU"
    case .hardSwish: "Hardswish"
    case .hardSigmoid(1.0 / 6, 0.5): "Hardsigmoid"
    case .sigmoid: "Sigmoid"
    case .gelu(isApproximate: false): "GELU"
    case .tanh: "Tanh"
    default: nil
    }
  }
}
