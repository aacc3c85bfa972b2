import Foundation

/// Puts a program of ATen operators into ONNX's, from which ``ONNXImporter`` builds the graph.
///
/// What depends on weights and extents alone is computed here. The open extent of samples counts as 1; any
/// other open extent is what is asked for, or that of the example inputs.
struct PT2Translator {
  let program: PT2Program
  let weights: PT2Weights
  /// The nodes, inputs and outputs in ONNX's terms.
  var graph = ONNXGraphProto()
  /// Values that are known: weights and what is computed of them.
  var tensors: [String: Tensor] = [:]
  /// Operators that libtorch computes by name, by the names of nodes.
  var operators: [String: NamedOperatorLayer] = [:]
  /// Modules by the names of nodes.
  var modules: [String: String] = [:]
  private(set) var blockers = ONNXBlockers()
  /// The program's open extents.
  var symbols: [String: Int] = [:]
  private(set) var batchSymbol: String?
  /// Open extents that are those of samples.
  private(set) var batchSymbols: Set<String> = []
  private var stored: [String: String] = [:]
  private var integers: [String: Int] = [:]
  /// Shapes that translation finds where the file states none.
  private var shapes: [String: [Int]] = [:]
  private var types: [String: DType] = [:]
  /// Values of complex numbers, which have one more axis than the program states.
  var complexValues: Set<String> = []
  /// Which values share elements, and what was written to them.
  var sharing = PT2Sharing()
  /// Whether known values were written to.
  private var hasWritten = false
  var current = ""
  var currentModule: String?
  var count = 0

  /// - Parameters:
  ///   - program: The program.
  ///   - weights: Its weights.
  ///   - sizes: The open extents; `nil` takes those of the example inputs.
  /// - Throws: ``InterpretabilityError`` when the signature, or the sizes, do not fit.
  init(_ program: PT2Program, _ weights: PT2Weights, sizes: OpenSizes? = nil) throws {
    self.program = program
    self.weights = weights
    let module = program.module
    guard module.signature.inputs.count == module.graph.inputs.count,
      module.signature.outputs.count == module.graph.outputs.count
    else {
      throw InterpretabilityError(
        .invalidFile, "the program's signature does not fit its inputs and outputs")
    }
    findSymbols()
    if let sizes { try set(sizes) }
    try readInputs()
    readIntegers()
  }

  /// All nodes translated.
  ///
  /// - Throws: ``InterpretabilityError`` that tells everything that stands in the way.
  mutating func translate() throws {
    for node in program.module.graph.nodes { addOrNote(node) }
    if let error = blockers.error { throw error }
    try readOutputs()
  }

  // MARK: Inputs and outputs

  /// The first extent of the first input with more than one axis is that of samples, if it is open, and so are those of
  /// other inputs that are open and have as many samples in the example.
  private mutating func findSymbols() {
    let graph = program.module.graph
    let users = userInputs.compactMap { graph.tensors[$0] }
    let reference = users.first { $0.sizes.count > 1 } ?? users.first
    batchSymbol = reference?.sizes.first?.symbol
    for meta in graph.tensors.values {
      for size in meta.sizes {
        if let name = size.symbol, let example = size.example { symbols[name] = example }
      }
    }
    guard let batchSymbol else { return }
    // The exporter may have named the samples of each input apart.
    for meta in users {
      guard let first = meta.sizes.first, let symbol = first.symbol,
        first.example == reference?.sizes.first?.example
      else { continue }
      batchSymbols.insert(symbol)
    }
    batchSymbols.insert(batchSymbol)
    for symbol in batchSymbols { symbols[symbol] = 1 }
  }

  /// The weights that were read and that nothing of the program writes to.
  var sharedWeights: [String: Tensor] {
    hasWritten ? [:] : tensors.filter { stored[$0.key] != nil }
  }

  var userInputs: [String] {
    program.module.signature.inputs.compactMap {
      if case .user(.tensor(let name)) = $0 { name } else { nil }
    }
  }

  private mutating func readInputs() throws {
    for spec in program.module.signature.inputs {
      switch spec {
      case .stored(let name, let key): stored[name] = key
      case .user(.tensor(let name)):
        guard let meta = program.module.graph.tensors[name] else {
          throw InterpretabilityError(
            .invalidFile, "the program states no shape of its input “\(name)”")
        }
        var info = ONNXValueInfoProto()
        info.name = name
        info.type.tensorType.elemType = try Self.onnxType(meta.dtype, of: "the input “\(name)”")
        for (axis, size) in meta.sizes.enumerated() {
          var dimension = ONNXTensorShapeProto.Dimension()
          if axis == 0, let symbol = size.symbol, batchSymbols.contains(symbol) {
            dimension.dimParam = batchSymbol ?? symbol
          } else if let symbol = size.symbol, symbols[symbol] != nil {
            dimension.dimParam = symbol
          } else if size.fixed == nil, size.value(symbols) != nil {
            // Computed of other open extents.
            dimension.dimParam = "\(name).\(axis)"
          } else if let value = size.value(symbols) {
            dimension.dimValue = Int64(value)
          } else {
            throw InterpretabilityError(
              .unsupported,
              "the input “\(name)” leaves its size open and states no example; export it with a "
                + "fixed size, only the batch open")
          }
          info.type.tensorType.shape.dim.append(dimension)
        }
        graph.input.append(info)
      case .user(.int), .user(.bool), .user(.double), .user(.string), .user(.none): break
      case .user(.other(let kind)), .other(let kind):
        blockers.note(
          InterpretabilityError(.unsupported, "the program takes a \(kind), which is no tensor"),
          at: ONNXNodeProto())
      case .user:
        throw InterpretabilityError(.unsupported, "the program takes an input that is no tensor")
      }
    }
  }

  private mutating func readIntegers() {
    for (name, extent) in program.module.graph.integers {
      integers[name] = extent.value(symbols)
    }
  }

  private mutating func readOutputs() throws {
    let specs = program.module.signature.outputs
    let users: [PT2Argument] = specs.compactMap {
      if case .user(let argument) = $0 { argument } else { nil }
    }
    let keys = program.module.calls?.first { $0.fqn.isEmpty }?.resultNames
    for (index, argument) in users.enumerated() {
      guard case .tensor(let value) = argument else { continue }
      var info = ONNXValueInfoProto()
      current = value
      try refresh(sharing.latest(value))
      let source = sharing.latest(value)
      if let writer = sharing.stale[source] {
        throw InterpretabilityError(
          .unsupported,
          "part of the output “\(value)” was written to by \(writer); export it again after "
            + "run_decompositions()")
      }
      info.name = source
      if let keys, keys.count == users.count { info.name = keys[index] }
      if let meta = program.module.graph.tensors[value] {
        info.type.tensorType.elemType = try Self.onnxType(meta.dtype, of: "the output “\(value)”")
        for size in meta.sizes {
          var dimension = ONNXTensorShapeProto.Dimension()
          dimension.dimValue = Int64(size.value(symbols) ?? 0)
          info.type.tensorType.shape.dim.append(dimension)
        }
      }
      guard !graph.output.contains(where: { $0.name == info.name }) else { continue }
      if info.name != source {
        // A name that another value bears stays that value's.
        let isTaken =
          program.module.graph.tensors[info.name] != nil || tensors[info.name] != nil
        if isTaken {
          info.name = source
        } else {
          var node = ONNXNodeProto()
          node.opType = "Identity"
          node.name = info.name
          node.input = [source]
          node.output = [info.name]
          graph.node.append(node)
        }
      }
      guard !graph.output.contains(where: { $0.name == info.name }) else { continue }
      graph.output.append(info)
    }
    guard !graph.output.isEmpty else {
      throw InterpretabilityError(.invalidFile, "the program has no tensor for an output")
    }
  }

  // MARK: Nodes

  /// Translates a node; an error is noted, so that all of them are told together.
  private mutating func addOrNote(_ node: PT2Node) {
    var marker = ONNXNodeProto()
    marker.name = node.outputs.flatMap(\.names).first ?? node.target
    marker.output = node.outputs.flatMap(\.names)
    marker.input = node.inputs.flatMap { $0.arg.names }
    guard !blockers.stops(marker) else {
      blockers.block(marker)
      do { try Self.check(target: node.target, marker.name) } catch {
        if let error = error as? InterpretabilityError { blockers.note(error, at: marker) }
      }
      return
    }
    do {
      try add(node)
    } catch let error as InterpretabilityError {
      blockers.note(
        error.node == nil
          ? InterpretabilityError(
            error.code, error.message, node: NodeID(marker.name), cause: error.cause) : error,
        at: marker)
    } catch {
      blockers.note(
        InterpretabilityError(
          .invalidFile, "\(Self.shortName(node.target)) cannot be computed of its constants",
          node: NodeID(marker.name), cause: error), at: marker)
    }
  }

  static func shortName(_ target: String) -> String {
    target.hasPrefix("torch.ops.") ? String(target.dropFirst(10)) : target
  }

  /// - Throws: ``InterpretabilityError`` for what is none of ATen's operators.
  private static func check(target: String, _ name: String) throws {
    guard !target.hasPrefix("torch.ops.aten."), !target.hasPrefix("_operator."),
      !target.hasPrefix("math."), !target.hasPrefix("torch.sym_")
    else { return }
    let short = shortName(target)
    let isHigherOrder = target.hasPrefix("torch.ops.higher_order.")
    throw InterpretabilityError(
      .unsupported,
      isHigherOrder
        ? "\(short) is a higher-order operator; "
          + "only calls of plain operators are read: export without control flow and contexts"
        : "the operator \(short) is none of PyTorch's own (aten); custom operators are not read",
      node: NodeID(name))
  }

  private mutating func add(_ node: PT2Node) throws {
    let names = node.outputs.flatMap(\.names)
    // Numbers that are computed of extents are known already, and assertions make nothing.
    if names.isEmpty { return }
    try Self.check(target: node.target, names.first ?? node.target)
    for name in node.inputs.flatMap({ $0.arg.names }) { try refresh(sharing.latest(name)) }
    let call = try call(node, results: names)
    for name in call.reads {
      if let writer = sharing.stale[name] {
        throw call.unsupported(
          "it reads “\(name)”, part of which \(writer) has written to; export it again after "
            + "run_decompositions()")
      }
    }
    currentModule = node.module
    try translate(call)
  }

  /// Translates a call, or computes it if all that it reads is known.
  mutating func translate(_ call: PT2Call) throws {
    current = call.result
    let reads = call.reads
    let isKnown = reads.allSatisfy { isConstant($0) }
    if call.isWriting, !reads.isEmpty, isKnown {
      // Known values share their elements as PyTorch's do, so that writing reaches all of them.
      hasWritten = true
      if try write(call) { return }
    }
    if reads.contains(where: complexValues.contains) {
      try translateComplex(call)
    } else if try !(isKnown && fold(call)) {
      if let translation = Self.translations[call.name] {
        try translation(&self, call)
      } else {
        try addNamed(call)
      }
    }
    if call.isWriting, !reads.isEmpty { try noteWriting(call) } else { try noteView(call) }
  }

  private func call(_ node: PT2Node, results: [String]) throws -> PT2Call {
    let full = Self.shortName(node.target)
    let parts = full.split(separator: ".").map(String.init)
    guard parts.count == 3 else {
      throw InterpretabilityError(.invalidFile, "\(full) is no name of an operator")
    }
    let isWriting = parts[1].hasSuffix("_") && !parts[1].hasPrefix("__")
    return PT2Call(
      name: isWriting ? String(parts[1].dropLast()) : parts[1], fullName: full, overload: parts[2],
      isWriting: isWriting,
      arguments: try node.inputs.map { ($0.name, try value($0.arg, full, $0.name)) },
      results: results)
  }

  private func value(
    _ argument: PT2Argument, _ full: String, _ name: String
  ) throws -> PT2Call.Value {
    func known(_ integer: PT2Integer) throws -> Int {
      switch integer {
      case .value(let value): return value
      case .name(let name):
        if let value = integers[name] { return value }
        throw InterpretabilityError(
          .unsupported,
          "\(full): the number “\(name)” is computed of values and not of extents alone")
      }
    }
    switch argument {
    case .none: return .none
    case .tensor(let name): return .tensor(sharing.latest(name))
    case .tensors(let names): return .tensors(names.map { $0.map(sharing.latest) })
    case .int(let value): return .int(try known(value))
    case .ints(let values): return .ints(try values.map(known))
    case .double(let value): return .double(value)
    case .doubles(let values): return .doubles(values)
    case .bool(let value): return .bool(value)
    case .string(let value): return .string(value)
    case .type(let number): return .type(PT2TensorMeta.types[number])
    case .placement: return .placement
    case .graph:
      throw InterpretabilityError(.unsupported, "\(full): its argument \(name) is a graph")
    case .other(let kind):
      throw InterpretabilityError(
        .unsupported, "\(full): its argument \(name) is of the kind \(kind)")
    }
  }

  // MARK: What is known of values

  /// Whether a value depends on weights alone.
  func isConstant(_ name: String) -> Bool { tensors[name] != nil || stored[name] != nil }

  /// A value that depends on weights alone; `nil` for others.
  mutating func constant(_ name: String) throws -> Tensor? {
    if let tensor = tensors[name] { return tensor }
    guard let key = stored[name] else { return nil }
    let tensor = try weights.tensor(key)
    tensors[name] = tensor
    return tensor
  }

  /// The shape that one sample, or the file's fixed batch, has.
  func shape(_ name: String) throws -> [Int] {
    if let known = shapes[name] { return known }
    if let tensor = tensors[name] { return tensor.shape }
    guard let meta = program.module.graph.tensors[name] else {
      throw InterpretabilityError(.invalidFile, "the program states no shape of “\(name)”")
    }
    let shape = meta.sizes.compactMap { $0.value(symbols) }
    guard shape.count == meta.sizes.count, shape.count <= 64, TensorSize.count(of: shape) != nil
    else {
      throw InterpretabilityError(
        .unsupported, "the shape of “\(name)” cannot be computed of the inputs' extents")
    }
    return shape
  }

  /// Which extents of a value are the same whatever the batch.
  func isFixed(_ name: String) -> [Bool] {
    program.module.graph.tensors[name]?.sizes.map { $0.fixed != nil } ?? []
  }

  /// The strides that the program states.
  func strides(_ name: String) -> [Int]? {
    guard let stated = program.module.graph.tensors[name]?.strides else { return nil }
    let strides = stated.compactMap { $0.value(symbols) }
    return strides.count == stated.count ? strides : nil
  }

  /// The element type that the program states.
  func type(_ name: String) -> DType {
    if let tensor = tensors[name] { return tensor.dtype }
    if let known = types[name] { return known }
    return program.module.graph.tensors[name].flatMap { PT2TensorMeta.types[$0.dtype] } ?? .float32
  }

  /// An axis counted from the start.
  func axis(_ axis: Int, rank: Int, _ call: PT2Call) throws -> Int {
    let position = axis < 0 ? axis + rank : axis
    guard (0..<max(rank, 1)).contains(position) else {
      throw InterpretabilityError(
        .invalidFile, "\(call.fullName): a value of \(rank) axes has no axis \(axis)",
        node: NodeID(call.result))
    }
    return position
  }

  /// The number of an element type in ONNX.
  static func onnxType(_ number: Int, of owner: String) throws -> Int32 {
    guard let type = PT2TensorMeta.types[number] else {
      throw InterpretabilityError(
        .unsupported, "\(owner) has elements of type \(PT2TensorMeta.typeName(number))")
    }
    return onnxType(type)
  }

  static func onnxType(_ type: DType) -> Int32 {
    ONNXTensorReader.types.first { $0.value == type }?.key ?? 1
  }

  /// Reads the weights that nodes still name.
  ///
  /// - Throws: ``InterpretabilityError`` that names those that are missing or damaged.
  mutating func readWeights() throws {
    for node in graph.node {
      for name in node.input where tensors[name] == nil {
        guard let key = stored[name] else { continue }
        do {
          tensors[name] = try weights.tensor(key)
        } catch let error as InterpretabilityError {
          blockers.note(error, at: ONNXNodeProto())
          stored[name] = nil
        }
      }
    }
    for node in graph.node {
      for name in node.input {
        guard let tensor = tensors[name], tensor.count > TensorSize.limit else { continue }
        guard try !tensor.isContiguous() else { continue }
        throw InterpretabilityError(
          .unsupported, "a constant of shape \(tensor.shape) is too large", node: node.id)
      }
    }
    if let error = blockers.error { throw error }
  }

  /// States the shape of a value that the file does not know.
  mutating func note(shape: [Int], of name: String) { shapes[name] = shape }

  /// States shape and type of a value that takes another one's place.
  mutating func note(_ name: String, like other: String) throws {
    shapes[name] = try shape(other)
    types[name] = type(other)
  }
}
