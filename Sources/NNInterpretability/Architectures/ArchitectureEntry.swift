/// A network whose layers are built in, so that a file of weights alone is enough to run it.
public struct ArchitectureEntry: CatalogEntry {
  /// The name, such as `resnet18`; torchvision's where there is one.
  public let name: String
  /// What it is, in one sentence.
  public let summary: String
  /// What the published weights want of their input.
  public let inputSpec: InputSpec
  /// What the output is, where the last layer does not tell.
  public let output: OutputStatement
  private let layOut: @Sendable (inout NetworkBuilder) throws -> Void

  /// Creates an entry.
  ///
  /// - Parameters:
  ///   - name: The name in the catalogue.
  ///   - summary: What it is, in one sentence.
  ///   - inputSpec: What the published weights want of their input.
  ///   - output: What the output is, where the last layer does not tell.
  ///   - layOut: Adds the layers in order.
  public init(
    _ name: String, _ summary: String, inputSpec: InputSpec = InputSpec(),
    output: OutputStatement = OutputStatement(),
    layOut: @escaping @Sendable (inout NetworkBuilder) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.inputSpec = inputSpec
    self.output = output
    self.layOut = layOut
  }

  /// The network with the given parameters; its nodes bear the names of PyTorch's modules.
  ///
  /// - Throws: ``InterpretabilityError`` that names the parameters that are missing, not used, of the
  ///   wrong shape or of the wrong type.
  public func build(_ weights: WeightSource) throws -> Graph { try laidOut(weights).graph }

  /// The network with the given parameters, and those parameters by name.
  ///
  /// - Throws: What ``build(_:)`` throws.
  func laidOut(_ weights: WeightSource) throws -> (graph: Graph, parameters: [String: Tensor]) {
    var builder = NetworkBuilder(weights)
    try layOut(&builder)
    return (try builder.finished(name), builder.parameters)
  }

  /// The network as a model, with the input that the published weights want.
  ///
  /// - Throws: What ``build(_:)`` throws.
  public func model(_ weights: WeightSource) throws -> Model {
    try Model(build(weights), name: name, inputSpec: inputSpec, output: output)
  }

  /// Whether weights have the names and shapes of this network; reads none of them.
  public func fits(_ weights: WeightSource) -> Bool {
    var builder = NetworkBuilder(weights, readsValues: false)
    do {
      try layOut(&builder)
      _ = try builder.finished(name)
      return true
    } catch {
      return false
    }
  }
}

extension Catalog {
  /// All built-in networks, sorted by name.
  public static var architectures: [ArchitectureEntry] { entries(of: ArchitectureEntry.self) }

  /// A built-in network by name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names.
  public static func architecture(named name: String) throws -> ArchitectureEntry {
    try entry(named: name, of: ArchitectureEntry.self, called: "architecture")
  }
}
