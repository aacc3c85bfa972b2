import Foundation

/// Sizes for what a file leaves open, where nothing has come in yet.
///
/// An input has the card's shape; else an image has the card's height and width or 224 × 224, token ids have 16 tokens, a series 64 values. If the
/// network cannot take them, some others are tried.
struct ONNXSizes {
  /// The inputs as they are declared, in the order of the file.
  let inputs: [OpenInput]
  private let declared: [ONNXInput]
  private let spec: InputSpec
  /// The shapes of one sample that the card states, by the inputs' names.
  private let stated: [String: [Int]]
  /// The extents with a name that are open and that it states.
  private var statedExtents: [String: Int] = [:]
  private let numbers: [String: [Int]]

  /// - Parameters:
  ///   - inputs: The inputs that the output depends on.
  ///   - card: Tells sizes that the file leaves open.
  ///   - numbers: For inputs whose number decides what is computed, numbers that the file compares with.
  /// - Throws: ``InterpretabilityError`` when the card contradicts the file.
  init(_ inputs: [ONNXInput], card: ModelCard, numbers: [String: [Int]] = [:]) throws {
    declared = inputs
    spec = card.input
    stated = card.inputs.mapValues(\.shape).filter { !$0.value.isEmpty }
    self.numbers = numbers
    let reference = ONNXInput.reference(inputs)
    let isOne = inputs.count == 1 && inputs[0].dtype.isFloatingPoint
    self.inputs = inputs.map { input in
      let axis = isOne ? 0 : input.sampleAxis(beside: reference)
      return input.open(sampleAxis: axis, isDeciding: numbers[input.name] != nil)
    }
    for input in self.inputs {
      guard let shape = stated[input.name] else { continue }
      guard shape.count == input.shape.count,
        zip(shape, input.shape).allSatisfy({ $1 == nil || $0 == $1 })
      else {
        throw InterpretabilityError(
          .invalidFile,
          "the card states the shape \(shape) for a sample of the input “\(input.name)” \(input.text)"
        )
      }
      for (axis, name) in input.extentNames.enumerated()
      where input.shape[axis] == nil && !name.isEmpty {
        guard statedExtents[name, default: shape[axis]] == shape[axis] else {
          throw InterpretabilityError(
            .invalidFile,
            "the card states \(statedExtents[name] ?? 0) and \(shape[axis]) for the extent “\(name)”; the file "
              + "says that they are equal")
        }
        statedExtents[name] = shape[axis]
      }
    }
  }

  /// Whether nothing is open.
  var isFixed: Bool { !inputs.contains(where: \.isOpen) }

  /// What is tried, in this order; of files that leave nothing open their own.
  var candidates: [OpenSizes] {
    if isFixed { return [sizes(0)] }
    return (0..<Self.extents.count).map(sizes).reduce(into: []) { all, next in
      if !all.contains(next) { all.append(next) }
    }
  }

  private static let extents: [(tokens: Int, image: [Int], series: Int)] = [
    (16, [224, 224], 64), (64, [48, 320], 512), (128, [32, 128], 4096), (8, [64, 256], 16_000),
  ]

  private func sizes(_ attempt: Int) -> OpenSizes {
    var result = OpenSizes()
    var named = statedExtents
    // Sums of other extents come after those.
    for isSum in [false, true] {
      for (input, own) in zip(declared, inputs) {
        var shape = result.shapes[own.name] ?? own.shape.map { $0 ?? -1 }
        for axis in shape.indices where shape[axis] == -1 {
          let name = own.extentNames[axis]
          let terms = name.components(separatedBy: " + ")
          guard isSum || terms.count == 1 else { continue }
          let total = terms.compactMap { term in
            named[term] ?? Int(term).flatMap { (0...65_536).contains($0) ? $0 : nil }
          }
          let extent =
            named[name]
            ?? (terms.count > 1 && total.count == terms.count ? total.reduce(0, +) : nil)
            ?? standard(input, own, axis, attempt)
          shape[axis] = extent
          if !name.isEmpty { named[name] = extent }
        }
        result.shapes[own.name] = shape
      }
    }
    for (name, known) in numbers {
      result.numbers[name] = attempt < known.count ? known[attempt] : known.last ?? 1
    }
    return result
  }

  private func standard(
    _ input: ONNXInput, _ own: OpenInput, _ axis: Int, _ attempt: Int
  ) -> Int {
    if let shape = stated[own.name] { return shape[axis] }
    let (tokens, image, series) = Self.extents[attempt]
    guard input.dtype.isFloatingPoint else { return tokens }
    guard own.shape.count == 3, own.sampleAxis == 0 else { return series }
    let size = spec.size.count == 2 ? spec.size : image
    let isLast =
      input.isChannelsLast(size: spec.size)
      || ([1, 3].contains(own.shape[2]) && ![1, 3].contains(own.shape[0]))
    let place = isLast ? (axis + 1) % 3 : axis
    return place == 0 ? spec.channelCount ?? 3 : size[place - 1]
  }
}

extension ONNXInput {
  /// The input by whose first axis those of the others are told.
  static func reference(_ inputs: [ONNXInput]) -> ONNXInput {
    let several = inputs.filter { $0.shape.count > 1 }
    let named = several.first { $0.names[0].lowercased().contains("batch") }
    return named ?? several.first ?? inputs[0]
  }

  /// Whether the first axis is one of steps by its name, of which an open extent tells.
  var isSequenceFirst: Bool {
    guard let first = names.first?.lowercased() else { return false }
    return ["seq", "time", "step", "frame", "length"].contains { first.contains($0) }
  }

  /// The input with what it leaves open.
  func open(sampleAxis axis: Int?, isDeciding: Bool) -> OpenInput {
    var (extents, names) = (shape, self.names)
    if let axis, axis < extents.count {
      extents.remove(at: axis)
      // What bears the name of the samples' axis has none of its own.
      let samples = names.remove(at: axis)
      names = names.map { $0 == samples ? "" : $0 }
    }
    return OpenInput(
      name: name, shape: extents, extentNames: names, sampleAxis: axis, isDeciding: isDeciding)
  }

  /// The inputs as parts of one row; none where there is one input of real numbers.
  ///
  /// - Throws: ``InterpretabilityError`` when they are too large.
  static func parts(
    _ inputs: [ONNXInput], _ open: [OpenInput], _ sizes: OpenSizes
  ) throws -> [InputPart] {
    guard inputs.count > 1 || !inputs[0].dtype.isFloatingPoint else { return [] }
    var start = 0
    return try zip(inputs, open).map { input, open in
      let shape = sizes.shapes[input.name] ?? open.shape.map { $0 ?? 1 }
      guard let count = TensorSize.count(of: shape), count + start <= TensorSize.limit else {
        throw InterpretabilityError(
          .unsupported, "the input “\(input.name)” of shape \(shape) is too large")
      }
      defer { start += count }
      var part = InputPart(
        name: input.name, shape: shape, type: input.dtype, sampleAxis: open.sampleAxis,
        start: start)
      part.openText = open.isOpen ? open.text : nil
      part.number = sizes.numbers[input.name]
      return part
    }
  }
}
