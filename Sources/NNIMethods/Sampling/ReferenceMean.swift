extension Baseline {
  /// The explanation against each reference, and their mean where there are several.
  ///
  /// Map, reference score, sum, causes and details are means; the score is the input's own.
  func mean(
    for input: Tensor, of body: (Baseline) throws -> Attribution
  ) throws -> Attribution {
    let references = try references(for: input)
    guard references.count > 1 else { return try body(self) }
    var total: Attribution?
    for reference in references {
      let next = try body(.tensor(reference, name: "reference"))
      total = try total.map { try $0.adding(next) } ?? next
    }
    guard let total else { return try body(self) }
    return try total.scaled(by: 1 / Double(references.count))
  }
}

extension Attribution {
  /// The sum of two explanations of the same score; every number but the score is added.
  fileprivate func adding(_ other: Attribution) throws -> Attribution {
    var sum = ledger
    sum.reference = zip(ledger.reference, other.ledger.reference).map(+)
    sum.sum = zip(ledger.sum, other.ledger.sum).map(+)
    for (cause, amounts) in other.ledger.causes {
      sum.causes[cause] = ledger.causes[cause].map { zip($0, amounts).map(+) } ?? amounts
    }
    var parts = details
    for (name, value) in other.details {
      parts[name] = try parts[name].map { try $0 + value } ?? value
    }
    var whole = try Attribution(
      replacing: self, map: map + other.map, ledger: sum, details: parts)
    whole.arithmeticWarnings.merge(other.arithmeticWarnings) { first, _ in first }
    return whole
  }

  fileprivate func scaled(by factor: Double) throws -> Attribution {
    var scaled = ledger
    scaled.reference = ledger.reference.map { $0 * factor }
    scaled.sum = ledger.sum.map { $0 * factor }
    scaled.causes = ledger.causes.mapValues { $0.map { $0 * factor } }
    return try Attribution(
      replacing: self, map: map * factor, ledger: scaled,
      details: details.mapValues { try $0 * factor })
  }

  /// The explanation with another map of the same sum, such as one value for each token.
  func replacing(map: Tensor) throws -> Attribution {
    try Attribution(replacing: self, map: map, ledger: ledger, details: [:])
  }

  /// The explanation with another map that promises nothing.
  func control(map: Tensor, named name: String) throws -> Attribution {
    var sum = ledger
    sum.sum = try map.converted(to: .float64).sumPerSample().doubles()
    sum.causes = [:]
    return try Attribution(
      replacing: self, map: map, ledger: sum, details: [:], method: name, promise: .nothing)
  }

  private init(
    replacing other: Attribution, map: Tensor, ledger: Ledger, details: [String: Tensor],
    method: String? = nil, promise: MapPromise? = nil
  ) throws {
    self.map = map
    self.ledger = ledger
    self.details = details
    classes = other.classes
    self.method = method ?? other.method
    options = other.options
    self.promise = promise ?? other.promise
    absorbed = other.absorbed
    layer = other.layer
    arithmeticWarnings = other.arithmeticWarnings
    outputShape = other.outputShape
    isZero = try map.samplesOfZeros()
  }
}
