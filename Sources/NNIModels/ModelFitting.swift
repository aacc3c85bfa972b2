internal import Synchronization

/// Makes a network for sizes that its file leaves open, and keeps the last few that it made.
///
/// All of them share the weights that the file holds.
final class ModelFitting: Sendable {
  /// A network for some sizes.
  struct Fitted: Sendable {
    let graph: Graph
    let inputs: [InputPart]
    /// The shape of one sample; `nil` for several inputs.
    let shape: [Int]?
    var prepared = PreparedGraphs()
  }

  /// The file's inputs, those that are not open among them.
  let inputs: [OpenInput]
  private let make: @Sendable (OpenSizes) throws -> Fitted
  /// The last one that was asked for comes last.
  private let kept: Mutex<[(sizes: OpenSizes, network: Fitted)]>

  /// How many are kept.
  private static let limit = 6

  /// - Parameters:
  ///   - inputs: The file's inputs.
  ///   - first: A network that is there already, and its sizes.
  ///   - make: Makes another.
  init(
    _ inputs: [OpenInput], first: (sizes: OpenSizes, network: Fitted)? = nil,
    make: @escaping @Sendable (OpenSizes) throws -> Fitted
  ) {
    self.inputs = inputs
    self.make = make
    kept = Mutex(first.map { [$0] } ?? [])
  }

  /// The network for some sizes.
  func callAsFunction(_ sizes: OpenSizes) throws -> Fitted {
    let found = kept.withLock { kept -> Fitted? in
      guard let index = kept.firstIndex(where: { $0.sizes == sizes }) else { return nil }
      let entry = kept.remove(at: index)
      kept.append(entry)
      return entry.network
    }
    if let found { return found }
    let made = try make(sizes)
    kept.withLock { kept in
      kept.removeAll { $0.sizes == sizes }
      kept.append((sizes, made))
      if kept.count > Self.limit { kept.removeFirst() }
    }
    return made
  }

  /// The same with each network changed.
  func changed(_ change: @escaping @Sendable (Graph) throws -> Graph) -> ModelFitting {
    ModelFitting(inputs) { sizes in
      let base = try self(sizes)
      return Fitted(graph: try change(base.graph), inputs: base.inputs, shape: base.shape)
    }
  }

  // MARK: Sizes of what comes in

  /// The sizes of tensors, and for what is missing those of `standard`.
  ///
  /// - Parameters:
  ///   - shapes: By the names of inputs the shapes of batches.
  ///   - numbers: The numbers of inputs that decide what is computed.
  ///   - standard: Sizes that are known.
  /// - Returns: The sizes of all inputs.
  /// - Throws: ``InterpretabilityError`` when extents with one name differ, or a shape has another number of
  ///   axes.
  func sizes(
    _ shapes: [String: [Int]], _ numbers: [String: Int], else standard: OpenSizes
  ) throws -> OpenSizes {
    var sizes = standard
    var named: [String: (extent: Int, owner: String)] = [:]
    for input in inputs {
      guard var shape = shapes[input.name] else { continue }
      // One number may come with an axis.
      if input.sampleAxis == nil, input.shape.isEmpty, shape == [1] { shape = [] }
      if let axis = input.sampleAxis {
        guard shape.count == input.shape.count + 1 else { throw mismatch(shapes, input) }
        shape.remove(at: axis)
      }
      guard shape.count == input.shape.count, !shape.contains(0),
        zip(shape, input.shape).allSatisfy({ $1 == nil || $0 == $1 })
      else { throw mismatch(shapes, input) }
      for (axis, extent) in shape.enumerated() where input.shape[axis] == nil {
        let name = input.extentNames[axis]
        if name.isEmpty { continue }
        if let other = named[name], other.extent != extent {
          throw InterpretabilityError(
            .invalidInput,
            "the extent “\(name)” is \(other.extent) in the input “\(other.owner)” and \(extent) in "
              + "“\(input.name)”; the file says that they are equal")
        }
        named[name] = (extent, input.name)
      }
      sizes.shapes[input.name] = shape
      if input.isDeciding, let number = numbers[input.name] { sizes.numbers[input.name] = number }
    }
    // An input that is missing has the extents of the others, where the names tell.
    for input in inputs where shapes[input.name] == nil {
      guard var shape = sizes.shapes[input.name], shape.count == input.shape.count else { continue }
      for (axis, name) in input.extentNames.enumerated() where input.shape[axis] == nil {
        if let known = named[name] { shape[axis] = known.extent }
      }
      sizes.shapes[input.name] = shape
    }
    return sizes
  }

  private func mismatch(_ shapes: [String: [Int]], _ input: OpenInput) -> InterpretabilityError {
    InterpretabilityError(
      .invalidInput,
      "the input “\(input.name)” has shape \(shapes[input.name] ?? []); wanted \(input.text)")
  }
}
