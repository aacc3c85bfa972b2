import Foundation

/// Makes a model of a file that holds weights alone: the network is built in and its card names it.
struct StateDictModel {
  /// The file.
  let url: URL
  /// What is known of it.
  let card: ModelCard
  /// Where the architecture may be named but for the card beside the file; empty if nowhere.
  let otherPlace: String

  /// A file of weights.
  init(_ url: URL, card: ModelCard, otherPlace: String = "") {
    self.url = url
    self.card = card
    self.otherPlace = otherPlace
  }

  /// The network with these weights.
  ///
  /// What the card leaves out about the input is taken from the architecture.
  ///
  /// - Throws: ``InterpretabilityError`` when the card names no architecture, an unknown one or one
  ///   with other parameters; names those that fit.
  func model(_ weights: WeightSource) throws -> Model {
    guard !card.architecture.isEmpty else {
      throw InterpretabilityError(.invalidFile, missingArchitecture(weights))
    }
    do {
      let architecture = try Catalog.architecture(named: card.architecture)
      let laid = try architecture.laidOut(
        unwrapped(weights, for: architecture), imageSize: card.input.size)
      var model = try Model(
        laid.graph,
        name: card.name.isEmpty ? url.deletingPathExtension().lastPathComponent : card.name,
        inputSpec: Self.inputSpec(
          card.input, architecture.inputSpec(forImage: laid.imageSize)),
        output: card.output.kind == nil ? architecture.output : card.output)
      model.inputs = laid.inputs
      model.describesInput =
        card.describesInput || architecture.inputSpec != InputSpec()
      return model
    } catch let error as InterpretabilityError {
      throw InterpretabilityError(
        error.code, "\(url.lastPathComponent): \(error.message)", node: error.node,
        cause: error.cause)
    }
  }

  /// The weights without what wrappers put before their names, by what fits the architecture.
  ///
  /// - Throws: ``InterpretabilityError`` when several networks in the file fit.
  private func unwrapped(
    _ weights: WeightSource, for architecture: ArchitectureEntry
  ) throws -> WeightSource {
    if architecture.fits(weights) { return weights }
    let inner = weights.unwrapped
    let fitting = inner.filter { architecture.fits($0.weights) }
    guard fitting.count <= 1 else {
      throw InterpretabilityError(
        .invalidFile,
        "\(fitting.count) networks in the file fit \(architecture.name), those whose names begin with "
          + fitting.map { "“\($0.prefix)”" }.joined(separator: ", ") + "; save one alone")
    }
    // If none fits, what is said is about the names behind the prefix that most have.
    return fitting.first?.weights ?? inner.first { $0.isWhole }?.weights ?? weights
  }

  /// A description, or `fallback` when it says nothing but names of classes.
  static func inputSpec(_ stated: InputSpec, _ fallback: InputSpec) -> InputSpec {
    var rest = stated
    rest.labels = []
    guard rest == InputSpec() else { return stated }
    var spec = fallback
    if !stated.labels.isEmpty { spec.labels = stated.labels }
    return spec
  }

  private func missingArchitecture(_ weights: WeightSource) -> String {
    let all = Catalog.architectures
    let sources = [weights] + weights.unwrapped.map(\.weights)
    let fitting = all.filter { entry in sources.contains { entry.fits($0) } }.map(\.name)
    let cardName = url.deletingPathExtension().appendingPathExtension("json").lastPathComponent
    return "\(url.lastPathComponent) does not say what network its weights belong to; put "
      + "{\"architecture\": \"\(fitting.first ?? "NAME")\"} into \(cardName) beside it"
      + (otherPlace.isEmpty ? "; " : ", or “architecture” into \(otherPlace); ")
      + (fitting.isEmpty
        ? "known are \(all.map(\.name).joined(separator: ", "))"
        : "its parameters fit \(fitting.joined(separator: ", "))")
  }
}
