import ArgumentParser
import Foundation
import NNInterpretability

/// `nni plan`: what a method will do, before anything runs.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Tells what a method will do: the rule of each node, passes, memory.",
    discussion: """
      Examples:
        nni plan squeezenet1_1 --method lrp-composite:preset=montavon
        nni plan my.onnx --method occlusion:window=16,stride=8 --shape 8,3,224,224
      """)

  @OptionGroup var model: ModelArgument

  @Option(help: "NAME or NAME:option=value,…; nni methods lists them.")
  var method: MethodArgument

  @OptionGroup var shape: ShapeArguments

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print JSON.")
  var json = false

  private struct Row: Encodable {
    let node: String
    let rule: String
    let isDefault: Bool
  }

  private struct Plan: Encodable {
    let method: String
    let options: [String: OptionValue]
    let cost: MethodCost
    let peakBytes: Int
    let rules: [Row]
  }

  func run() throws {
    let opened = try computation.apply(to: model.open())
    guard let (network, input) = try shape.example(for: opened) else {
      throw InterpretabilityError(
        .invalidOption,
        "the model does not state its input's shape; give --shape, such as 1,3,224,224")
    }
    let plan = try plan(network, input.converted(to: computation.dtype.dtype))
    if json { return try Terminal.printJSON(plan) }
    let options = plan.options.sorted { $0.key < $1.key }.filter { !"\($0.value)".isEmpty }
      .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    print("method: \(plan.method) \(options)")
    let cost = plan.cost
    let bound = cost.isAtLeast ? "at least " : ""
    print(
      "passes: \(bound)\(cost.forward) forward and \(bound)\(cost.backward) backward for each sample, "
        + "\(cost.inputsAtOnce) inputs at once")
    if let recomputation = cost.recomputation {
      let share = recomputation.multiplyAddShare.formatted(.percent.precision(.fractionLength(1)))
      print(
        recomputation.isIncremental
          ? "recomputation: what a part changes, \(share) of the multiply-adds of complete passes"
          : "recomputation: complete passes")
    }
    let memory = plan.peakBytes.formatted(.byteCount(style: .memory))
    print("memory: about \(memory) for the network's values, beside its parameters")
    guard !plan.rules.isEmpty else { return }
    print("")
    var table = TextTable(["node", "rule", ""])
    for row in plan.rules { table.add([row.node, row.rule, row.isDefault ? "default" : ""]) }
    print(table.text)
  }

  private func plan(_ network: Model, _ input: Tensor) throws -> Plan {
    let chosen = try method.method()
    try Warnings.report(of: chosen, on: network)
    let context = try CostContext(
      network, sampleShape: Array(input.shape.dropFirst()), samples: input.shape[0],
      dtype: computation.dtype.dtype)
    let cost = try chosen.cost(context)
    let entries = try (chosen as? any RuleBasedMethod)?.ruleEntries(for: network, input: input)
    let rows = entries.map { entries in
      network.graph.nodes.dropFirst().map { node in
        Row(
          node: node.id.name, rule: entries[node.id]?.rule.summary ?? "none",
          isDefault: entries[node.id]?.isDefault ?? false)
      }
    }
    return Plan(
      method: chosen.name, options: chosen.optionValues, cost: cost,
      peakBytes: context.peakBytes(of: cost),
      rules: rows ?? [])
  }
}
