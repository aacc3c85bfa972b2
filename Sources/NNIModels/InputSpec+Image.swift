extension InputSpec {
  /// A photograph as a batch of one, `[1, C, H, W]`, and how it came from the photograph.
  ///
  /// Resized and cropped as torchvision does it, to the bit for 8 bits, then normalised; values of 16 bits
  /// are kept, `value / 65535`.
  ///
  /// - Returns: The batch in float32, and the geometry that leads a map back onto the photograph.
  /// - Throws: ``InterpretabilityError`` when the size of the model's input is not known.
  public func tensor(from photograph: Image) throws -> (tensor: Tensor, geometry: CropGeometry) {
    guard size.count == 2 else {
      throw InterpretabilityError(
        .invalidInput,
        "the model does not say what size of image it takes; state it in a JSON file beside the "
          + "model: {\"size\": [224, 224], \"mean\": […], \"std\": […]}")
    }
    let (height, width) = (size[0], size[1])
    let geometry =
      resize > 0
      ? try CropGeometry(of: photograph, shorterSide: resize, cropWidth: width, cropHeight: height)
      : try CropGeometry(of: photograph, resizedWidth: width, resizedHeight: height)
    let plain = photograph.converted(to: channels == .grey ? .grey : .rgb)
    let values = try plain.applying(geometry, interpolation: interpolation).normalized(
      mean: pixelOrder(mean.isEmpty ? [0] : mean),
      standardDeviation: pixelOrder(std.isEmpty ? [1] : std))
    let tensor = try Tensor(values, shape: [1, plain.channels, height, width])
    guard channels == .bgr else { return (tensor, geometry) }
    return (try .call("aten::flip", .tensor(tensor), .ints([1])), geometry)
  }

  /// The class with that number or name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names.
  public func classIndex(named text: String) throws -> Int {
    if let index = Int(text) { return index }
    let wanted = text.lowercased()
    let whole = labels.indices.filter { labels[$0].lowercased() == wanted }
    if whole.count == 1 { return whole[0] }
    guard whole.isEmpty else { throw ambiguous(text, whole) }
    let partial = labels.indices.filter {
      labels[$0].lowercased().split(separator: ",").contains { $0.trimmingPrefix(" ") == wanted }
    }
    if partial.count == 1 { return partial[0] }
    guard partial.isEmpty else { throw ambiguous(text, partial) }
    throw InterpretabilityError(
      .invalidTarget,
      labels.isEmpty
        ? "“\(text)” is no class: the model names none, so give a number"
        : "there is no class named “\(text)”" + Wording.suggestion(for: text, among: labels))
  }

  private func ambiguous(_ text: String, _ classes: [Int]) -> InterpretabilityError {
    let shown = classes.prefix(8).map { "\($0) (\(labels[$0]))" }.joined(separator: ", ")
    return InterpretabilityError(
      .invalidTarget,
      "“\(text)” names \(classes.count) classes: \(shown)\(classes.count > 8 ? ", …" : ""); give a number"
    )
  }

  /// Numbers for the channels in the order of an image's pixels, red first.
  private func pixelOrder(_ values: [Double]) -> [Float] {
    (channels == .bgr && values.count == 3 ? values.reversed() : values).map { Float($0) }
  }
}
