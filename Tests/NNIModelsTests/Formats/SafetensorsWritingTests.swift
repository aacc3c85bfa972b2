import NNIModels
import Foundation
import NNITestSupport
import Testing

struct SafetensorsWritingTests {
  @Test(arguments: DType.allCases)
  func `What is written is read again`(dtype: DType) throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "a.safetensors")
      let tensor = try Tensor([0, 1, 1, 0, 1, 1], shape: [2, 3], dtype: dtype)
      let scalar = try Tensor([1], shape: [], dtype: dtype)
      try SafetensorsFile.write(
        tensors: [
          ("b/ü \"q\"\n", tensor), ("a", scalar), ("empty", tensor.narrowed(axis: 0, to: 0..<0)),
        ],
        metadata: ["key": "valüe\n\"", "": "x"], to: url)
      let read = try SafetensorsFile(contentsOf: url)
      #expect(read.metadata == ["key": "valüe\n\"", "": "x"])
      #expect(Set(read.names) == ["a", "b/ü \"q\"\n", "empty"])
      let again = try read["b/ü \"q\"\n"]
      #expect(again.dtype == dtype)
      #expect(again.shape == [2, 3])
      #expect(try again.doubles() == [0, 1, 1, 0, 1, 1])
      #expect(try read["a"].shape.isEmpty)
      #expect(try read["empty"].shape == [0, 3])
    }
  }

  @Test func `The header fills a multiple of eight bytes and larger elements come first`() throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "a.safetensors")
      let byte = try Tensor([1, 2, 3], shape: [3], dtype: .uint8)
      let double = try Tensor([4.5], shape: [1])
      try SafetensorsFile.write(tensors: [("a", byte), ("z", double)], to: url)
      let data = try Data(contentsOf: url)
      #expect(data[0] % 8 == 0)
      #expect(data.count == 8 + Int(data[0]) + 11)
      #expect(try SafetensorsFile(contentsOf: url).names == ["z", "a"])
    }
  }

  @Test func `Views are written in row-major order`() throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "a.safetensors")
      let turned = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]).transposed(0, 1)
      try SafetensorsFile.write(tensors: [("t", turned)], to: url)
      #expect(try SafetensorsFile(contentsOf: url)["t"].doubles() == [1, 4, 2, 5, 3, 6])
    }
  }

  @Test func `An existing file is replaced, and nothing else is left`() throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "a.safetensors")
      for value in [1.0, 2.0] {
        try SafetensorsFile.write(tensors: [("t", Tensor([value], shape: [1]))], to: url)
      }
      #expect(try SafetensorsFile(contentsOf: url)["t"].item() == 2)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["a.safetensors"])
    }
  }

  @Test func `Where it cannot be written there is an error and nothing is left`() throws {
    try Fixture.withTemporaryFolder { folder in
      let tensor = try Tensor([1.0], shape: [1])
      let occupied = folder.appending(path: "folder")
      try FileManager.default.createDirectory(
        at: occupied.appending(path: "inner"), withIntermediateDirectories: true)
      for url in [occupied, folder.appending(path: "missing/a.safetensors")] {
        let error = try #require(throws: InterpretabilityError.self) {
          try SafetensorsFile.write(tensors: [("t", tensor)], to: url)
        }
        #expect(error.message.contains("cannot be written"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
    }
  }

  @Test func `Names that cannot be are refused`() throws {
    try Fixture.withTemporaryFolder { folder in
      let tensor = try Tensor([1.0], shape: [1])
      for names in [[""], ["__metadata__"], ["a", "a"]] {
        #expect(throws: InterpretabilityError.self) {
          try SafetensorsFile.write(
            tensors: names.map { ($0, tensor) }, to: folder.appending(path: "a"))
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }
}
