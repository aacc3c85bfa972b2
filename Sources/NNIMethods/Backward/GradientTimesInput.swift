/// The gradient weighted by the input, `x ⊙ ∂f_c/∂x`.
///
/// For a network of ReLUs without biases the map sums to the score; otherwise the ledger shows what is
/// missing. With `propagation=libra` the map and what biases take are the score (``GradientPropagation``).
///
/// - Reference: Shrikumar et al. 2016, *Not Just a Black Box* (`shrikumar2016not`).
public struct GradientTimesInput: ConfigurableMethod, RuleBasedMethod, DifferentiatingMethod {
  /// How it differentiates.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(propagation: GradientPropagation = .gradient) { self.propagation = propagation }

  public var name: String { "gradient-x-input" }

  public var nodesRead: Set<NodeID>? { [] }

  /// What biases take is measured at each layer.
  public var actsOnRectifiers: Bool { propagation == .libra }

  public var options: [MethodOption<Self>] { [.propagation] }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    let propagated = try pass.trace.propagate(
      pass.unitSeed, using: propagation.rules(for: pass.graph), reading: [node])
    let map = try pass.trace[node] * propagated[node]
    return try Attribution(
      map: map, ledger: Ledger(score: pass.score, map: map, absorbed: propagated.totals),
      target: pass.target, method: self, layer: pass.layer(node))
  }
}

extension GradientTimesInput: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        GradientTimesInput(), "First-order contribution of each element of the input.",
        cites: ["shrikumar2016not"])
    ]
  }
}
