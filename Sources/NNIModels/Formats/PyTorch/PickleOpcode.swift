/// The instructions of Python's pickle protocols 2 to 5 that are read.
///
/// - Reference: Python's `pickletools` module, which describes each of them.
enum PickleOpcode: UInt8 {
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2E

  case mark = 0x28
  case pop = 0x30
  case popMark = 0x31
  case duplicate = 0x32

  case none = 0x4E
  case newTrue = 0x88
  case newFalse = 0x89
  case int32 = 0x4A
  case uint8 = 0x4B
  case uint16 = 0x4D
  case long1 = 0x8A
  case long4 = 0x8B
  case float = 0x47

  case shortString = 0x55
  case string = 0x54
  case shortUnicode = 0x8C
  case unicode = 0x58
  case unicode8 = 0x8D
  case shortBytes = 0x43
  case bytes = 0x42
  case bytes8 = 0x8E
  case byteArray8 = 0x96

  case emptyList = 0x5D
  case append = 0x61
  case appends = 0x65
  case list = 0x6C
  case emptyTuple = 0x29
  case tuple = 0x74
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyDictionary = 0x7D
  case dictionary = 0x64
  case setItem = 0x73
  case setItems = 0x75
  case emptySet = 0x8F
  case addItems = 0x90
  case frozenSet = 0x91

  case global = 0x63
  case stackGlobal = 0x93
  case reduce = 0x52
  case build = 0x62
  case newObject = 0x81
  case newObjectWithKeywords = 0x92
  case persistent = 0x51

  case get = 0x68
  case longGet = 0x6A
  case put = 0x71
  case longPut = 0x72
  case memoize = 0x94

  /// What the pickle module calls an instruction that is not read.
  static func refusedName(_ byte: UInt8) -> String? {
    [
      0x49: "INT", 0x4C: "LONG", 0x46: "FLOAT", 0x53: "STRING", 0x56: "UNICODE", 0x50: "PERSID",
      0x67: "GET", 0x70: "PUT", 0x69: "INST", 0x6F: "OBJ", 0x82: "EXT1", 0x83: "EXT2",
      0x84: "EXT4", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
    ][byte]
  }
}
