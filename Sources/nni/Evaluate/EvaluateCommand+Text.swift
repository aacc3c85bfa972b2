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
    let chosenMethods = methods.isEmpty ? usual : methods
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
    let asked = try chosenMethods.map { argument in
      InputMethod(argument.name, try words.options(argument), of: inputs.name)
    }
    let wanted = try TargetArgument.target(target, labels: network.inputSpec)
    let controls = [
      EvaluationStudy.Method(
        name: "random", make: { RandomMap(seed: seed, firstSample: $0) }, isControl: true)
    ]
    var study = EvaluationStudy(
      network,
      methods: zip(chosenMethods, asked).map { argument, method in
        EvaluationStudy.Method(name: argument.text, make: { _ in method }, isControl: false)
      } + controls, metrics: chosen, noun: "text")
    try ProgressLine().watching {
      try Computation.forEach(inputs.texts.indices) { index in
        let values = try inputs.values.mapValues { value in
          value.shape.first == inputs.texts.count
            ? try value.narrowed(axis: 0, to: index..<index + 1) : value
        }
        let question = try InputQuestion(network, inputs: values, of: inputs.name)
        var cases: [TokenCase] = []
        var own: [Manifest] = []
        for method in asked {
          var answer: InputAttribution?
          let (_, manifest) = try Manifest.measuring(network, input: question.rows, target: wanted)
          {
            let found = try question.attribute(
              method.name, method.optionValues, target: wanted)
            answer = found
            return found.attribution
          }
          own.append(manifest)
          guard let answer else { continue }
          cases.append(
            TokenCase(
              question, answer, target: wanted, replacement: fill, keeping: inputs.addedIDs,
              firstSample: index, by: method))
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
    try show(study)
  }
}
