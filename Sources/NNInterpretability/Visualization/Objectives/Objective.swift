/// What an image is to excite: a weighted sum of terms.
///
/// ```swift
/// let objective = .channel("conv5", 42) + 0.5 * .classLogit(281) - 1e-3 * .totalVariation
/// let dogs = Objective.each([.classLogit(207), .classLogit(208)])   // two images at once
/// ```
///
/// - Reference: Olah et al. 2017, *Feature Visualization* (`olah2017feature`), whose library Lucid has
///   the same algebra.
public struct Objective: Sendable {
  /// A quantity with its factor.
  public struct Term: Sendable {
    /// How much it counts.
    public var factor: Double
    /// The quantity.
    public var quantity: any ObjectiveTerm
    /// The position of the only image that it counts for; `nil` for all.
    public var image: Int?

    /// Creates a term.
    public init(_ quantity: any ObjectiveTerm, factor: Double = 1, image: Int? = nil) {
      self.quantity = quantity
      self.factor = factor
      self.image = image
    }
  }

  /// The terms, which are added.
  public var terms: [Term]

  /// A sum of terms.
  public init(_ terms: [Term]) { self.terms = terms }

  /// One quantity alone.
  public init(_ quantity: any ObjectiveTerm) { terms = [Term(quantity)] }

  /// An objective of its own for each image of a batch: the first for the first image.
  public static func each(_ objectives: [Objective]) -> Objective {
    Objective(
      objectives.enumerated().flatMap { index, objective in
        objective.terms.map { Term($0.quantity, factor: $0.factor, image: $0.image ?? index) }
      })
  }

  /// The objective as it could be written for the command line.
  public var text: String {
    guard !terms.isEmpty else { return "0" }
    var result = ""
    for (index, term) in terms.enumerated() {
      let size = term.factor.magnitude
      let isNegative = term.factor.sign == .minus
      result += index == 0 ? (isNegative ? "-" : "") : isNegative ? " - " : " + "
      result += size == 1 ? "" : "\(size)*"
      result += term.quantity.text + (term.image.map { "[\($0)]" } ?? "")
    }
    return result
  }

  /// Both together.
  public static func + (left: Objective, right: Objective) -> Objective {
    Objective(left.terms + right.terms)
  }

  /// The first and against the second.
  public static func - (left: Objective, right: Objective) -> Objective { left + -right }

  /// The opposite.
  public static prefix func - (objective: Objective) -> Objective { -1 * objective }

  /// All terms times a factor.
  public static func * (factor: Double, objective: Objective) -> Objective {
    Objective(
      objective.terms.map {
        Term($0.quantity, factor: factor * $0.factor, image: $0.image)
      })
  }

  /// All terms times a factor.
  public static func * (objective: Objective, factor: Double) -> Objective { factor * objective }
}

extension [Objective.Term] {
  /// `Σ factor · term` for each row, `[rows]`, where `inputs` are the values that each term reads.
  ///
  /// - Throws: ``InterpretabilityError`` when a term does not give one number for each row.
  func values(_ inputs: [[Tensor]], in batch: ObjectiveBatch, like value: Tensor) throws -> Tensor {
    var sum = try Tensor.full([batch.rows], 0, dtype: value.dtype).moved(to: value.device)
    for (term, own) in zip(self, inputs) {
      guard let part = try term.part(own, in: batch) else { continue }
      sum = try sum + part * term.factor
    }
    return sum
  }
}

extension Objective.Term {
  /// The term for each row without its factor; `nil` when it counts for none of them.
  fileprivate func part(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor? {
    guard let image else { return try checked(quantity.values(inputs, in: batch), batch) }
    let position = image - batch.first
    guard (0..<batch.images).contains(position) else { return nil }
    let rows = (position * batch.copies)..<((position + 1) * batch.copies)
    let own = try inputs.map { try $0.narrowed(axis: 0, to: rows) }
    let alone = ObjectiveBatch(
      first: image, images: 1, copies: batch.copies, output: batch.output)
    return try .call(
      "aten::constant_pad_nd", .tensor(checked(quantity.values(own, in: alone), alone)),
      .ints([rows.lowerBound, batch.rows - rows.upperBound]), .double(0))
  }

  private func checked(_ values: Tensor, _ batch: ObjectiveBatch) throws -> Tensor {
    guard values.shape == [batch.rows] else {
      throw InterpretabilityError(
        .invalidInput,
        "\(quantity.text) gave values of shape \(values.shape); wanted one for each of "
          + "\(batch.rows) rows")
    }
    return values
  }
}
