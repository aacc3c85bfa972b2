/// Classes and functions: what they would make is made from a list of known ones.
extension Unpickler {
  mutating func pushGlobal(_ opcode: PickleOpcode) throws {
    let (module, name): (String, String)
    if opcode == .global {
      module = String(decoding: try reader.line(), as: UTF8.self)
      name = String(decoding: try reader.line(), as: UTF8.self)
    } else {
      let last = try pop()
      guard case .text(let second) = last, case .text(let first) = try pop() else {
        throw reader.failure("a class is wanted by the names of its module and itself")
      }
      (module, name) = (first, second)
    }
    guard let global = PythonGlobal(module: module, name: name) else {
      throw refusal(of: module, name)
    }
    try push(.global(global))
  }

  mutating func make(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .persistent:
      let identifier = try pop()
      try push(.storage(storage(identifier)))
    case .build:
      _ = try pop()
      let value = try pop()
      guard case .object(let index) = value else { throw wanted("an object to complete", value) }
      // What a state dict says of itself (`_metadata`) and what a parameter carries along.
      switch objects[index].kind {
      case .dictionary, .tensor, .opaque: try push(value)
      default: throw wanted("an object to complete", value)
      }
    case .newObjectWithKeywords:
      _ = try pop()
      fallthrough
    default:
      let arguments = try sequence(pop(), "arguments")
      let function = try pop()
      guard case .global(let global) = function else { throw wanted("a class", function) }
      try pushMade(global, arguments)
    }
  }

  /// Makes what a class or function of that kind makes of arguments.
  private mutating func pushMade(_ global: PythonGlobal, _ arguments: [PickleValue]) throws {
    switch global {
    case .dictionary: try push(.dictionary, pairs(arguments))
    case .list: try push(.list, copied(arguments))
    case .tuple: try push(.tuple, copied(arguments))
    case .ignored(let name): try push(.opaque(name))
    case .rebuild(let kind): try push(.tensor(tensor(kind, arguments)))
    case .storage, .untypedStorage, .elementType, .tensorClass:
      throw reader.failure("\(global.name) is called here, which no state dict does")
    }
  }

  /// The elements of the one argument, a list or a tuple.
  private mutating func copied(_ arguments: [PickleValue]) throws -> [PickleValue] {
    guard let argument = arguments.first else { return [] }
    let values = try sequence(argument, "a list")
    try keep(values.count)
    return values
  }

  /// The keys and values in the one argument, a dictionary or a list of pairs, one after the other.
  private mutating func pairs(_ arguments: [PickleValue]) throws -> [PickleValue] {
    guard let argument = arguments.first else { return [] }
    if case .object(let index) = argument, case .dictionary = objects[index].kind {
      try keep(objects[index].elements.count)
      return objects[index].elements
    }
    let values = try copied(arguments)
    try keep(2 * values.count)
    return try values.flatMap { value in
      let pair = try sequence(value, "a pair of key and value")
      guard pair.count == 2 else { throw wanted("a pair of key and value", value) }
      return pair
    }
  }

  /// The tensor that `torch._utils` would build.
  private func tensor(
    _ kind: PythonGlobal.Rebuild, _ arguments: [PickleValue]
  ) throws -> PyTorchTensor {
    func argument(_ index: Int, _ noun: String) throws -> PickleValue {
      guard index < arguments.count else {
        throw reader.failure("a tensor lacks its \(noun); the file is damaged")
      }
      return arguments[index]
    }
    switch kind {
    case .unsupported(let kind): return .unsupported(kind)
    case .parameter:
      let value = try argument(0, "values")
      guard case .object(let index) = value, case .tensor(let tensor) = objects[index].kind else {
        throw wanted("a tensor", value)
      }
      return tensor
    case .subclass:
      let function = try argument(0, "function")
      guard case .global(.rebuild(let inner)) = function else {
        throw wanted("a function that makes a tensor", function)
      }
      // Once only, so that it cannot recur for ever.
      if case .subclass = inner { throw wanted("a function that makes a tensor", function) }
      guard case .global(.tensorClass) = try argument(1, "class") else {
        throw wanted("torch.Tensor or Parameter", try argument(1, "class"))
      }
      return try tensor(inner, sequence(argument(2, "arguments"), "arguments"))
    case .tensor, .typedTensor:
      let value = try argument(0, "storage")
      guard case .object(let index) = value, case .storage(let storage) = objects[index].kind else {
        throw wanted("a storage", value)
      }
      var element = storage.element
      if case .typedTensor = kind {
        let type = try argument(6, "type")
        guard case .global(.elementType(let stated)) = type else {
          throw wanted("an element type", type)
        }
        element = stated
      }
      let isTyped = if case .typedTensor = kind { true } else { false }
      return .strided(
        StridedTensor(
          storage: storage, element: element, offset: try integer(argument(1, "offset")),
          shape: try integers(argument(2, "shape")), strides: try integers(argument(3, "strides")),
          isNegated: isSet("neg", in: arguments.dropFirst(isTyped ? 7 : 6).first)))
    }
  }

  /// The storage that a tuple names: `("storage", class, key, place, count)`, and in old files a sixth
  /// value, either nothing or the part of the block that it is: `(key, offset, count)`.
  private func storage(_ identifier: PickleValue) throws -> PyTorchStorage {
    let parts = try sequence(identifier, "the name of a storage")
    guard case .text(let noun)? = parts.first, noun == "storage", parts.count >= 5 else {
      throw wanted("the name of a storage", identifier)
    }
    let element: PyTorchElement
    switch parts[1] {
    case .global(.storage(let stated)): element = stated
    case .global(.untypedStorage): element = .supported(.uint8)
    default: throw wanted("a class of storages", parts[1])
    }
    guard case .text(let key) = parts[2] else { throw wanted("the key of a storage", parts[2]) }
    func bytes(_ value: PickleValue) throws -> Int {
      let count = try integer(value)
      let (bytes, overflows) = count.multipliedReportingOverflow(by: element.byteCount)
      guard count >= 0, !overflows else {
        throw reader.failure("a storage of \(count) elements is impossible; the file is damaged")
      }
      return bytes
    }
    let whole = try bytes(parts[4])
    var (start, count) = (0, whole)
    if parts.count > 5, case .object = parts[5] {
      let view = try sequence(parts[5], "a part of a storage")
      guard view.count == 3 else { throw wanted("a part of a storage", parts[5]) }
      (start, count) = try (bytes(view[1]), bytes(view[2]))
      guard start <= whole, count <= whole - start else {
        throw reader.failure("a part of the storage “\(key)” leaves it; the file is damaged")
      }
    }
    return PyTorchStorage(
      key: key, element: element, start: start, byteCount: count, blockByteCount: whole)
  }
}

/// Contents of values.
extension Unpickler {
  /// The elements of a list or a tuple.
  func sequence(_ value: PickleValue, _ noun: String) throws -> [PickleValue] {
    if case .object(let index) = value {
      switch objects[index].kind {
      case .list, .tuple: return objects[index].elements
      default: break
      }
    }
    throw wanted(noun, value)
  }

  /// Whether a dictionary has the value `True` under a name.
  ///
  /// What else PyTorch notes beside a tensor is the conjugate bit, which only complex numbers have.
  private func isSet(_ name: String, in value: PickleValue?) -> Bool {
    guard case .object(let index)? = value, case .dictionary = objects[index].kind else {
      return false
    }
    let elements = objects[index].elements
    return stride(from: 0, to: elements.count - 1, by: 2).contains { place in
      guard case .text(let key) = elements[place], key == name,
        case .bool(true) = elements[place + 1]
      else { return false }
      return true
    }
  }

  private func integer(_ value: PickleValue) throws -> Int {
    guard case .int(let number) = value else { throw wanted("a whole number", value) }
    return number
  }

  private func integers(_ value: PickleValue) throws -> [Int] {
    let values = try sequence(value, "a list of numbers")
    guard values.count <= StridedTensor.rankLimit else {
      throw reader.failure(
        "\(values.count) axes are stated, at most \(StridedTensor.rankLimit) are supported")
    }
    return try values.map(integer)
  }

  private func wanted(_ noun: String, _ value: PickleValue) -> InterpretabilityError {
    let kind =
      if case .object(let index) = value { objects[index].description } else { value.kind }
    return reader.failure("\(noun) is wanted, found \(kind); the file is damaged")
  }

  /// Why a class or a function is refused, and what to do.
  private func refusal(of module: String, _ name: String) -> InterpretabilityError {
    let shown = "\(module).\(name)".prefix(120)
    let isClass = name.split(separator: ".").last?.first { $0 != "_" }?.isUppercase == true
    return InterpretabilityError(
      .unsupported,
      isClass
        ? "\(reader.place) holds a Python object of class \(shown), not a state dict; load it in "
          + "Python and save the weights alone: torch.save(model.state_dict(), path)"
        : "\(reader.place) asks Python to run \(shown), which no state dict needs; nothing was run: "
          + "do not trust this file, or save the weights alone: torch.save(model.state_dict(), path)"
    )
  }
}
