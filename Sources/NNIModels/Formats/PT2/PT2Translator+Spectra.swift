/// Fourier transforms. A value of complex numbers is one more axis of two: real and imaginary parts.
extension PT2Translator {
  static let spectra: [String: Translation] = {
    var table: [String: Translation] = [
      "_fft_r2c": { translator, call in
        try translator.addTransform(
          call, axes: call.ints("dim"), scale: call.int("normalization", 0),
          isOneSided: call.bool("onesided", false))
      },
      "_fft_c2c": { translator, call in
        try translator.addTransform(
          call, axes: call.ints("dim"), scale: call.int("normalization", 0),
          isInverse: !call.bool("forward", true))
      },
    ]
    for isInverse in [false, true] {
      let name = isInverse ? "fft_ifft" : "fft_fft"
      table[name] = { translator, call in
        try translator.addTransform(
          call, axes: [call.int("dim", -1)], lengths: call.ints("n"), isInverse: isInverse)
      }
      table[name + "2"] = { translator, call in
        try translator.addTransform(
          call, axes: call.ints("dim") ?? [-2, -1], lengths: call.ints("s"), isInverse: isInverse)
      }
      table[name + "n"] = { translator, call in
        try translator.addTransform(
          call, axes: call.ints("dim"), lengths: call.ints("s"), isInverse: isInverse)
      }
    }
    table["fft_rfft"] = { translator, call in
      try translator.addTransform(
        call, axes: [call.int("dim", -1)], lengths: call.ints("n"), isOneSided: true)
    }
    return table
  }()

  /// What takes complex numbers.
  private static let complex: [String: Translation] = spectra.merging([
    "real": { translator, call in try translator.addPart(0, call) },
    "imag": { translator, call in try translator.addPart(1, call) },
    "view_as_real": { translator, call in
      translator.pass(try call.tensor("self"), to: call.result)
    },
    "abs": { translator, call in
      translator.emit(
        "ReduceL2", [try call.tensor("self"), try translator.list([-1])], ["keepdims": .int(0)],
        to: [call.result])
    },
  ]) { $1 }

  /// Translates a call that reads complex numbers.
  ///
  /// - Throws: ``InterpretabilityError`` for an operator that knows none here.
  mutating func translateComplex(_ call: PT2Call) throws {
    guard let translation = Self.complex[call.name] else {
      throw call.unsupported(
        "of complex numbers; Fourier transforms, real, imag, abs and view_as_real take them")
    }
    try translation(&self, call)
  }

  private mutating func addPart(_ part: Int, _ call: PT2Call) throws {
    let index = add(constant: try Tensor([Int64(part)], shape: []))
    emit("Gather", [try call.tensor("self"), index], ["axis": .int(-1)], to: [call.result])
  }

  /// Adds a transform over axes, one after the other from the last of them.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - axes: Those axes; `nil` for all.
  ///   - lengths: The lengths that are asked for; `nil` for the axes' own.
  ///   - scale: 0 for none, 1 for `1/√n`, 2 for `1/n`; `nil` takes it from the call's `norm`.
  ///   - isInverse: Whether it is the inverse.
  ///   - isOneSided: Whether the last axis keeps the bins from 0 to its half alone.
  /// - Throws: ``InterpretabilityError`` for lengths and norms that are not read.
  private mutating func addTransform(
    _ call: PT2Call, axes: [Int]?, lengths: [Int]? = nil, scale: Int? = nil,
    isInverse: Bool = false, isOneSided: Bool = false
  ) throws {
    let source = try call.tensor("self")
    let shape = try shape(source)
    let chosen = try (axes ?? Array(shape.indices)).map {
      try axis($0, rank: shape.count, call)
    }
    guard lengths == nil || lengths == chosen.map({ shape[$0] }) else {
      throw call.unsupported("lengths other than the axes' own")
    }
    let isComplex = complexValues.contains(source)
    guard !(isComplex && isOneSided) else { throw call.malformed("self", "real numbers") }
    var value =
      isComplex ? source : emit("Unsqueeze", [source, try list([shape.count])])
    for (place, axis) in chosen.enumerated().reversed() {
      let half = isOneSided && place == chosen.count - 1
      value = emit(
        "DFT", [value, "", add(constant: try Tensor([Int64(axis)], shape: []))],
        ["inverse": .int(isInverse ? 1 : 0), "onesided": .int(half ? 1 : 0)])
    }
    let count = Double(chosen.reduce(1) { $0 * shape[$1] })
    let kind = try scale ?? Self.scale(call, isInverse: isInverse)
    // ONNX's inverse divides by the number of elements.
    let factor = [1, 1 / count.squareRoot(), 1 / count][kind] * (isInverse ? count : 1)
    complexValues.insert(call.result)
    guard factor != 1 else { return pass(value, to: call.result) }
    emit(
      "Mul", [value, add(constant: try Tensor([factor], shape: [], dtype: .float64))],
      to: [call.result])
  }

  /// The scale that a norm's name means.
  private static func scale(_ call: PT2Call, isInverse: Bool) throws -> Int {
    switch try call.string("norm", "backward") {
    case "ortho": 1
    case "forward": isInverse ? 0 : 2
    case "backward": isInverse ? 2 : 0
    case let other: throw call.unsupported("the norm “\(other)”")
    }
  }
}
