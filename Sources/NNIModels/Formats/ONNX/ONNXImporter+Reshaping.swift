/// Other shapes and orders of axes, with the samples first in the graph.
extension ONNXImporter {
  mutating func placedTranspose(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let source = node.sources[0]
    var place = samplePlace(of: source)
    var order = try node.ints("perm") ?? []
    if order.isEmpty { order = (0..<(try axisCount(of: source, for: node))).reversed() }
    guard order.sorted() == Array(order.indices) else {
      throw InterpretabilityError(
        .invalidFile, "Transpose: \(order) is no order of axes", node: node.id)
    }
    let stored = [0] + order.compactMap { place.stored($0) }
    if let position = order.firstIndex(of: place.axis) { place.axis = position }
    return (node.setting("perm", .ints(stored)), place)
  }

  mutating func placedUnsqueeze(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let source = node.sources[0]
    var place = samplePlace(of: source)
    guard let axes = try node.integers(1) ?? node.ints("axes") else { return (node, place) }
    if place.isFirst, axes.allSatisfy({ $0 > 0 }) { return (node, place) }
    // An axis counted from the end may be the first; without the input's size it is taken for none.
    guard let rank = try? axisCount(of: source, for: node) else { return (node, place) }
    let count = rank + axes.count
    let inserted = Set(axes.map { $0 < 0 ? $0 + count : $0 })
    guard inserted.count == axes.count, inserted.allSatisfy({ (0..<count).contains($0) }) else {
      throw InterpretabilityError(
        .invalidFile, "Unsqueeze: axes \(axes) of \(count) are impossible", node: node.id)
    }
    let kept = (0..<count).filter { !inserted.contains($0) }
    place.axis = place.axis < kept.count ? kept[place.axis] : count
    return (try node.stating(axes: inserted.sorted().compactMap { place.stored($0) }), place)
  }

  mutating func placedSqueeze(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let source = node.sources[0]
    var place = samplePlace(of: source)
    let stated = try node.integers(1) ?? node.ints("axes")
    if place.isFirst, let stated, stated.allSatisfy({ $0 > 0 }) { return (node, place) }
    if place.isFirst, let stated, !stated.contains(0),
      (try? axisCount(of: source, for: node)) == nil
    {
      return (node, place)
    }
    let rank = try axisCount(of: source, for: node)
    let axes: [Int]
    if let stated {
      axes = try Set(stated.map { try node.axis($0, rank: rank) }).sorted()
    } else {
      let shape = try fileShape(of: source, for: node)
      axes = shape.indices.filter { shape[$0] == 1 && !(place.isOwn && place.axis == $0) }
    }
    let stored = axes.compactMap { place.stored($0) }
    if place.isOwn, axes.contains(place.axis) {
      guard batch == 1 else { throw mixes(node, "it removes the batch's axis") }
      place.before = 1
    }
    place.axis -= axes.count { $0 < place.axis }
    guard !stored.isEmpty else {
      return (
        OperatorNode(
          id: node.id, type: "Identity", version: node.version, inputs: [.node(source)],
          attributes: [:]), place
      )
    }
    return (try node.stating(axes: stored), place)
  }

  mutating func placedReshape(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let source = node.sources[0]
    let target = try node.integers(1) ?? node.ints("shape") ?? []
    let allowsZero = try node.int("allowzero", default: 0) == 1
    let wasAsked = shapes.isAsked
    guard let known = try? shapes.shape(of: source, in: graph, for: node) else {
      // Without the input's size the first extent is taken for the batch's.
      return (try keepingFirst(node, target, allowsZero: allowsZero), SamplePlace())
    }
    let place = samplePlace(of: source)
    let one = place.fileShape(ofOne: known)
    let whole = place.fileShape(ofOne: known, batch: batch)
    let shape = try node.resolved(target, from: whole, allowsZero: allowsZero)
    guard
      let found = SamplePlace.found(in: shape, outer: place.outerCount(in: one), batch: batch)
    else {
      throw mixes(node, "the shape \(shape) divides a batch of \(batch) of shape \(whole)")
    }
    if place.isFirst, found.place.isFirst {
      // The layer is the same for other sizes.
      shapes.isAsked = wasAsked
      return (try keepingFirst(node, target, allowsZero: allowsZero), SamplePlace())
    }
    var sample = found.shape
    if found.place.isOwn { sample.remove(at: found.place.axis) }
    return (try node.reshaping([0] + sample), found.place)
  }

  /// The node whose first extent keeps the batch's.
  private func keepingFirst(
    _ node: OperatorNode, _ target: [Int], allowsZero: Bool
  ) throws -> OperatorNode {
    guard let first = target.first, first == -1 || first == 0 || first == batch,
      target.dropFirst().allSatisfy({ $0 > 0 || $0 == -1 || ($0 == 0 && !allowsZero) })
    else { return node }
    // An extent that is not stated is the samples'; beside another one it is the batch that is known.
    let rest = Array(target.dropFirst())
    return first == -1 ? node : try node.reshaping([0] + rest)
  }

  /// Two axes, by a product of extents each.
  mutating func placedFlatten(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let source = node.sources[0]
    let stated = try node.int("axis", default: 1)
    if samplePlace(of: source).isFirst, stated == 1 { return (node, SamplePlace()) }
    let place = samplePlace(of: source)
    let known = try shapes.shape(of: source, in: graph, for: node)
    let whole = place.fileShape(ofOne: known, batch: batch)
    guard (-whole.count...whole.count).contains(stated) else {
      throw InterpretabilityError(
        .invalidFile, "Flatten: a value of \(whole.count) axes has no axis \(stated)", node: node.id
      )
    }
    let axis = stated < 0 ? stated + whole.count : stated
    let shape = [whole[..<axis].reduce(1, *), whole[axis...].reduce(1, *)]
    return try placedReshape(
      OperatorNode(
        id: node.id, type: "Reshape", version: node.version,
        inputs: [.node(source), .constant(try Tensor(shape.map(Int64.init), shape: [2]))],
        attributes: [:]))
  }

  mutating func placedExpand(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    var id = node.sources[0]
    guard var target = try node.integers(1) else { throw node.unsupported("a computed shape") }
    let known = try? axisCount(of: id, for: node)
    if samplePlace(of: id).isFirst, target.first == batch || target.first == 1,
      known == nil || known == target.count
    {
      target[0] = 1
      return (try node.expanding(target), SamplePlace())
    }
    let rank = try known ?? axisCount(of: id, for: node)
    if samplePlace(of: id).isFirst, target.count < rank { return (node, SamplePlace()) }
    id = try padded(id, by: target.count - rank)
    let full = [Int](repeating: 1, count: max(rank - target.count, 0)) + target
    let axis = samplePlace(of: id).axis
    if axis < full.count, full[axis] != 1, full[axis] != batch || !samplePlace(of: id).isOwn {
      guard samplePlace(of: id).isOwn else {
        let one = full[axis] / batch
        var shape = full
        shape[axis] = one
        return (try node.taking(id).expanding([1] + shape), samplePlace(of: id))
      }
      guard batch == 1 else { throw mixes(node, "it repeats the batch") }
      id = try opened(id)
    }
    let place = samplePlace(of: id)
    let order = full.indices.filter { place.stored($0) != nil }
      .sorted { (place.stored($0) ?? 0) < (place.stored($1) ?? 0) }
    return (try node.taking(id).expanding([1] + order.map { full[$0] }), place)
  }
}

extension OperatorNode {
  /// The same reshaping to another shape; 0 keeps the input's extent.
  fileprivate func reshaping(_ shape: [Int]) throws -> OperatorNode {
    let target = OperatorNode.Input.constant(
      try Tensor(shape.map(Int64.init), shape: [shape.count]))
    return OperatorNode(
      id: id, type: type, version: version, inputs: [inputs[0], target], attributes: [:])
  }

  fileprivate func expanding(_ shape: [Int]) throws -> OperatorNode {
    let target = OperatorNode.Input.constant(
      try Tensor(shape.map(Int64.init), shape: [shape.count]))
    return replacing(inputs: [inputs[0], target])
  }

  /// A reshaping's target with all extents known.
  fileprivate func resolved(
    _ target: [Int], from shape: [Int], allowsZero: Bool
  ) throws -> [Int] {
    var result = target.enumerated().map { offset, extent in
      extent == 0 && !allowsZero && offset < shape.count ? shape[offset] : extent
    }
    let count = shape.reduce(1, *)
    let open = result.indices.filter { result[$0] == -1 }
    let known = result.filter { $0 != -1 }.reduce(1) {
      $0.multipliedReportingOverflow(by: $1).partialValue
    }
    guard open.count <= 1, result.allSatisfy({ $0 >= -1 }) else {
      throw InterpretabilityError(
        .invalidFile, "Reshape: the shape \(target) is impossible", node: id)
    }
    if let axis = open.first { result[axis] = known > 0 ? count / known : 0 }
    guard result.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == count else {
      throw InterpretabilityError(
        .invalidFile, "Reshape: a value of shape \(shape) has no shape \(target)", node: id)
    }
    return result
  }
}
