/// The gradient weighted by the input, `x ⊙ ∂f_c/∂x`.
///
/// For a network of ReLUs without biases the map sums to the score; otherwise the ledger shows what is
/// missing.
///
/// - Reference: Shrikumar et al. 2016, *Not Just a Black Box* (`shrikumar2016not`).
public struct GradientTimesInput: ConfigurableMethod, RuleBasedMethod {
  /// Creates the method.
  public init() {}

  public var name: String { "gradient-x-input" }

  public var nodesRead: Set<NodeID>? { [] }

  public var options: [MethodOption<Self>] { [] }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    return try pass.attribution(pass.trace[node] * pass.gradient(at: node), by: self, at: node)
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
