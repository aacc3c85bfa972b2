import NNIModels
import Foundation
import NNITestSupport
import Testing

/// What PyTorch wrote is what is read; `Fixtures/pytorch/make.py` made the files.
struct PyTorchFileTests {
  static func file(_ name: String, key: String = "") throws -> PyTorchFile {
    try PyTorchFile(contentsOf: Fixture.url("pytorch/\(name).pt"), key: key)
  }

  @Test(arguments: [
    "zip-2", "zip-3", "zip-4", "zip-5", "zip64", "legacy-2", "legacy-3", "legacy-4", "legacy-5",
  ])
  func `Every type and every view is read as PyTorch has it`(name: String) throws {
    let expected = try SafetensorsFile(contentsOf: Fixture.url("pytorch/expected.safetensors"))
    let file = try Self.file(name)
    #expect(file.names.count == 24)
    #expect(file.names.first == "float32")
    #expect(Set(file.names) == Set(expected.names))
    for (name, tensor) in try file.tensors() {
      let wanted = try expected[name]
      #expect(tensor.dtype == wanted.dtype, "\(name)")
      #expect(tensor.shape == wanted.shape, "\(name)")
      #expect(file.entries[name]?.dtype == wanted.dtype)
      #expect(file.entries[name]?.shape == wanted.shape)
      // Bytes, so that no conversion hides a difference.
      #expect(try tensor.data() == wanted.data(), "\(name)")
    }
    #expect(Set(try file.tensors().values.map(\.dtype)) == Set(DType.allCases))
  }

  @Test func `Parts of storages in old files are read`() throws {
    let file = try Self.file("views-legacy")
    #expect(try file["whole"].doubles() == [1, 2, 3, 4, 5, 6])
    #expect(try file["whole"].shape == [2, 3])
    #expect(try file["part"].doubles() == [4, 5])
  }

  @Test func `Files of Python 2 are read`() throws {
    let file = try Self.file("python2-legacy")
    #expect(file.names == ["a"])
    #expect(try file["a"].doubles() == [8, 9])
  }

  @Test func `The state dict among other things is found`() throws {
    let names = [
      "fc.weight", "fc.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
      "norm.num_batches_tracked",
    ]
    let nested = try Self.file("nested")
    #expect(nested.names == names)
    #expect(try nested["norm.num_batches_tracked"].item() == 1)
    #expect(try Self.file("nested", key: "model_state_dict").names == names)
    #expect(try Self.file("several", key: "netD").names == ["a"])
    #expect(try Self.file("several", key: "netG").names == names)
    #expect(try Self.file("both", key: "ema")["a"].item() == 0)
    #expect(try Self.file("deep").names == ["a"])
    #expect(try Self.file("deep", key: "outer/inner")["a"].doubles() == [1, 1])
    #expect(try Self.file("plain-dict")["a"].item() == 1)
  }

  @Test func `A missing tensor is told with the nearest names`() throws {
    let file = try Self.file("nested")
    let error = try #require(throws: InterpretabilityError.self) { try file["fc.wieght"] }
    #expect(error.message.contains("nested.pt") && error.message.contains("did you mean fc.weight"))
  }

  @Test func `A file in the middle of other data is read`() throws {
    // A slice whose indices do not begin at zero.
    for name in ["zip-4", "legacy-2"] {
      let whole = try Data(contentsOf: Fixture.url("pytorch/\(name).pt"))
      let slice = (Data([1, 2, 3]) + whole).dropFirst(3)
      let file = try PyTorchFile(data: slice, name: "x")
      #expect(try file["offset"].doubles() == [5, 6, 7, 8])
      #expect(try file["every_second"].doubles() == (0..<12).map { Double(2 * $0 + 1) })
    }
  }
}
