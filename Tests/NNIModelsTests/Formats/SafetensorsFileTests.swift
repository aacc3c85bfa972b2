import NNIModels
import Foundation
import Testing

struct SafetensorsFileTests {
  /// A file of the given header, which states its own length, and that many bytes of data.
  private func file(_ header: String, data: [UInt8] = []) throws -> SafetensorsFile {
    let json = Data(header.utf8)
    let length = Data((0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
    return try SafetensorsFile(data: length + json + Data(data), name: "x.safetensors")
  }

  private func message(_ header: String, data: [UInt8] = []) throws -> String {
    let error = try #require(throws: InterpretabilityError.self) { try file(header, data: data) }
    return error.message
  }

  @Test func `Tensors, names and metadata are read`() throws {
    let read = try file(
      #"{"__metadata__":{"a":"b"},"y":{"dtype":"I16","shape":[2],"data_offsets":[4,8]},"#
        + #""x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#,
      data: [0, 0, 0x80, 0x3F, 1, 0, 0xFE, 0xFF])
    #expect(read.names == ["x", "y"])
    #expect(read.metadata == ["a": "b"])
    #expect(try read["x"].item() == 1)
    #expect(try read["y"].doubles() == [1, -2])
    #expect(read.entries["y"]?.shape == [2])
    #expect(read.entries["y"]?.dtype == .int16)
    #expect(try read.tensors().count == 2)
  }

  @Test func `Any byte of a truth value is true but zero`() throws {
    let read = try file(
      #"{"b":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#, data: [0, 1, 7])
    #expect(try read["b"].dtype == .bool)
    #expect(try read["b"].doubles() == [0, 1, 1])
  }

  @Test func `Empty tensors and a file without any are allowed`() throws {
    let read = try file(#"{"e":{"dtype":"F64","shape":[0,3],"data_offsets":[0,0]}}"#)
    #expect(try read["e"].shape == [0, 3])
    #expect(try file("{}").names.isEmpty)
    let error = try #require(throws: InterpretabilityError.self) { try file("{}")["a"] }
    #expect(error.message.contains("no tensors"))
  }

  @Test func `A missing tensor is told with the nearest names`() throws {
    let read = try file(
      #"{"conv1.weight":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, data: [1])
    let error = try #require(throws: InterpretabilityError.self) { try read["conv1.wieght"] }
    #expect(error.message.contains("did you mean conv1.weight?"))
  }

  @Test(arguments: [
    // Header, bytes of data, and what the message must say.
    ("", 0, "does not begin with"),
    ("[]", 0, "does not begin with"),
    ("{", 0, "no valid JSON"),
    (#"{"a":1}"#, 0, "“a”"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "data_offsets"),
    (#"{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}"#, 4, "tensor “a”, “shape”"),
    (
      #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4,
      "tensor “a”: a number does not fit"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}"#, 4,
      "tensor “a”: a number does not fit"
    ),
    (#"{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#, 4, "“a”: elements of type"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "needs 8 bytes"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "“a”: a shape of [-1]"),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4,
      "“a”: a shape of"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}"#, 0,
      "too large"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 4, "lie outside the 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "-4 to 0 are impossible"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "impossible"),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4,
      "lie outside"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[-9223372036854775808,9223372036854775807]}}"#,
      4, "impossible"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, 4, "“a”"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "1 offsets"),
    (
      #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[3],"#
        + #""data_offsets":[2,5]}}"#, 5, "“b”: its bytes overlap"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"#
        + #""data_offsets":[2,3]}}"#, 3, "“b”: 1 bytes before it"
    ),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 3, "2 bytes at the end"),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"#
        + #""data_offsets":[1,2]}}"#, 2, "“a” twice"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"#
        + #""data_offsets":[1,2]}}"#, 2, "“a” twice"
    ),
    (#"{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}"#, 1, "“dtype” twice"),
    (#"{"__metadata__":{"a":1}}"#, 0, "__metadata__"),
    (#"{"__metadata__":[]}"#, 0, "__metadata__"),
  ])
  func `A malformed header is an error that says what is wrong`(
    header: String, size: Int, wanted: String
  ) throws {
    let message = try message(header, data: [UInt8](repeating: 0, count: size))
    #expect(message.hasPrefix("x.safetensors"))
    #expect(message.contains(wanted), "\(message)")
  }

  @Test func `Deep nesting is an error`() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(try message("{\"a\":" + deep).contains("tensor “a”: wanted an object"))
    #expect(try message("{\"a\":{\"other\":" + deep).contains("JSON"))
  }

  @Test func `Too many axes are an error`() throws {
    let shape = [String](repeating: "1", count: 65).joined(separator: ",")
    let header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[\(shape)],\"data_offsets\":[0,1]}}"
    #expect(try message(header, data: [0]).contains("65 axes"))
  }

  @Test(
    arguments: [
      ([], "empty"), ([1, 2, 3], "3 bytes"),
      ([255, 255, 255, 255, 255, 255, 255, 255, 123], "header of 18446744073709551615 bytes"),
      ([0, 0, 0, 0, 0, 0, 0, 128, 123], "header of"),
      ([200, 0, 0, 0, 0, 0, 0, 0, 123], "truncated"),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0], "does not begin"),
    ] as [([UInt8], String)])
  func `A malformed length is an error`(bytes: [UInt8], wanted: String) throws {
    let error = try #require(throws: InterpretabilityError.self) {
      try SafetensorsFile(data: Data(bytes), name: "x")
    }
    #expect(error.message.contains(wanted), "\(error.message)")
  }

  @Test func `Every truncation and every changed byte of the header is an error or a file`() throws
  {
    let header = #"{"ab":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#
    let whole =
      Data([UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8) + Data(count: 8)
    for count in 0..<whole.count {
      #expect(throws: InterpretabilityError.self) {
        try SafetensorsFile(data: whole.prefix(count), name: "x")
      }
    }
    for position in 0..<(whole.count - 8) {
      for value in UInt8.min...UInt8.max {
        var changed = whole
        changed[position] = value
        do {
          _ = try SafetensorsFile(data: changed, name: "x").tensors()
        } catch is InterpretabilityError {
        }
      }
    }
  }

  @Test func `A missing file, a folder and a device are errors`() throws {
    for (path, wanted) in [("/nowhere/x", "not exist"), ("/", "folder"), ("/dev/null", "regular")] {
      let error = try #require(throws: InterpretabilityError.self) {
        try SafetensorsFile(contentsOf: URL(filePath: path))
      }
      #expect(error.message.contains(wanted))
    }
  }
}
