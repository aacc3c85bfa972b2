public import NNIReports
import NNIShipped
public import NNInterpretability

/// The shipped classifier of definitions, with texts that it did not learn from.
public struct Definitions {
  /// The network.
  public let network: Model
  /// All definitions.
  public let all: LabelledTexts
  /// The definitions of the test part.
  public let texts: [String]
  /// The class of each.
  public let labels: [Int]
  private let tokenizer: Tokenizer

  /// Opens network and texts.
  ///
  /// - Throws: `InterpretabilityError` when they are missing.
  public init() throws {
    network = try Shipped.model(named: "definitions")
    tokenizer = try network.tokenizer(of: "input_ids")
    let all = try Shipped.definitions()
    self.all = all
    // The parts that `nni train` makes.
    let positions = try TensorDataset(
      Tensor((0..<all.texts.count).map(Float.init), shape: [all.texts.count, 1]), labels: all.labels
    )
    let test = try DatasetSplit(validation: 0).parts(of: positions).test
    let rows = try test.inputs(Array(0..<test.count)).doubles().map { Int($0) }
    texts = rows.map { all.texts[$0] }
    labels = rows.map { all.labels[$0] }
  }

  /// The names of the classes.
  public var classes: [String] { network.inputSpec.labels }

  /// Texts as the network takes them.
  public func inputs(_ texts: [String]) throws -> TextInputs { try TextInputs(texts, for: network) }

  /// The classes that the network finds, with their probabilities.
  public func answers(_ texts: [String]) throws -> [(label: Int, probability: Double)] {
    try ClassRanking.all(network(network.joined(inputs(texts).values))).map {
      ($0.entries[0].index, $0.entries[0].probability)
    }
  }

  /// Texts with what each token counts for a class.
  ///
  /// - Parameters:
  ///   - texts: At least one.
  ///   - method: The method's name.
  ///   - title: What pages call it; by default its name.
  ///   - target: What is explained.
  ///   - options: The method's options; special tokens stay, and replaced words become the mask token.
  /// - Returns: The texts, the values of each, and the explanation of all.
  /// - Throws: What the method throws.
  public func explain(
    _ texts: [String], by method: String, title: String = "", target: Target = .predicted,
    options: [String: OptionValue] = [:]
  ) throws -> (texts: [ReportText], maps: [ReportText.Map], attribution: Attribution) {
    let inputs = try inputs(texts)
    let question = try InputQuestion(network, inputs: inputs.values, of: inputs.name)
    var all = options
    all["keep"] = .list(inputs.addedIDs.map { .number(Double($0)) })
    if ["feature-ablation", "occlusion"].contains(method), let id = tokenizer.replacementID {
      all["replacement"] = .number(Double(id))
    }
    let answer = try question.attribute(method, all, target: target)
    let values = try answer.map.doubles()
    let maps = inputs.texts.enumerated().map { index, text in
      let start = index * inputs.length
      return ReportText.Map(
        title: title.isEmpty ? method : title,
        values: Array(values[start..<start + text.tokens.count]))
    }
    let shown = inputs.texts.map {
      ReportText(name: "", text: $0, predictions: [], target: "", maps: [])
    }
    return (shown, maps, answer.attribution)
  }
}
