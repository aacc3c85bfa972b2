/// A program in ONNX's terms, with what is known beside it.
struct ONNXProgram: Sendable {
  var file: ONNXFile
  /// Values that are known beside those in the file.
  var tensors: [String: Tensor] = [:]
  /// Layers of nodes whose operators are not ONNX's.
  var operators: [String: NamedOperatorLayer] = [:]
  /// Sizes that are tried first.
  var standard: OpenSizes?
  /// Makes the program for other sizes, where it is not the same for all.
  var remade: (@Sendable (OpenSizes) throws -> ONNXProgram)?

  init(
    _ file: ONNXFile, tensors: [String: Tensor] = [:], operators: [String: NamedOperatorLayer] = [:]
  ) {
    self.file = file
    self.tensors = tensors
    self.operators = operators
  }

  fileprivate func importer(_ card: ModelCard, _ sizes: OpenSizes?) throws -> ONNXImporter {
    try ONNXImporter(file, card: card, tensors: tensors, operators: operators, sizes: sizes)
  }
}

/// Networks whose sizes a file leaves open.
extension ONNXFormat {
  /// The network of a program; for sizes that are left open it can be made again, see ``Model/fitted(to:)-(Tensor)``.
  static func model(
    of program: ONNXProgram, card: ModelCard, statement: OutputStatement, alternatives: [String]
  ) throws -> Model {
    var importer = try program.importer(card, program.standard)
    var failure: (any Error)?
    var attempts = try ONNXSizes(importer, card: card).candidates.filter { $0 != importer.sizes }
    while true {
      do {
        var model = try model(
          of: &importer, card: card, statement: statement, alternatives: alternatives)
        let isMadeForSizes = program.remade != nil && importer.openInputs.contains(where: \.isOpen)
        if importer.dependsOnOpenSizes || isMadeForSizes {
          let fitting = fitting(
            program.keeping(importer), importer, model, card, statement, alternatives)
          model.setFitting(fitting, importer.sizes.channelsFirst(model.isChannelsLastInFile))
        }
        return model
      } catch let error as InterpretabilityError {
        // Other sizes are tried only where these may be what is wrong.
        guard importer.dependsOnOpenSizes,
          importer.shapes.hasFailed || [.invalidFile, .invalidInput].contains(error.code),
          program.remade == nil, !attempts.isEmpty
        else { throw failure ?? error }
        failure = failure ?? error
        importer = try program.importer(card, attempts.removeFirst())
      }
    }
  }

  private static func fitting(
    _ program: ONNXProgram, _ importer: ONNXImporter, _ model: Model, _ card: ModelCard,
    _ statement: OutputStatement, _ alternatives: [String]
  ) -> ModelFitting {
    let isLast = model.isChannelsLastInFile
    let inputs = importer.openInputs.map { isLast ? $0.channelsFirst : $0 }
    let first = (sizes: importer.sizes.channelsFirst(isLast), network: model.fittedNetwork)
    return ModelFitting(inputs, first: first) { sizes in
      let wanted = sizes.channelsLast(isLast)
      let own = try program.remade?(wanted) ?? program
      var importer = try own.importer(card, wanted)
      let made = try Self.model(
        of: &importer, card: card, statement: statement, alternatives: alternatives)
      let isOne = importer.parts.isEmpty
      return ModelFitting.Fitted(
        graph: made.graph, inputs: made.inputs,
        shape: isOne ? sizes.shapes[importer.input.name] : nil)
    }
  }
}

extension ONNXSizes {
  init(_ importer: ONNXImporter, card: ModelCard) throws {
    let numbers = ONNXDecidingInputs.find(importer.inputs, in: importer.file.model.graph)
    try self.init(importer.inputs, card: card, numbers: numbers)
  }
}

extension ONNXImporter {
  /// Whether another size could have given other layers.
  var dependsOnOpenSizes: Bool {
    openInputs.contains(where: \.isOpen) && (!parts.isEmpty || shapes.isAsked)
  }

  /// Inputs that the output does not depend on.
  var unusedInputs: [String] {
    let graph = file.model.graph
    let known = Set(graph.initializer.map(\.name)).union(inputs.map(\.name))
    return graph.input.map(\.name).filter { !known.contains($0) }
  }
}

extension ONNXProgram {
  /// The size in bytes from which on weights are shared and not read again.
  private static let least = 256

  /// The same program with the weights that an importer has read as tensors, which then are no longer in the
  /// file's message.
  fileprivate func keeping(_ importer: ONNXImporter) -> ONNXProgram {
    var copy = self
    copy.file = importer.file
    for index in copy.file.model.graph.initializer.indices {
      let name = copy.file.model.graph.initializer[index].name
      guard case .constant(let tensor)? = importer.values[name], copy.isLarge(tensor) else {
        continue
      }
      var message = ONNXTensorProto()
      message.name = name
      copy.file.model.graph.initializer[index] = message
      copy.tensors[name] = tensor
    }
    for index in copy.file.model.graph.node.indices
    where copy.file.model.graph.node[index].opType == "Constant" {
      guard let name = copy.file.model.graph.node[index].output.first,
        case .constant(let tensor)? = importer.values[name], copy.isLarge(tensor)
      else { continue }
      copy.file.model.graph.node[index].attribute = []
      copy.tensors[name] = tensor
    }
    return copy
  }

  private func isLarge(_ tensor: Tensor) -> Bool {
    tensor.count * tensor.dtype.byteCount >= Self.least
  }
}

extension OpenInput {
  /// An image with its channels in the last axis, as the model takes it.
  fileprivate var channelsFirst: OpenInput {
    guard shape.count == 3 else { return self }
    return OpenInput(
      name: name, shape: [shape[2]] + shape[..<2],
      extentNames: [extentNames[2]] + extentNames[..<2],
      sampleAxis: sampleAxis, isDeciding: isDeciding)
  }
}

extension OpenSizes {
  fileprivate func channelsFirst(_ isLast: Bool) -> OpenSizes {
    turned(isLast) { [$0[2], $0[0], $0[1]] }
  }

  fileprivate func channelsLast(_ isLast: Bool) -> OpenSizes {
    turned(isLast) { [$0[1], $0[2], $0[0]] }
  }

  private func turned(_ isLast: Bool, _ turn: ([Int]) -> [Int]) -> OpenSizes {
    guard isLast else { return self }
    var copy = self
    copy.shapes = shapes.mapValues { $0.count == 3 ? turn($0) : $0 }
    return copy
  }
}
