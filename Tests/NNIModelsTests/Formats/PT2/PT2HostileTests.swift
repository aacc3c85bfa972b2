import Foundation
import NNIModels
import NNITestSupport
import Testing

/// Programs that cannot be read are refused with what is wrong, all of it at once.
struct PT2HostileTests {
  /// A zip archive without compression.
  static func archive(_ entries: [(String, Data)]) -> Data {
    func number<Value: FixedWidthInteger>(_ value: Value) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    var (data, directory) = (Data(), Data())
    for (name, content) in entries {
      let sizes = number(UInt32(0)) + number(UInt32(content.count)) + number(UInt32(content.count))
      let rest = sizes + number(UInt16(name.utf8.count)) + number(UInt16(0))
      let head = number(UInt16(20)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0))
      directory +=
        number(UInt32(0x0201_4B50)) + number(UInt16(20)) + head + rest + number(UInt16(0))
        + number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0)) + number(UInt32(data.count))
        + Data(name.utf8)
      data += number(UInt32(0x0403_4B50)) + head + rest + Data(name.utf8) + content
    }
    let start = data.count
    data += directory + number(UInt32(0x0605_4B50)) + number(UInt32(0))
    data += number(UInt16(entries.count)) + number(UInt16(entries.count))
    return data + number(UInt32(directory.count)) + number(UInt32(start)) + number(UInt16(0))
  }

  /// A program of one input `x` of shape `[N, 3]` with nodes of a text.
  static func program(
    _ nodes: String, output: String = "y", major: Int = 8, weights: String = ""
  ) -> String {
    let meta = """
      {"dtype": 7, "sizes": [{"as_expr": {"expr_str": "Symbol('s0', positive=True, integer=True)",
      "hint": {"as_int": 2}}}, {"as_int": 3}]}
      """
    let inputs = weights.isEmpty ? "" : #"{"as_tensor": {"name": "w"}}, "#
    return """
      {"graph_module": {"graph": {"inputs": [\(inputs){"as_tensor": {"name": "x"}}],
      "outputs": [{"as_tensor": {"name": "\(output)"}}], "nodes": [\(nodes)],
      "tensor_values": {"x": \(meta), "y": \(meta), "z": \(meta)}, "sym_int_values": {}},
      "signature": {"input_specs": [\(weights){"user_input": {"arg": {"as_tensor": {"name": "x"}}}}],
      "output_specs": [{"user_output": {"arg": {"as_tensor": {"name": "\(output)"}}}}]},
      "module_call_graph": []}, "schema_version": {"major": \(major), "minor": 20}}
      """
  }

  static func node(_ target: String, _ inputs: String, _ output: String = "y") -> String {
    """
    {"target": "\(target)", "inputs": [\(inputs)], "outputs": [{"as_tensor": {"name": "\(output)"}}],
    "metadata": {}}
    """
  }

  static let x = #"{"name": "self", "arg": {"as_tensor": {"name": "x"}}, "kind": 1}"#

  static func read(_ program: String, _ more: [(String, Data)] = []) throws -> Model {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.pt2")
      let entries = [
        ("net/models/model.json", Data(program.utf8)), ("net/byteorder", Data("little".utf8)),
      ]
      try archive(entries + more).write(to: url)
      return try Model(contentsOf: url)
    }
  }

  static func message(_ program: String, _ more: [(String, Data)] = []) -> String {
    do {
      _ = try read(program, more)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func `A small program is read`() throws {
    let model = try Self.read(Self.program(Self.node("torch.ops.aten.relu.default", Self.x)))
    try expectClose(
      model(Tensor([-1.0, 2, 3], shape: [1, 3], dtype: .float32)),
      Tensor([0.0, 2, 3], shape: [1, 3], dtype: .float32))
  }

  @Test func `Versions, damage and what is no program are told`() {
    let relu = Self.node("torch.ops.aten.relu.default", Self.x)
    #expect(
      Self.message(Self.program(relu, major: 9)).contains("version 9 of torch.export's schema"))
    #expect(Self.message("{").contains("is no valid JSON"))
    #expect(Self.message("{}").contains("schema_version"))
    #expect(Self.message(#"{"schema_version": {"major": 8}}"#).contains("graph_module"))
    #expect(Self.message(Self.program(relu, output: "q")).contains("q"))
    let deep = String(repeating: "[", count: 100_000)
    #expect(Self.message(deep).contains("JSON"))
    #expect(
      Self.message(Self.program(relu), [("net/archive_version", Data("7".utf8))])
        .contains("archive_version is “7”"))
  }

  @Test func `Everything that stands in the way is told at once`() {
    let nodes = [
      Self.node("torch.ops.mine.twice.default", Self.x, "y"),
      Self.node("torch.ops.higher_order.cond", Self.x, "z"),
      Self.node("torch.ops.aten.rand_like.default", Self.x, "r"),
      Self.node("torch.ops.aten.nothing_of_the_kind.default", Self.x, "q"),
    ].joined(separator: ",")
    let message = Self.message(Self.program(nodes))
    for part in ["mine.twice", "higher_order.cond", "aten.rand_like", "nothing_of_the_kind"] {
      #expect(message.contains(part), "\(message)")
    }
  }

  @Test func `A network in training mode is refused`() {
    let train =
      #", {"name": "p", "arg": {"as_float": 0.5}, "kind": 1}, {"name": "train", "arg": {"as_bool": true}, "kind": 1}"#
    let input = Self.x.replacing("self", with: "input") + train
    #expect(
      Self.message(Self.program(Self.node("torch.ops.aten.dropout.default", input)))
        .contains("training mode"))
  }

  @Test func `Weights that are missing or leave their storage are refused by name`() {
    let spec = #"{"parameter": {"arg": {"name": "w"}, "parameter_name": "layer.weight"}}, "#
    let other = #", {"name": "other", "arg": {"as_tensor": {"name": "w"}}, "kind": 1}"#
    let program = Self.program(
      Self.node("torch.ops.aten.mul.Tensor", Self.x + other), weights: spec)
    #expect(Self.message(program).contains("“layer.weight” is missing"))
    func config(_ size: String) -> Data {
      Data(
        """
        {"config": {"layer.weight": {"path_name": "weight_0", "is_param": true, "use_pickle": false,
        "tensor_meta": {"dtype": 7, "sizes": [{"as_int": \(size)}], "strides": [{"as_int": 1}],
        "storage_offset": {"as_int": 0}, "layout": 7}}}}
        """.utf8)
    }
    let name = "net/data/weights/model_weights_config.json"
    let weight = ("net/data/weights/weight_0", Data(repeating: 0, count: 12))
    #expect(Self.message(program, [(name, config("3"))]).contains("weight_0"))
    #expect(Self.message(program, [(name, config("4")), weight]).contains("leaves its storage"))
    #expect(
      Self.message(program, [(name, config("4611686018427387904")), weight]).contains(
        "layer.weight"))
    #expect(throws: Never.self) { try Self.read(program, [(name, config("3")), weight]) }
  }

  @Test func `An operator without a counterpart runs by name for each sample`() throws {
    let dim = #", {"name": "dim", "arg": {"as_int": 1}, "kind": 1}"#
    let model = try Self.read(
      Self.program(Self.node("torch.ops.aten.logcumsumexp.default", Self.x + dim)))
    #expect(model.graph.nodes.last?.layer.kind == .operator)
    let input = try Tensor([0.1, 0.2, 0.4, -1, 0, 1], shape: [2, 3], dtype: .float32)
    let expected = try Tensor.call("aten::logcumsumexp", .tensor(input), .int(1))
    try expectClose(model(input), expected, relative: 1e-6)
    let batch = #", {"name": "dim", "arg": {"as_int": 0}, "kind": 1}"#
    #expect(
      Self.message(
        Self.program(Self.node("torch.ops.aten.logcumsumexp.default", Self.x + batch))
      ).contains("mixes samples"))
  }

  @Test func `A value that was written through every other element is refused where it is read`() {
    let nodes = [
      Self.node(
        "torch.ops.aten.slice.Tensor",
        Self.x
          + #", {"name": "dim", "arg": {"as_int": 1}, "kind": 1}, {"name": "step", "arg": {"as_int": 2}, "kind": 1}"#,
        "z"),
      Self.node("torch.ops.aten.relu_.default", Self.x.replacing(#""x""#, with: #""z""#), "r"),
      Self.node("torch.ops.aten.neg.default", Self.x, "y"),
    ].joined(separator: ",")
    #expect(Self.message(Self.program(nodes)).contains("has written to"))
  }
}
