import ArgumentParser
import Foundation
import NNIReports
import NNInterpretability

/// `nni uncertainty`: how sure a network is, why, and how sure its explanations are.
struct UncertaintyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uncertainty",
    abstract: "Shows how sure a network is of its answers, and of the explanations of them.",
    discussion: """
      Examples:
        nni uncertainty squeezenet1_1 photo.jpg --method grad-cam --output out
        nni uncertainty digits_dropout --sample 97 --rotate 0:-56:-7 --output out
        nni uncertainty digits_cnn one.png --over input-noise --noise 0.3 \\
          --method deeplift-reveal-cancel --by-class voted --output out
        nni uncertainty digits_dropout one.png --method gradient --of mutual-information --output out
        nni uncertainty digits_evidential --sample 97 --evidential --rotate 0:-54:-6 --output out
        nni uncertainty digits_dropout --data mnist --validate --output out
        nni uncertainty definitions --text "a large wild cat" --method gradient-x-input --output out

      Members of a distribution over networks are asked, one for each pass: the same network with other
      units dropped, the networks of an ensemble, or one network with noise. Entropies are in nats.
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "Photographs (JPEG, PNG, WebP).", completion: .file())
  var photographs: [String] = []

  @OptionGroup var texts: TextArguments

  @Option(help: "A batch [N, …] in a safetensors file: FILE or FILE#KEY.")
  var input: TensorReference?

  @Option(
    name: .customLong("sample"),
    help: "The position of a sample in the test part of --data; may be repeated.")
  var positions: [Int] = []

  @Option(help: "Turn each input by these degrees, counter-clockwise: FROM:TO:STEP.")
  var rotate: AngleRange?

  @OptionGroup var distribution: DistributionArguments

  @Option(
    name: .customLong("method"),
    help: "NAME or NAME:option=value,…; may be repeated. nni methods lists them.")
  var methods: [MethodArgument] = []

  @Option(
    help: """
      predicted (by the network without randomness), each (what each pass predicts), a class by number \
      or name, or a difference (3-5).
      """)
  var target: String = "predicted"

  @Option(
    help: """
      Also a map for each class: voted (passes that chose it, explained for it) or every (all passes, \
      explained for each class).
      """)
  var byClass: ClassAssignment?

  @Option(
    name: .customLong("of"),
    help: """
      Also explain an uncertainty: predictive-entropy, expected-entropy, mutual-information, vacuity, \
      variance:CLASS (its number) or conformal-margin:THRESHOLD; may be repeated.
      """)
  var measures: [MeasureArgument] = []

  @Flag(help: "Read the logits as evidence: belief in each class, and vacuity.")
  var evidential = false

  @Flag(
    name: .customLong("validate"),
    help: "Judge the mean of all passes on the test part of --data.")
  var isValidating = false

  @OptionGroup var data: DataArguments

  @Option(help: "The folder for the page, the pictures and the numbers; made if it is not there.")
  var output: String

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print the numbers as JSON.")
  var json = false

  func validate() throws {
    let hasOthers = input != nil || !photographs.isEmpty || !positions.isEmpty
    let hasInputs = hasOthers || !texts.isEmpty
    guard hasInputs || isValidating else {
      throw ValidationError(
        "Give photographs, --text, --input FILE#KEY or --sample POSITION, or ask for --validate.")
    }
    guard hasInputs || (methods.isEmpty && rotate == nil && byClass == nil && measures.isEmpty)
    else {
      throw ValidationError("Explanations need photographs, --text, --input or --sample.")
    }
    guard texts.isEmpty || (!hasOthers && rotate == nil && !isValidating) else {
      throw ValidationError(
        "Photographs, --input, --sample, --rotate and --validate are not for texts; leave them out with --text."
      )
    }
    let isPlain = distribution.over == .none || distribution.over == .dropout
    guard !evidential || isPlain && distribution.isUnchanged else {
      throw ValidationError(
        "--evidential is about one network; leave --over, --rate and --dropout out.")
    }
    guard !methods.isEmpty || (byClass == nil && measures.isEmpty) else {
      throw ValidationError("--by-class and --of need a --method.")
    }
    if let twice = Self.repeated(methods.map(\.text)) {
      throw ValidationError("--method \(twice) was given twice.")
    }
    if let twice = Self.repeated(positions) {
      throw ValidationError("--sample \(twice) was given twice.")
    }
    let attention = Catalog.methods.filter(\.readsAttention).map(\.name)
    if !measures.isEmpty, let method = methods.first(where: { attention.contains($0.name) }) {
      throw ValidationError(
        "\(method.name) follows attention through one network, and an uncertainty is made of several members; "
          + "leave --of out, or take another method.")
    }
  }

  /// The first value that stands in a list twice.
  private static func repeated<Value: Hashable>(_ values: [Value]) -> Value? {
    var seen: Set<Value> = []
    return values.first { !seen.insert($0).inserted }
  }

  func run() throws {
    let opened = try computation.apply(to: model.open())
    let words = texts.isEmpty ? nil : try texts.inputs(for: opened)
    let network = try words.map { try opened.fitted(to: $0.texts.values) } ?? opened
    let chosen = try methods.map { (name: $0.text, method: try method($0, of: words)) }
    if evidential, let width = try network.outputWidth,
      network.outputMeaning.activation(width: width) != .softmax
    {
      throw InterpretabilityError(
        .unsupported,
        "--evidential reads the logits of several classes as evidence; the output is "
          + network.outputMeaning.summary(shape: [1, width]))
    }
    if !photographs.isEmpty { Warnings.reportMissingCard(network) }
    for (_, method) in chosen { try Warnings.report(of: method, on: network) }
    let members: any ModelDistribution =
      evidential
      ? try DeepEnsemble([network])
      : try distribution.distribution(of: network) {
        let member = try computation.apply(to: ModelArgument.open($0, output: model.output.name))
        do {
          return try words.map { try member.fitted(to: $0.texts.values) } ?? member
        } catch let error as InterpretabilityError {
          throw InterpretabilityError(
            error.code, "the member \($0): \(error.message)", node: error.node)
        }
      }
    let test =
      isValidating || !positions.isEmpty ? try data.parts(for: network.inputSpec).test : nil
    let samples =
      try words.map { try UncertaintySample.all($0.texts, for: network) }
      ?? UncertaintySample.all(
        photographs, input, test.map { ($0, positions) }, rotate, model: network,
        dtype: computation.dtype.dtype)
    let explained: UncertainAttribution.Explained =
      target == "each"
      ? .predictedByEachPass
      : .fixed(try TargetArgument.target(target, labels: network.inputSpec))
    let folder = try OutputFolder(output)
    var study = UncertaintyStudy(members, isEvidential: evidential)
    for sample in samples {
      try study.predict(sample) { Terminal.progress("\(sample.name): passes", $0, of: $1) }
      for (name, method) in chosen {
        try study.explain(
          sample, by: method, named: name, explained, byClass: byClass?.assignment,
          measures: measures.map(\.measure)
        ) { Terminal.progress("\(sample.name): \(name)", $0, of: $1) }
      }
    }
    if isValidating, let test {
      try study.validate(on: test) { Terminal.progress("validation", $0, of: $1) }
    }
    Terminal.clearProgress()
    try study.write(to: folder, command: command)
    if json {
      try Terminal.printJSON(study.record)
    } else {
      print(try study.table)
      print("page: \(folder.url.appending(path: "uncertainty.html").path)")
    }
  }

  /// A method with its options; of texts, by the ids of their tokens.
  private func method(
    _ argument: MethodArgument, of words: (texts: TextInputs, tokenizer: Tokenizer)?
  ) throws -> any AttributionMethod {
    guard let words else { return try argument.method() }
    let options = try TokenOptions(words.tokenizer, words.texts).options(argument)
    return InputMethod(argument.name, options, of: words.texts.name)
  }

  private var command: String {
    var parts = ["nni uncertainty", model.text]
    parts += photographs.map(CommandText.quoted) + texts.text
    if let input { parts.append("--input \(CommandText.quoted(input.text))") }
    parts += positions.map { "--sample \($0)" }
    if let rotate { parts.append("--rotate \(rotate.text)") }
    parts += distribution.text
    parts += methods.map { "--method \(CommandText.quoted($0.text))" }
    if target != "predicted" { parts.append("--target \(CommandText.quoted(target))") }
    if let byClass { parts.append("--by-class \(byClass.rawValue)") }
    parts += measures.map { "--of \($0.text)" }
    if evidential { parts.append("--evidential") }
    if isValidating { parts.append("--validate") }
    parts += data.text + computation.text
    parts.append("--output \(CommandText.quoted(output))")
    return parts.joined(separator: " ")
  }
}
