import ArgumentParser
import Foundation
import NNIReports
import NNInterpretability

/// Texts: their words in colours.
extension ExplainCommand {
  /// Refuses what is for photographs only.
  func validateTexts() throws {
    guard photographs.isEmpty else {
      throw ValidationError("Give either photographs or texts.")
    }
    let others: [(String, Bool)] = [
      ("--all", all), ("--style", style != .overlay), ("--scale", scale != .own),
      ("--graph", graph), ("--arrays", arrays),
    ]
    if let other = others.first(where: \.1) {
      throw ValidationError("\(other.0) is for photographs; leave it out with --text.")
    }
  }

  func explainTexts() throws {
    let usual = ["integrated-gradients"].compactMap(MethodArgument.init)
    let chosen = methods.isEmpty ? usual : methods
    let opened = try computation.apply(to: model.open())
    let (inputs, tokenizer) = try texts.inputs(for: opened)
    let network = try opened.fitted(to: inputs.values)
    let wanted = try TargetArgument.target(target, labels: network.inputSpec)
    try OutputPlace.checkFolder(output)
    let explanation = try TextExplanation(
      inputs, tokenizer, by: network, methods: chosen, target: wanted, command: textCommand)
    let folder = try OutputFolder(output)
    try folder.write(Terminal.jsonText(explanation.manifests), as: "manifest.json")
    let tokens = explanation.texts.map(TextRecord.init)
    try folder.write(Terminal.jsonText(tokens), as: "tokens.json")
    let page = folder.url.appending(path: "report.html")
    try TextReport(
      title: network.name, texts: explanation.texts, command: textCommand,
      environment: Self.environment(network, tokenizer, explanation.manifests)
    ).write(to: page)
    if json {
      try Terminal.printJSON(tokens)
    } else {
      let colored = ColoredText.isWanted
      for text in explanation.texts {
        print(Self.line(text))
        for map in text.maps {
          print(
            "  \(map.title): \(ColoredText(text, map).line(colored: colored))")
        }
      }
      print("page: \(page.path)")
    }
  }

  /// The command as it could be typed again.
  private var textCommand: String {
    let parts =
      ["nni explain", model.text] + texts.text
      + methods.map { "--method \(CommandText.quoted($0.text))" }
      + (target == "predicted" ? [] : ["--target \(CommandText.quoted(target))"])
      + computation.text + ["--output \(CommandText.quoted(output))"]
    return parts.joined(separator: " ")
  }

  private static func line(_ text: ReportText) -> String {
    guard let best = text.predictions.first else { return text.name }
    let answer =
      best.probability.map { $0.formatted(.percent.precision(.fractionLength(1))) }
      ?? best.logit.map { $0.formatted(.number.precision(.significantDigits(4))) } ?? ""
    let explained = best.isExplained ? "" : "; explained: \(text.target)"
    return "\(text.name): \(best.className) (\(answer))\(explained)"
  }

  private static func environment(
    _ network: Model, _ tokenizer: Tokenizer, _ manifests: [Manifest]
  ) -> [ReportFact] {
    guard let first = manifests.first else { return [] }
    return [
      ReportFact("model", network.name), ReportFact("SHA-256", network.digest),
      ReportFact("tokenizer's SHA-256", tokenizer.digest),
      ReportFact("output", first.outputSummary), ReportFact("precision", first.precision),
      ReportFact("device", first.device),
    ] + first.versions.sorted { $0.key < $1.key }.map { ReportFact($0.key, $0.value) }
  }
}

/// Texts explained by methods.
struct TextExplanation {
  /// What reports show.
  private(set) var texts: [ReportText] = []
  /// What is needed to make each method's values again.
  private(set) var manifests: [Manifest] = []

  init(
    _ inputs: TextInputs, _ tokenizer: Tokenizer, by network: Model, methods: [MethodArgument],
    target: Target, command: String
  ) throws {
    let question = try InputQuestion(network, inputs: inputs.values, of: inputs.name)
    let rows = question.rows
    let answers = try NetworkAnswer.all(network(rows), network.outputMeaning)
    var maps = inputs.texts.map { _ in [ReportText.Map]() }
    var classes: [Int] = []
    for method in methods {
      let options = try TokenOptions(tokenizer, inputs).options(method)
      var values: Tensor?
      var (attribution, manifest) = try Manifest.measuring(network, input: rows, target: target) {
        let answer = try question.attribute(method.name, options, target: target)
        values = answer.map
        return answer.attribution
      }
      guard let map = values, map.shape == [inputs.texts.count, inputs.length] else {
        throw TokenOptions.noSingleValue(method.name)
      }
      manifest.command = command
      manifests.append(manifest)
      classes = attribution.classes
      let numbers = try map.converted(to: .float64).doubles()
      for (index, text) in inputs.texts.enumerated() {
        let start = index * inputs.length + inputs.starts[index]
        let own = Array(numbers[start..<start + text.tokens.count])
        maps[index].append(Self.map(attribution, method.name, index, own, options))
        let name = inputs.texts.count > 1 ? "text \(index + 1)" : ""
        for alert in attribution.alerts(sample: index) {
          Terminal.report(
            "nni: warning: \(name.isEmpty ? "" : "\(name), ")\(method.name): \(alert)")
        }
      }
    }
    texts = inputs.texts.enumerated().map { index, text in
      let explained = classes.indices.contains(index) ? classes[index] : nil
      let entries = answers.indices.contains(index) ? answers[index].entries : []
      let shown = entries.prefix(5) + entries.dropFirst(5).filter { $0.index == explained }
      return ReportText(
        name: "text \(index + 1)", text: text,
        predictions: shown.map {
          ReportPrediction(
            className: network.outputLabel($0.index, isNumber: $0.probability == nil),
            probability: $0.probability, logit: $0.value, isExplained: $0.index == explained)
        }, target: target.title(classes: classes, sample: index, spec: network.inputSpec),
        maps: maps[index])
    }
  }

  private static func map(
    _ attribution: Attribution, _ method: String, _ index: Int, _ values: [Double],
    _ options: [String: OptionValue]
  ) -> ReportText.Map {
    let ledger = attribution.ledger
    let stated = attribution.options.filter { $0.key != "baseline" }.merging(options) { $1 }
    let facts = stated.sorted { $0.key < $1.key }.map { ReportFact($0.key, $0.value.description) }
    return ReportText.Map(
      title: method, values: values,
      unit: ["feature-ablation", "occlusion"].contains(method) ? "logit when replaced" : "logit",
      ledger: attribution.promise == .sumsToScore
        ? ReportLedger(ledger, sample: index, sum: values.reduce(0, +)) : nil,
      options: facts.filter { !$0.value.isEmpty },
      warnings: attribution.warnings(sample: index))
  }
}
