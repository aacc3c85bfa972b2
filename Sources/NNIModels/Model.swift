public import Foundation

/// A trained network with what is known of its input and its classes.
public struct Model: Sendable {
  /// The layers; the output gives logits, `[N, classes]`.
  ///
  /// A final softmax or sigmoid of the file is not part of it (see ``outputMeaning``): explanations start
  /// at the logit.
  ///
  /// Setting it fixes the sizes that the file leaves open.
  public var graph: Graph {
    didSet {
      preparedGraphs = PreparedGraphs()
      fitting = nil
    }
  }
  /// Size, normalisation and class names.
  public var inputSpec: InputSpec
  /// A short name, such as `squeezenet1_1`.
  public var name: String
  /// SHA-256 of the file that it came from, in hexadecimal; empty if it came from none.
  public var digest: String
  /// Whether the file's network ended in a softmax, which was taken off.
  public private(set) var endsInSoftmax = false
  /// What was noticed when its file was opened and does not keep it from working, each in one sentence.
  public var warnings: [String] = []
  /// Whether its card, its file's metadata or its architecture says how a picture becomes its input.
  ///
  /// Where nothing does, pixels go in as 0…1.
  public var describesInput = true
  /// SHA-256 of the card beside its file, in hexadecimal; empty if there is none.
  public var cardDigest = ""
  /// What people call its nodes, besides their own names: the modules of the program that exported it.
  public var moduleNames: [NodeID: [String]] = [:]
  /// What the output's numbers are, and so what probabilities follow from them.
  public var outputMeaning: OutputMeaning
  /// Whether the file's input is an image with its channels in the last axis; the model takes them first, see
  /// ``channelsFirst(_:)``.
  public internal(set) var isChannelsLastInFile = false
  /// The name of its one input in the file; empty where there is none, or ``inputs`` has the names.
  public internal(set) var inputName = ""
  /// The network's inputs, where there are several or one of whole numbers; empty for one of real numbers.
  ///
  /// ``inputDescriptions`` has those of every network.
  public internal(set) var inputs: [InputPart] = []
  /// What the card says of each of several inputs.
  public var inputStatements: [String: InputStatement] = [:]
  /// For inputs of token ids the files by which text becomes ids, see ``tokenizer(of:)``.
  public var tokenizerFiles: [String: URL] = [:]
  /// Inputs of the file that the output does not depend on.
  public internal(set) var unusedInputs: [String] = []
  /// The shape of one sample, where the file fixes it.
  var shapeInFile: [Int]?
  /// Makes the network for other sizes, where its graph depends on one that the file leaves open.
  private(set) var fitting: ModelFitting?
  /// The sizes that the graph is for, where the file leaves them open.
  private(set) var sizes = OpenSizes()
  /// The shape of one sample that the graph was made for.
  private var fittedShape: [Int]?
  /// Where the file's own network ends.
  private var fileOutput: NodeID
  /// How much memory a computation may hold.
  public var memoryBudget = MemoryBudget.halfOfFree
  /// What happens when a map cannot be right.
  public var arithmeticCheck = ArithmeticCheck.required
  private var preparedGraphs = PreparedGraphs()

  /// The network as a method wants it.
  package func prepared(_ preparation: GraphPreparation) throws -> Graph {
    try preparedGraphs(preparation, of: graph)
  }

  /// A model of a graph.
  ///
  /// - Parameters:
  ///   - graph: The layers, with what the file has at their end.
  ///   - name: A short name.
  ///   - inputSpec: Size, normalisation and class names.
  ///   - digest: SHA-256 of the file.
  ///   - output: What the output is, where the last layer does not tell.
  ///   - alternatives: The names of outputs that could have been chosen instead.
  /// - Throws: ``InterpretabilityError`` when `output` contradicts the last layer.
  public init(
    _ graph: Graph, name: String = "model", inputSpec: InputSpec = InputSpec(), digest: String = "",
    output: OutputStatement = OutputStatement(), alternatives: [String] = []
  ) throws {
    let tail = try OutputTail(graph, keepingEnding: output.kind == .regression)
    self.graph = tail.graph
    self.name = name
    self.inputSpec = inputSpec
    self.digest = digest
    fileOutput = graph.output
    endsInSoftmax = tail.ending == .softmax
    outputMeaning = try OutputMeaning(
      tail.ending, output, alternatives: alternatives, labels: inputSpec.labels,
      areShares: tail.ending == .none && output.kind == nil && ValueBounds.areShares(tail.graph))
    var width = OutputTail.width(of: tail.graph)
    // Only where a single logit may be is a pass worth the time.
    if width == nil, tail.ending == .sigmoid { width = try? outputWidth }
    self.inputSpec.labels = outputMeaning.labels(inputSpec.labels, width: width)
  }

  /// The same network with what was taken off its end: values as the file gives them.
  public var withEnding: Model {
    get throws {
      var copy = self
      // A graph that was replaced ends where it says.
      guard (try? graph[fileOutput]) != nil else { return self }
      let end = fileOutput
      try copy.change {
        var graph = $0
        try graph.setOutput(end)
        return graph
      }
      copy.outputMeaning.kind = .regression
      copy.outputMeaning.isStated = true
      return copy
    }
  }

  /// The network's value for a batch: logits, `[N, classes]`.
  ///
  /// - Throws: ``InterpretabilityError`` when the batch does not fit or the result is not finite.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    if fitting != nil, inputs.isEmpty {
      let own = try fitted(to: input)
      if own.sizes != sizes { return try own(input) }
    }
    let logits = try prepared(.fused(keeping: [])).forward(checked(input))
    if logits.shape.first != input.shape.first {
      try graph.trace(input, readable: []).requireRows(of: input)
    }
    guard try logits.isFinite() else {
      let node = try graph.trace(input, readable: []).firstNonFiniteNode()
      throw InterpretabilityError(
        .notFinite, "the network's value is NaN or infinite from here on", node: node)
    }
    return logits
  }

  /// The same model with some layers set that no preparation of the graph moves or reads.
  ///
  /// What was prepared of this model's graph serves the new one, too.
  package func settingLayers(_ change: @escaping @Sendable (Graph) throws -> Graph) throws -> Model
  {
    var copy = self
    try copy.change(change)
    copy.preparedGraphs = PreparedGraphs(
      base: .init(graphs: preparedGraphs, graph: graph, change: change))
    return copy
  }

  /// The same model with parameters of another type.
  public func converted(to dtype: DType) throws -> Model {
    var copy = self
    // Networks for other sizes take the weights that are converted already.
    var known: [ObjectIdentifier: (source: Tensor, result: Tensor)] = [:]
    copy.graph = try graph.mapParameters { tensor in
      guard tensor.dtype.isFloatingPoint else { return tensor }
      let result = try tensor.converted(to: dtype)
      if fitting != nil { known[tensor.identity] = (tensor, result) }
      return result
    }
    copy.fitting = fitting?.changed { [known] graph in
      try graph.mapParameters { tensor in
        try known[tensor.identity]?.result
          ?? (tensor.dtype.isFloatingPoint ? tensor.converted(to: dtype) : tensor)
      }
    }
    return copy
  }

  /// The same model on another device.
  public func moved(to device: Device) throws -> Model {
    var copy = self
    try copy.change { graph in try graph.mapParameters { try $0.moved(to: device) } }
    return copy
  }

  /// Changes the network's layers, and those of the networks for other sizes.
  private mutating func change(_ change: @escaping @Sendable (Graph) throws -> Graph) throws {
    let changed = fitting?.changed(change)
    graph = try change(graph)
    fitting = changed
  }

  /// States how the network is made for other sizes than those of its graph.
  mutating func setFitting(_ fitting: ModelFitting, _ sizes: OpenSizes) {
    self.fitting = fitting
    self.sizes = sizes
    if inputs.isEmpty { fittedShape = sizes.shapes.values.first }
  }

  /// The same model with the network for other sizes.
  func replacing(_ network: ModelFitting.Fitted, sizes: OpenSizes) -> Model {
    var copy = self
    copy.graph = network.graph
    copy.preparedGraphs = network.prepared
    copy.fitting = fitting
    copy.sizes = sizes
    copy.inputs = network.inputs
    copy.fittedShape = network.shape
    return copy
  }

  /// The network as it is made for its sizes.
  var fittedNetwork: ModelFitting.Fitted {
    ModelFitting.Fitted(
      graph: graph, inputs: inputs, shape: fittedShape, prepared: preparedGraphs)
  }

  /// Which kernels compute the network's convolutions; setting it sets all of them.
  public var convolutionAlgorithm: ConvolutionAlgorithm {
    get { graph.convolutionAlgorithm }
    set { change { $0.convolutionAlgorithm = newValue } }
  }

  /// In which numbers convolutions and dense layers multiply; setting it sets all of them.
  ///
  /// Where ``ProductPrecision/isAvailable`` is false, bfloat16 changes nothing.
  public var productPrecision: ProductPrecision {
    get { graph.productPrecision }
    set { change { $0.productPrecision = newValue } }
  }

  /// Changes the network, whatever sizes it is made for.
  private mutating func change(_ body: @escaping @Sendable (inout Graph) -> Void) {
    let changed = fitting?.changed { graph in
      var graph = graph
      body(&graph)
      return graph
    }
    body(&graph)
    fitting = changed
  }

  /// The shape of one sample, such as `[3, 224, 224]`, if the input description or the first layer
  /// tells it.
  public var sampleShape: [Int]? {
    if !inputs.isEmpty { return [rowWidth] }
    if let fittedShape { return fittedShape }
    if let channels = inputSpec.channelCount { return [channels] + inputSpec.size }
    if let shape = shapeInFile { return shape }
    let first = graph.nodes.dropFirst().first
    return (first?.layer as? DenseLayer).map { [$0.weight.shape[1]] }
  }

  /// `input`, if the network can take it.
  ///
  /// - Throws: ``InterpretabilityError`` when it has no batch axis, no elements, NaN or infinity.
  package func checked(_ input: Tensor) throws -> Tensor {
    let shape = input.shape
    guard shape.count >= 2, input.count > 0 else {
      throw InterpretabilityError(
        .invalidInput,
        "the input has shape \(shape); wanted a batch such as [N, C, H, W] or [N, features]")
    }
    if !inputs.isEmpty, shape != [shape[0], rowWidth] {
      throw InterpretabilityError(
        .invalidInput,
        "the network takes \(inputs.map { "\($0.name) \($0.shapeText)" }.joined(separator: ", ")); "
          + "the input has shape \(shape)")
    }
    if let channels = inputSpec.channelCount, shape.count == 4, shape[1] != channels {
      throw InterpretabilityError(
        .invalidInput, "the input has \(shape[1]) channels; the model \(name) takes \(channels)")
    }
    guard try input.isFinite() else {
      throw InterpretabilityError(.invalidInput, "the input holds NaN or infinity")
    }
    return input
  }
}
