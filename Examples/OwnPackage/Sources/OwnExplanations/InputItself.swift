import NNInterpretability

/// A method of one's own: the map is the input, whatever the network says.
///
/// It explains nothing, and its ledger shows it: the whole difference between the score and the map's sum is
/// unexplained.
public struct InputItself: AttributionMethod {
  public init() {}

  public var name: String { "input-itself" }

  public var optionValues: [String: OptionValue] { [:] }

  public func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution {
    let pass = try Recording(model, input: input)
    let resolved = try target.resolved(pass.trace)
    let score = try resolved.score(pass.trace[resolved.node])
    return try Attribution(
      map: input, ledger: Ledger(score: score, map: input), target: resolved, method: self)
  }
}

extension InputItself: Cataloged {
  public static var entries: [any CatalogEntry] {
    [MethodEntry(InputItself(), "The input, as a map that knows nothing of the network.")]
  }
}
