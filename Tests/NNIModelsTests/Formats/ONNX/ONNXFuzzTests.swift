import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels

/// ONNX files that are well formed and say something else than they did.
///
/// They have other operators, operands, attributes, shapes and types. Each is a result or an
/// ``InterpretabilityError``, never a crash or a hang.
///
/// 300 files; `NNI_FUZZ_COUNT=10000` for more, best in a release build.
@Suite struct ONNXFuzzTests {
  private static var count: Int {
    ProcessInfo.processInfo.environment["NNI_FUZZ_COUNT"].flatMap { Int($0) } ?? 300
  }

  /// Where a run goes on after a fault.
  private static var first: Int {
    ProcessInfo.processInfo.environment["NNI_FUZZ_FIRST"].flatMap { Int($0) } ?? 0
  }

  /// Small files with functions, quantised layers, fused operators and recurrences.
  static let files = [
    "quantized/functions-nested", "quantized/functions-onnxscript", "quantized/qdq-convnet",
    "quantized/qlinear-convnet-channels", "quantized/dynamic-convnet", "quantized/dynamic-lstm",
    "quantized/blocks-int4", "quantized/weights-nbits", "quantized/integers",
    "quantized/half-operators", "quantized/optimised-convnet-all",
    "quantized/optimised-dynamic-encoder-all", "quantized/curves", "quantized/fused-bert",
    "onnx/mixed-dynamo-18", "onnx/norms-17",
  ]

  @Test func `Files that say something else are values or errors`() throws {
    let models = try Self.files.map { try ONNXFile(Fixture.url("\($0).onnx")).model }
    let operators =
      Array(
        Set(models.flatMap { $0.graph.node.map { "\($0.domain)|\($0.opType)" } })
      ).sorted() + [
        "|CastLike", "|Swish", "|GridSample", "|CenterCropPad", "|AffineGrid", "|LpPool",
      ]
    var accepted = 0
    var computed = 0
    var slowest = Duration.zero
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      for round in Self.first..<Self.first + Self.count {
        var mutation = ONNXMutation(seed: 14, round: round, operators: operators)
        let model = mutation.changed(models[round % models.count])
        let begin = ContinuousClock.now
        do {
          let network = try ONNXFormat.read(ONNXFile(model, at: url))
          accepted += 1
          if let shape = network.sampleShape, shape.reduce(1, *) <= 1 << 16 {
            _ = try network.graph.forward(Tensor.full([2] + shape, 0.5))
            computed += 1
          }
        } catch let error as InterpretabilityError {
          let lines = error.message.split(whereSeparator: \.isNewline)
          #expect(lines.count == 1, "round \(round): \(error.message)")
        } catch {
          Issue.record("round \(round), \(Self.files[round % models.count]): \(error)")
        }
        let duration = ContinuousClock.now - begin
        slowest = max(slowest, duration)
        if duration > .seconds(20) {
          Issue.record("round \(round), \(Self.files[round % models.count]): took \(duration)")
        }
      }
    }
    #expect((1..<Self.count).contains(accepted))
    if Self.count > 300 {
      print("ONNX: \(Self.count) files, \(accepted) read, \(computed) computed, slowest \(slowest)")
    }
  }
}

/// One to three changes of a model, the same for the same seed and round.
struct ONNXMutation {
  private let random: CounterRandom
  private let round: UInt64
  private let operators: [String]
  private var block: UInt64 = 0

  init(seed: UInt64, round: Int, operators: [String]) {
    random = CounterRandom(seed: seed)
    self.round = UInt64(round)
    self.operators = operators
  }

  mutating func changed(_ original: ONNXModelProto) -> ONNXModelProto {
    var model = original
    for _ in 0...below(3) {
      if !model.functions.isEmpty, below(4) == 0 {
        let index = below(model.functions.count)
        change(&model.functions[index].node, names: model.functions[index].input)
      } else {
        let names = model.graph.node.flatMap(\.output) + model.graph.initializer.map(\.name)
        switch below(4) {
        case 0 where !model.graph.initializer.isEmpty:
          change(&model.graph.initializer[below(model.graph.initializer.count)])
        case 1 where below(8) == 0:
          model.opsetImport[below(model.opsetImport.count)].version = Int64(7 + below(22))
        default: change(&model.graph.node, names: names)
        }
      }
    }
    return model
  }

  private mutating func change(_ nodes: inout [ONNXNodeProto], names: [String]) {
    guard !nodes.isEmpty else { return }
    let index = below(nodes.count)
    switch below(7) {
    case 0:
      let parts = operators[below(operators.count)].components(separatedBy: "|")
      (nodes[index].domain, nodes[index].opType) = (parts[0], parts[1])
    case 1 where !nodes[index].input.isEmpty && !names.isEmpty:
      nodes[index].input[below(nodes[index].input.count)] = names[below(names.count)]
    case 2 where !nodes[index].input.isEmpty:
      nodes[index].input.remove(at: below(nodes[index].input.count))
    case 3 where !names.isEmpty: nodes[index].input.append(names[below(names.count)])
    case 4: nodes[index].output.append("more\(round)")
    case 5: nodes.remove(at: index)
    default:
      guard !nodes[index].attribute.isEmpty else { return }
      change(&nodes[index].attribute[below(nodes[index].attribute.count)])
    }
  }

  private mutating func change(_ attribute: inout ONNXAttributeProto) {
    let numbers: [Int64] = [
      0, 1, 2, -1, -2, 3, 7, 16, 255, 65_537, 1 << 31, 1 << 40, .max, .min, -128,
    ]
    let number = numbers[below(numbers.count)]
    switch below(6) {
    case 0: attribute.type = Int32(below(12))
    case 1: attribute.name = ["axis", "to", "num_heads", "block_size", "bits", "K"][below(6)]
    case 2 where !attribute.ints.isEmpty: attribute.ints[below(attribute.ints.count)] = number
    case 3 where !attribute.ints.isEmpty: attribute.ints.append(number)
    case 4 where attribute.hasT: change(&attribute.t)
    default:
      if attribute.hasF { attribute.f = [0, -1, .nan, .infinity, 1e30, 1e-30][below(6)] }
      if attribute.hasI { attribute.i = number }
      if attribute.hasG { change(&attribute.g.node, names: []) }
    }
  }

  private mutating func change(_ tensor: inout ONNXTensorProto) {
    switch below(5) {
    case 0: tensor.dataType = Int32(below(30))
    case 1 where !tensor.dims.isEmpty:
      tensor.dims[below(tensor.dims.count)] = [0, 1, 2, -1, 1 << 40, .max][below(6)]
    case 2: tensor.dims.append(1)
    case 3 where tensor.dims.count > 1: tensor.dims.swapAt(0, tensor.dims.count - 1)
    default:
      guard !tensor.rawData.isEmpty else { return }
      let place = tensor.rawData.startIndex + below(tensor.rawData.count)
      tensor.rawData[place] = [0, 0xFF, 0x7F, 0x80, 1][below(5)]
    }
  }

  /// The next whole number in 0..<limit.
  private mutating func below(_ limit: Int) -> Int {
    defer { block += 1 }
    return Int(random.words(stream: round, block: block).0) % limit
  }
}
