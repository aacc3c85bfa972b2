/// What the JSON of a safetensors header states, checked but for how tensors lie beside each other.
struct SafetensorsContents {
  private(set) var entries: [String: SafetensorsFile.Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// Reads it in one pass.
  ///
  /// - Parameters:
  ///   - json: The header's text.
  ///   - start: Where the tensors' bytes begin in the file.
  ///   - size: The file's size.
  /// - Throws: ``InterpretabilityError`` whose subject is the file.
  init(_ json: [UInt8], start: Int, size: Int) throws {
    var scanner = JSONScanner(json)
    do {
      try read(&scanner, start: start, size: size)
      try scanner.end()
    } catch JSONScanner.Failure.repeated(let key) {
      throw Self.failure("the header states “\(key)” twice")
    } catch is JSONScanner.Failure {
      throw Self.failure("the header is no valid JSON")
    }
  }

  private mutating func read(_ scanner: inout JSONScanner, start: Int, size: Int) throws {
    var hasMetadata = false
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      if key == SafetensorsHeader.metadataKey {
        guard !hasMetadata else { throw JSONScanner.Failure.repeated(key) }
        hasMetadata = true
        metadata = try Self.texts(&scanner, key)
        continue
      }
      let raw = try RawTensor(&scanner, key)
      let entry: SafetensorsFile.Entry
      do {
        entry = try raw.checked(start: start, size: size)
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, "tensor “\(key)”: \(error.message)")
      }
      guard entries.updateValue(entry, forKey: key) == nil else {
        throw JSONScanner.Failure.repeated(key)
      }
    }
  }

  /// An object whose values are texts.
  private static func texts(
    _ scanner: inout JSONScanner, _ place: String
  ) throws -> [String: String] {
    guard try scanner.kind() == .object else {
      throw failure("the header is wrong at “\(place)”: wanted an object")
    }
    var texts: [String: String] = [:]
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      guard try scanner.kind() == .text else {
        throw failure("the header is wrong at “\(place)”, “\(key)”: wanted a text")
      }
      guard texts.updateValue(try scanner.text(), forKey: key) == nil else {
        throw JSONScanner.Failure.repeated(key)
      }
    }
    return texts
  }

  fileprivate static func failure(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, message)
  }
}

/// A tensor as the header states it.
private struct RawTensor {
  private var dtype = ""
  private var shape: [Int] = []
  private var offsets: [Int] = []
  /// Which of the keys were stated, and others that mean nothing.
  private var states = (dtype: false, shape: false, offsets: false)
  private var otherKeys: Set<String> = []

  init(_ scanner: inout JSONScanner, _ name: String) throws {
    func wrong(_ what: String) -> InterpretabilityError {
      SafetensorsContents.failure("the header is wrong at tensor “\(name)”\(what)")
    }
    func numbers(_ key: String) throws -> [Int] {
      guard try scanner.kind() == .array else { throw wrong(", “\(key)”: wanted a list") }
      var numbers: [Int] = []
      try scanner.beginArray()
      while try scanner.nextElement() {
        guard try scanner.kind() == .number else {
          throw wrong(", “\(key)[\(numbers.count)]”: wanted a whole number")
        }
        guard let number = try scanner.wholeNumber() else {
          throw wrong(": a number does not fit in “\(key)”, wanted whole numbers")
        }
        numbers.append(number)
      }
      return numbers
    }
    guard try scanner.kind() == .object else { throw wrong(": wanted an object") }
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      guard isNew(key) else { throw JSONScanner.Failure.repeated(key) }
      switch key {
      case "dtype":
        guard try scanner.kind() == .text else { throw wrong(", “dtype”: wanted a text") }
        dtype = try scanner.text()
      case "shape": shape = try numbers(key)
      case "data_offsets": offsets = try numbers(key)
      default: try scanner.skip()
      }
    }
    let missing =
      !states.dtype ? "dtype" : !states.shape ? "shape" : !states.offsets ? "data_offsets" : nil
    if let missing {
      throw SafetensorsContents.failure(
        "the header lacks the key “\(missing)” at tensor “\(name)”")
    }
  }

  /// Takes down that a key is stated.
  private mutating func isNew(_ key: String) -> Bool {
    func isFirst(_ state: inout Bool) -> Bool {
      defer { state = true }
      return !state
    }
    switch key {
    case "dtype": return isFirst(&states.dtype)
    case "shape": return isFirst(&states.shape)
    case "data_offsets": return isFirst(&states.offsets)
    default: return otherKeys.insert(key).inserted
    }
  }

  /// A tensor's description, if it fits the file.
  func checked(start: Int, size: Int) throws -> SafetensorsFile.Entry {
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, message)
    }
    guard let type = DType(safetensorsName: dtype) else {
      let known = DType.allCases.map(\.safetensorsName).sorted().joined(separator: ", ")
      throw InterpretabilityError(
        .unsupported, "elements of type “\(dtype)” are not supported; there are \(known)")
    }
    guard shape.count <= 64 else {
      throw refuse("\(shape.count) axes are stated, at most 64 are supported")
    }
    var bytes = type.byteCount
    for extent in shape {
      guard extent >= 0 else { throw refuse("a shape of \(shape) is impossible") }
      let (product, overflows) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflows else { throw refuse("a shape of \(shape) is too large") }
      bytes = product
    }
    guard offsets.count == 2 else {
      throw refuse("\(offsets.count) offsets are stated, wanted beginning and end")
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin >= 0, begin <= end else {
      throw refuse("offsets \(begin) to \(end) are impossible")
    }
    guard end <= size - start else {
      throw refuse(
        "offsets \(begin) to \(end) lie outside the \(size - start) bytes of data; "
          + "the file may be truncated")
    }
    guard end - begin == bytes else {
      throw refuse(
        "\(dtype) of shape \(shape) needs \(bytes) bytes, the offsets give \(end - begin)")
    }
    return SafetensorsFile.Entry(
      dtype: type, shape: shape, range: (start + begin)..<(start + end))
  }
}
