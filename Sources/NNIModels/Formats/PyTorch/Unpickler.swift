/// Reads a Python pickle as data: nothing is imported, called or run.
///
/// A pickle is a program for a stack machine; here its instructions build ``PickleValue``s and nothing
/// else. Every class and function that it names must be one of ``PythonGlobal``. Protocols 2 to 5.
///
/// What it makes is bounded by the pickle's length and by ``Limit``.
///
/// - Reference: Python's `pickletools` module, which describes the instructions.
struct Unpickler {
  /// How much a pickle may make.
  enum Limit {
    /// The longest pickle in bytes; that of a state dict takes about 150 for each tensor.
    static let byteCount = 64 << 20
    static let stack = 1 << 18
    static let memo = 1 << 20
    static let objects = 1 << 20
    /// Elements of all lists, tuples and dictionaries together.
    static let elements = 1 << 22
  }

  /// Where the next instruction is; after ``value()`` the end of the pickle.
  var reader: ByteReader
  /// What ``PickleValue/object(_:)`` refers to.
  private(set) var objects: [PickleObject] = []
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var elementCount = 0

  /// Reads from a position on.
  init(_ reader: ByteReader) { self.reader = reader }

  /// The value that the pickle describes.
  ///
  /// - Throws: ``InterpretabilityError`` that names the byte, for what is no pickle, and the class or
  ///   function, for what is no data.
  mutating func value() throws -> PickleValue {
    while true {
      let byte = try reader.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        guard let name = PickleOpcode.refusedName(byte) else {
          throw reader.failure("\(byte) is no instruction of a pickle; the file is damaged")
        }
        throw reader.failure(
          "the pickle instruction \(name) is not read; save with torch.save's own protocol",
          code: .unsupported)
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  private mutating func execute(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .proto:
      let version = try reader.byte()
      guard version <= 5 else {
        throw reader.failure(
          "a pickle of protocol \(version) is not read; there are 2 to 5", code: .unsupported)
      }
    case .frame: _ = try reader.take(8)
    case .stop: break
    case .mark, .pop, .popMark, .duplicate: try arrange(opcode)
    case .none, .newTrue, .newFalse, .int32, .uint8, .uint16, .long1, .long4, .float:
      try push(number(opcode))
    case .shortString, .string, .shortUnicode, .unicode, .unicode8, .shortBytes, .bytes, .bytes8,
      .byteArray8:
      try push(text(opcode))
    case .emptyList, .append, .appends, .list, .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3,
      .emptyDictionary, .dictionary, .setItem, .setItems, .emptySet, .addItems, .frozenSet:
      try collect(opcode)
    case .global, .stackGlobal: try pushGlobal(opcode)
    case .reduce, .build, .newObject, .newObjectWithKeywords, .persistent: try make(opcode)
    case .get: try recall(Int(reader.byte()))
    case .longGet: try recall(reader.size(UInt32.self))
    case .put: try memorize(Int(reader.byte()))
    case .longPut: try memorize(reader.size(UInt32.self))
    case .memoize: try memorize(memo.count)
    }
  }
}

/// The stack.
extension Unpickler {
  mutating func push(_ value: PickleValue) throws {
    guard stack.count < Limit.stack else { throw reader.failure("the pickle nests too much") }
    stack.append(value)
  }

  mutating func push(_ kind: PickleObject.Kind, _ elements: [PickleValue] = []) throws {
    guard objects.count < Limit.objects else {
      throw reader.failure("the pickle holds more than \(Limit.objects) objects")
    }
    objects.append(PickleObject(kind: kind, elements: elements))
    try push(.object(objects.count - 1))
  }

  /// The topmost value, if it lies above the last mark.
  mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw reader.failure("a value is wanted and there is none; the file is damaged")
    }
    return value
  }

  /// All values above the last mark, which goes, too.
  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else {
      throw reader.failure("a mark is wanted and there is none; the file is damaged")
    }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func arrange(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .mark:
      guard marks.count < Limit.stack else { throw reader.failure("the pickle nests too much") }
      marks.append(stack.count)
    case .popMark: _ = try popToMark()
    case .duplicate:
      let value = try pop()
      try push(value)
      try push(value)
    default:
      // A mark may be taken off like a value.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    }
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else {
      throw reader.failure("the value \(index) is wanted and was not kept; the file is damaged")
    }
    try push(value)
  }

  private mutating func memorize(_ index: Int) throws {
    guard memo.count < Limit.memo else {
      throw reader.failure("the pickle keeps more than \(Limit.memo) values")
    }
    let value = try pop()
    try push(value)
    memo[index] = value
  }
}

/// Numbers and text.
extension Unpickler {
  private mutating func number(_ opcode: PickleOpcode) throws -> PickleValue {
    switch opcode {
    case .newTrue: .bool(true)
    case .newFalse: .bool(false)
    case .int32: .int(Int(try reader.number(Int32.self)))
    case .uint8: .int(Int(try reader.byte()))
    case .uint16: .int(Int(try reader.number(UInt16.self)))
    case .long1: Self.integer(try reader.take(Int(reader.byte())))
    case .long4: Self.integer(try reader.take(reader.size(UInt32.self)))
    case .float: .float(Double(bitPattern: try reader.number(UInt64.self).byteSwapped))
    default: .none
    }
  }

  /// A whole number of any length, little-endian in two's complement.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    guard bytes.count <= 8 else { return .long(Array(bytes)) }
    var bits: UInt64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : .max
    for byte in bytes.reversed() { bits = bits << 8 | UInt64(byte) }
    return .int(Int(Int64(bitPattern: bits)))
  }

  private mutating func text(_ opcode: PickleOpcode) throws -> PickleValue {
    let count: Int
    switch opcode {
    case .shortString, .shortUnicode, .shortBytes: count = Int(try reader.byte())
    case .string, .unicode, .bytes: count = try reader.size(UInt32.self)
    default: count = try reader.size(UInt64.self)
    }
    let bytes = try reader.take(count)
    switch opcode {
    case .shortBytes, .bytes, .bytes8, .byteArray8: return .bytes
    default: break
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      // Python 2 kept any bytes in a string.
      guard opcode != .shortString, opcode != .string else { return .bytes }
      throw reader.failure("a text is no UTF-8; the file is damaged")
    }
    return .text(text)
  }
}

/// Lists, tuples, dictionaries and sets.
extension Unpickler {
  /// Counts elements that are about to be kept.
  mutating func keep(_ count: Int) throws {
    elementCount += count
    guard elementCount <= Limit.elements else {
      throw reader.failure("the pickle holds more than \(Limit.elements) elements")
    }
  }

  private mutating func collect(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .emptyList: try push(.list)
    case .append: try append([pop()])
    case .appends: try append(popToMark())
    case .list: try pushKept(.list, popToMark())
    case .emptyTuple: try push(.tuple)
    case .tuple: try pushKept(.tuple, popToMark())
    case .tuple1: try pushKept(.tuple, [pop()])
    case .tuple2:
      let second = try pop()
      try pushKept(.tuple, [pop(), second])
    case .tuple3:
      let (third, second) = (try pop(), try pop())
      try pushKept(.tuple, [pop(), second, third])
    case .emptyDictionary: try push(.dictionary)
    case .dictionary:
      let items = try popToMark()
      try push(.dictionary)
      try setItems(items)
    case .setItem:
      let value = try pop()
      try setItems([pop(), value])
    case .setItems: try setItems(popToMark())
    case .emptySet: try push(.opaque("set"))
    case .frozenSet:
      _ = try popToMark()
      try push(.opaque("frozenset"))
    default:
      _ = try popToMark()
      guard case .opaque = try objects[topObject()].kind else {
        throw reader.failure("a set is wanted; the file is damaged")
      }
    }
  }

  /// Makes a list or a tuple of values.
  private mutating func pushKept(_ kind: PickleObject.Kind, _ values: [PickleValue]) throws {
    try keep(values.count)
    try push(kind, values)
  }

  /// The place of the object on top of the stack.
  private func topObject() throws -> Int {
    guard stack.count > (marks.last ?? 0), case .object(let index)? = stack.last else {
      throw reader.failure("an object is wanted and there is none; the file is damaged")
    }
    return index
  }

  private mutating func append(_ values: [PickleValue]) throws {
    try keep(values.count)
    let index = try topObject()
    switch objects[index].kind {
    case .list: objects[index].elements.append(contentsOf: values)
    case .opaque: break
    default: throw reader.failure("a list is wanted, found \(objects[index].description)")
    }
  }

  private mutating func setItems(_ values: [PickleValue]) throws {
    guard values.count.isMultiple(of: 2) else {
      throw reader.failure("a key has no value; the file is damaged")
    }
    try keep(values.count)
    let index = try topObject()
    switch objects[index].kind {
    case .dictionary: objects[index].elements.append(contentsOf: values)
    case .opaque: break
    default: throw reader.failure("a dictionary is wanted, found \(objects[index].description)")
    }
  }
}
