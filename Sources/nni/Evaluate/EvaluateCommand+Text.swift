import ArgumentParser
import Foundation
import NNInterpretability

/// Texts: metrics of tokens.
extension EvaluateCommand {
  /// Refuses what is for photographs only.
  func validateTexts() throws {
    guard photographs.isEmpty else {
      throw ValidationError("Give either photographs or texts.")
    }
    guard boxes == nil, mask == nil, target != "boxed" else {
      throw ValidationError("Boxes and masks are for photographs; leave them out with --text.")
    }
  }

  func evaluateTexts() throws {
    let usual = ["integrated-gradients", "gradient-x-input"].compactMap(MethodArgument.init)
    let asked = methods.isEmpty ? usual : methods
    let names = ["deletion", "insertion", "sparseness", "completeness-residual"]
    let chosen = try (metrics.isEmpty ? names.compactMap(MethodArgument.init) : metrics).map {
      EvaluationStudy.Metric(name: $0.text, metric: try Catalog.metric($0.name, $0.options))
    }
    try OutputPlace.checkFolder(output)
    let opened = try computation.apply(to: model.open())
    let (inputs, tokenizer) = try texts.inputs(for: opened)
    let network = try opened.fitted(to: inputs.values)
    let words = TokenOptions(tokenizer, inputs)
    guard let fill = TokenFill(try words.replacement(.text(replacement))) else {
      throw ValidationError("--replacement takes mask, pad, zero, mean, delete or a token's id.")
    }
    let wanted = try TargetArgument.target(target, labels: network.inputSpec)
    let controls = [
      EvaluationStudy.Method(
        name: "random", make: { RandomMap(seed: seed, firstSample: $0) }, isControl: true)
    ]
    var study = EvaluationStudy(
      network,
      methods: asked.map { argument in
        EvaluationStudy.Method(name: argument.text, make: { _ in Gradient() }, isControl: false)
      } + controls, metrics: chosen, noun: "text")
    try ProgressLine().watching {
      try Computation.forEach(inputs.texts.indices) { index in
        let values = try inputs.values.mapValues { value in
          value.shape.first == inputs.texts.count
            ? try value.narrowed(axis: 0, to: index..<index + 1) : value
        }
        let question = try InputQuestion(network, inputs: values, of: inputs.name)
        let rows = try network.joined(values)
        var cases: [TokenCase] = []
        var own: [Manifest] = []
        for argument in asked {
          var answer: InputAttribution?
          let (_, manifest) = try Manifest.measuring(network, input: rows, target: wanted) {
            let found = try question.attribute(
              argument.name, words.options(argument), target: wanted)
            answer = found
            return found.attribution
          }
          own.append(manifest)
          guard let answer else { continue }
          cases.append(
            TokenCase(
              question, answer, target: wanted, replacement: fill, keeping: words.kept,
              firstSample: index))
        }
        if let first = cases.first { cases.append(try first.randomized(seed: seed)) }
        let found = try Computation.map(chosen) { metric in
          try cases.map { try $0.evaluate(metric.metric) }
        }
        study.add(
          found, of: "text \(index + 1)",
          class: cases.first?.answer.attribution.classes.first, manifests: own)
      }
    }
    let folder = try OutputFolder(output)
    try study.write(to: folder, command: command)
    if json {
      try Terminal.printJSON(study.record(command: command))
    } else {
      print(try study.table())
      print("page: \(folder.url.appending(path: "evaluation.html").path)")
    }
  }
}
