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

  public static var builtIn: [any Cataloged.Type] { NNIModelsCatalog.members }

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
  /// - Parameters:
  ///   - weights: The parameters.
  ///   - imageSize: Height and width of the images, for networks whose layers depend on it, such as those with
  ///     attention in windows; empty for what the published weights want, or the parameters tell.
  /// - Returns: The graph, whose input is `[N, C, H, W]` for networks of images.
  /// - Throws: ``InterpretabilityError`` that names the parameters that are missing, not used, of the
  ///   wrong shape or of the wrong type, or says which sizes of images the network takes.
  public func build(_ weights: WeightSource, imageSize: [Int] = []) throws -> Graph {
    try laidOut(weights, imageSize: imageSize).graph
  }

  /// The network with the given parameters, those parameters by name, its inputs if they are several, and the size of
  /// its images.
  ///
  /// - Throws: What ``build(_:imageSize:)`` throws.
  func laidOut(_ weights: WeightSource, imageSize: [Int] = []) throws -> (
    graph: Graph, parameters: [String: Tensor], inputs: [InputPart], imageSize: [Int]
  ) {
    var builder = NetworkBuilder(
      weights, imageSize: imageSize.isEmpty ? inputSpec.size : imageSize,
      isImageSizeStated: !imageSize.isEmpty)
    try layOut(&builder)
    return (try builder.finished(name), builder.parameters, builder.inputs, builder.imageSize)
  }

  /// The network as a model, with the input that the published weights want.
  ///
  /// - Throws: What ``build(_:imageSize:)`` throws.
  public func model(_ weights: WeightSource) throws -> Model {
    let laid = try laidOut(weights)
    var model = try Model(
      laid.graph, name: name, inputSpec: inputSpec(forImage: laid.imageSize), output: output)
    model.inputs = laid.inputs
    return model
  }

  /// What the published weights want, for images of another size: the shorter side is resized in proportion.
  func inputSpec(forImage size: [Int]) -> InputSpec {
    guard size != inputSpec.size, let side = size.min(), let own = inputSpec.size.min() else {
      return inputSpec
    }
    var spec = inputSpec
    spec.size = size
    spec.resize = (inputSpec.resize * side + own / 2) / own
    return spec
  }

  /// The network without values of parameters, and their names and shapes.
  ///
  /// - Throws: ``InterpretabilityError`` when the network cannot be laid out.
  package func outline() throws -> (graph: Graph, shapes: [String: [Int]]) {
    var builder = NetworkBuilder(
      .initialized(), imageSize: inputSpec.size, readsValues: false)
    try layOut(&builder)
    return (try builder.finished(name), builder.shapes)
  }

  /// Whether weights have the names and shapes of this network; reads none of them.
  public func fits(_ weights: WeightSource) -> Bool {
    var builder = NetworkBuilder(weights, imageSize: inputSpec.size, readsValues: false)
    do {
      try layOut(&builder)
      return builder.usesAll
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
