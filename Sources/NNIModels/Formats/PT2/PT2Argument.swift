/// An argument of a call, or a result.
enum PT2Argument: Decodable, Sendable {
  case none
  case tensor(String)
  case tensors([String?])
  case ints([PT2Integer])
  case int(PT2Integer)
  case double(Double)
  case doubles([Double])
  case bool(Bool)
  case string(String)
  /// An element type by the schema's number.
  case type(Int)
  /// A device, layout or memory format, which make no difference here.
  case placement
  /// A graph of its own, which some calls run.
  indirect case graph(PT2Graph)
  /// What no operator that is read takes, by its name in the schema.
  case other(String)

  private struct Named: Decodable { let name: String }

  /// One of a list of tensors that may be left out.
  private struct Optional: Decodable {
    let name: String?
    init(from decoder: any Decoder) throws {
      let object = try decoder.container(keyedBy: PT2Key.self)
      name = try object.decodeIfPresent(Named.self, forKey: PT2Key("as_tensor"))?.name
    }
  }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: PT2Key.self)
    guard let key = object.allKeys.first, object.allKeys.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "wanted one kind of argument"))
    }
    switch key.stringValue {
    case "as_none": self = .none
    case "as_tensor": self = .tensor(try object.decode(Named.self, forKey: key).name)
    case "as_tensors": self = .tensors(try object.decode([Named].self, forKey: key).map(\.name))
    case "as_optional_tensors":
      self = .tensors(try object.decode([Optional].self, forKey: key).map(\.name))
    case "as_optional_tensor":
      let name = try object.decode(Optional.self, forKey: key).name
      self = name.map { .tensor($0) } ?? .none
    case "as_int": self = .int(.value(try object.decode(Int.self, forKey: key)))
    case "as_ints": self = .ints(try object.decode([Int].self, forKey: key).map { .value($0) })
    case "as_sym_int": self = .int(try object.decode(PT2Integer.self, forKey: key))
    case "as_sym_ints": self = .ints(try object.decode([PT2Integer].self, forKey: key))
    case "as_float": self = .double(try object.decode(PT2Real.self, forKey: key).value)
    case "as_floats":
      self = .doubles(try object.decode([PT2Real].self, forKey: key).map(\.value))
    case "as_bool": self = .bool(try object.decode(Bool.self, forKey: key))
    case "as_string": self = .string(try object.decode(String.self, forKey: key))
    case "as_scalar_type": self = .type(try object.decode(Int.self, forKey: key))
    case "as_graph":
      self = .graph(
        try object.nestedContainer(keyedBy: PT2Key.self, forKey: key).decode(
          PT2Graph.self, forKey: PT2Key("graph")))
    case "as_device", "as_layout", "as_memory_format": self = .placement
    default: self = .other(key.stringValue)
    }
  }

  /// The same argument with other names of tensors.
  func renamed(_ names: [String: String]) -> PT2Argument {
    switch self {
    case .tensor(let name): .tensor(names[name] ?? name)
    case .tensors(let all): .tensors(all.map { name in name.map { names[$0] ?? $0 } })
    default: self
    }
  }

  /// The names of the values that it reads, or that it is.
  var names: [String] {
    switch self {
    case .tensor(let name): [name]
    case .tensors(let names): names.compactMap { $0 }
    default: []
    }
  }
}

/// A whole number, or the name of one that is computed of the inputs' extents.
enum PT2Integer: Decodable {
  case value(Int)
  case name(String)

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: PT2Key.self)
    if let value = try object.decodeIfPresent(Int.self, forKey: PT2Key("as_int")) {
      self = .value(value)
    } else {
      self = .name(try object.decode(String.self, forKey: PT2Key("as_name")))
    }
  }
}

/// A real number; those that JSON has no way to write come as text.
private struct PT2Real: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
      return
    }
    let text = try container.decode(String.self)
    switch text {
    case "Infinity", "inf": value = .infinity
    case "-Infinity", "-inf": value = -.infinity
    case "NaN", "nan": value = .nan
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "wanted a number, found a text"))
    }
  }
}
