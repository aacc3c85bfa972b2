extension Model {
  /// How many classes the network tells apart, if the input's shape is known.
  ///
  /// - Throws: ``InterpretabilityError`` when the network cannot take that shape.
  package var classCount: Int? {
    get throws { try outputWidth.map(outputMeaning.classCount) }
  }

  /// How many values the output has at each place, if the layers or the input's shape tell.
  ///
  /// - Throws: ``InterpretabilityError`` when the network cannot take that shape.
  public var outputWidth: Int? {
    get throws {
      if let width = OutputTail.width(of: graph) { return width }
      guard let sampleShape else { return nil }
      let zeros = try Tensor.full([1] + sampleShape, 0, dtype: parameterType)
      let shape = try graph.forward(zeros).shape
      return shape.count > 1 ? shape[1] : nil
    }
  }

  /// The element type of the computation; see ``Graph/parameterType``.
  public var parameterType: DType { get throws { try graph.parameterType } }
}
