/// Lays out a network layer by layer, and asks for each parameter by the name that it has in PyTorch.
///
/// A layer follows the one added last, unless it says otherwise. What is wrong with the weights is
/// collected and told at once when the network is complete.
public struct NetworkBuilder {
  private var graph = Graph()
  private let weights: WeightSource
  let dtype: DType
  /// Whether parameters are read; if not, zeros that take no memory stand for them.
  private let readsValues: Bool
  private var used: Set<String> = []
  private var missing: [String] = []
  private var misshapen: [String] = []
  /// The parameters that were asked for, by name.
  private(set) var parameters: [String: Tensor] = [:]
  /// The shapes of all parameters that were asked for, by name.
  private(set) var shapes: [String: [Int]] = [:]
  /// The inputs that were taken, where there are several or one of whole numbers.
  private(set) var inputs: [InputPart] = []
  /// Height and width of the image that the network is laid out for, where layers depend on it; empty when
  /// its input is no image.
  public private(set) var imageSize: [Int]
  /// Whether that size was asked for, and is not the architecture's own.
  private let isImageSizeStated: Bool

  init(
    _ weights: WeightSource, imageSize: [Int] = [], isImageSizeStated: Bool = false,
    readsValues: Bool = true
  ) {
    self.weights = weights
    self.imageSize = imageSize
    self.isImageSizeStated = isImageSizeStated
    self.readsValues = readsValues
    dtype = weights.dtype
  }

  /// The node that was added last.
  public var last: NodeID { graph.output }

  /// The node that takes the network's input.
  public var input: NodeID { graph.input }

  /// Adds a layer.
  ///
  /// - Parameters:
  ///   - layer: What the node computes.
  ///   - name: The module's name in PyTorch, or a telling one for a function.
  ///   - sources: The nodes that feed it; empty for the one added last.
  /// - Returns: The node's name.
  /// - Throws: ``InterpretabilityError`` when the name is taken or a source is unknown.
  @discardableResult
  public mutating func add(
    _ layer: any Layer, as name: String, after sources: [NodeID] = []
  ) throws -> NodeID {
    try graph.add(layer, as: NodeID(name), after: sources.isEmpty ? [last] : sources)
  }

  /// Takes one of several inputs, or one of whole numbers.
  ///
  /// - Parameters:
  ///   - name: The input's name.
  ///   - shape: The shape of one sample.
  ///   - type: The type of its values.
  /// - Returns: The node that has its values, `[N, …]`.
  /// - Throws: ``InterpretabilityError`` when the name is taken.
  public mutating func takeInput(_ name: String, shape: [Int], type: DType) throws -> NodeID {
    let part = InputPart(
      name: name, shape: shape, type: type, start: inputs.last?.range.upperBound ?? 0)
    inputs.append(part)
    return try add(
      InputPartLayer(start: part.start, shape: shape, type: type), as: name, after: [input])
  }

  /// The parameter of that name.
  ///
  /// - Parameters:
  ///   - name: Its name in the state dict.
  ///   - shape: The shape that it must have.
  ///   - role: How it begins when weights are random.
  /// - Returns: The parameter, or zeros when it is missing or has another shape; that is told when the
  ///   network is complete.
  /// - Throws: ``InterpretabilityError`` when it cannot be read.
  public mutating func parameter(
    _ name: String, _ shape: [Int], _ role: WeightSource.Role
  ) throws -> Tensor {
    used.insert(name)
    shapes[name] = shape
    var isPresent = true
    if case .stored = weights.storage {
      let found = weights.shape(of: name)
      isPresent = found == shape
      if found == nil { missing.append(name) }
      if let found, found != shape { misshapen.append("\(name) is \(found), wanted \(shape)") }
    }
    guard isPresent || readsValues else {
      // Every architecture is asked whether a file fits: the first name tells.
      throw InterpretabilityError(.invalidFile, "“\(name)” does not fit")
    }
    guard isPresent, readsValues else { return try .full([], 0).expanded(to: shape) }
    let value = try weights.value(of: name, shape: shape, role: role, dtype: dtype)
    parameters[name] = value
    return value
  }

  /// The extent of a parameter's axis, from which a network infers its number of classes or channels.
  ///
  /// - Parameters:
  ///   - name: The parameter.
  ///   - axis: The axis.
  ///   - standard: What to take when the parameter is not there, has no such axis, or an extent that is
  ///     out of the question.
  /// - Returns: A number from one to about a million.
  public func extent(of name: String, axis: Int, default standard: Int) -> Int {
    // The limit keeps products of several such numbers from overflowing.
    guard let shape = weights.shape(of: name), shape.indices.contains(axis),
      (1...(1 << 20)).contains(shape[axis])
    else { return standard }
    return shape[axis]
  }

  /// Accepts a tensor of the state dict that inference does not read, such as a table of positions that
  /// follows from a window's size; it need not be there.
  public mutating func leaveUnused(_ name: String) {
    if weights.shape(of: name) != nil { used.insert(name) }
  }

  /// Accepts all tensors whose names begin so and that inference does not read: the modules that only training
  /// uses, such as auxiliary classifiers.
  public mutating func leaveUnused(under prefix: String) {
    used.formUnion(weights.names.filter { $0.hasPrefix(prefix) })
  }

  /// Whether the state dict has a tensor of that name; random weights have none.
  func has(_ name: String) -> Bool {
    if case .stored = weights.storage { weights.shape(of: name) != nil } else { false }
  }

  /// A number in the type of the parameters.
  func constant(_ value: Double) throws -> Tensor { try .full([], value, dtype: dtype) }

  /// Numbers in the type of the parameters.
  func constant(_ values: [Double], shape: [Int]) throws -> Tensor {
    try Tensor(values, shape: shape).converted(to: dtype)
  }

  /// Lays the network out for another size of image, since its parameters belong to that.
  ///
  /// - Parameters:
  ///   - size: Height and width.
  ///   - reason: What says so.
  /// - Throws: ``InterpretabilityError`` when another size was asked for.
  public mutating func adapt(toImage size: [Int], because reason: String) throws {
    guard size != imageSize else { return }
    guard !isImageSizeStated else {
      throw InterpretabilityError(
        .invalidFile,
        "the network was asked for with images of \(imageSize[0]) × \(imageSize[1]), but \(reason); "
          + "wanted are \(size[0]) × \(size[1])")
    }
    imageSize = size
  }

  /// Whether each parameter was there, of the right shape, and none was left over.
  ///
  /// Names are not compared one by one: of a file with very many, every architecture is asked this.
  var usesAll: Bool {
    missing.isEmpty && misshapen.isEmpty && (weights.count ?? used.count) == used.count
  }

  /// The network, if the weights fit.
  ///
  /// - Throws: ``InterpretabilityError`` that names the parameters that are missing, not used or of the
  ///   wrong shape.
  func finished(_ architecture: String) throws -> Graph {
    var faults: [String] = []
    func list(_ names: [String]) -> String {
      let shown = names.prefix(5).joined(separator: ", ")
      return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
    if !missing.isEmpty { faults.append("missing are \(list(missing))") }
    let unexpected = weights.names.subtracting(used).sorted()
    if !unexpected.isEmpty { faults.append("unexpected are \(list(unexpected))") }
    if !misshapen.isEmpty { faults.append("of the wrong shape: \(list(misshapen))") }
    guard faults.isEmpty else {
      throw InterpretabilityError(
        .invalidFile, "the weights do not fit \(architecture): " + faults.joined(separator: "; "))
    }
    return graph
  }
}
