import NNIModels
import Foundation
import NNITestSupport
import Testing

/// What is not read is refused in a sentence that says why and what to do.
struct PyTorchRefusalTests {
  private func message(_ name: String, key: String = "") throws -> String {
    let error = try #require(throws: InterpretabilityError.self) {
      try PyTorchFileTests.file(name, key: key)
    }
    #expect(error.message.hasPrefix("\(name).pt"))
    return error.message
  }

  @Test(arguments: [
    ("module", ["class __main__.Net", "state dict", "model.state_dict()"]),
    ("module-legacy", ["class __main__.Net", "model.state_dict()"]),
    ("sequential", ["class torch.nn.modules.container.Sequential", "model.state_dict()"]),
    ("script", ["TorchScript", "torch.export.save", "torch.onnx.export"]),
    ("evil", ["posix.system", "nothing was run"]),
    ("evil-legacy", ["posix.system", "nothing was run"]),
    ("complex", ["“c”", "complex64"]),
    ("float8", ["“f”", "float8_e4m3fn"]),
    ("quantised", ["“q”", "quantised"]),
    ("sparse", ["“s”", "sparse"]),
    ("deflated", ["compressed", "zip-2/"]),
    ("tensor", ["holds a tensor, not a state dict"]),
    ("list", ["holds a list, not a state dict"]),
    ("no-tensors", ["no tensors by name"]),
    ("several", ["several state dicts: “netD”, “netG”", "torch.save(checkpoint[\"net"]),
    ("both", ["several state dicts", "the outermost", "“ema”", "checkpoint[\"ema\"]"]),
    ("plain-pickle", ["plain pickle"]),
  ])
  func `Every refusal says what and why`(name: String, wanted: [String]) throws {
    let message = try message(name)
    for word in wanted { #expect(message.contains(word), "\(message)") }
    #expect(!message.contains("\n"))
    let run = Fixture.url("pytorch/evil-was-run").path
    #expect(!FileManager.default.fileExists(atPath: run))
    #expect(!FileManager.default.fileExists(atPath: "evil-was-run"))
  }

  @Test func `An unknown key is told with those that there are`() throws {
    let message = try message("several", key: "netX")
    #expect(message.contains("“netX”") && message.contains("“netD”, “netG”"))
  }

  @Test func `What is no file of PyTorch is refused`() throws {
    for (bytes, wanted) in [
      (Data(), "empty"), (Data("hello".utf8), "no file of torch.save"),
      (Data([0x50, 0x4B, 3, 4]) + Data(count: 200), "truncated"),
      (Data(count: 257) + Data("ustar".utf8) + Data(count: 250), "PyTorch 0.1"),
    ] {
      let error = try #require(throws: InterpretabilityError.self) {
        try PyTorchFile(data: bytes, name: "x")
      }
      #expect(error.message.hasPrefix("x ") && error.message.contains(wanted), "\(error.message)")
    }
    for path in ["/nowhere/x.pt", "/", "/dev/null"] {
      #expect(throws: InterpretabilityError.self) {
        try PyTorchFile(contentsOf: URL(filePath: path))
      }
    }
  }

  @Test(arguments: ["zip-4", "zip64", "legacy-2", "legacy-4"])
  func `Every truncation is an error`(name: String) throws {
    let whole = try Data(contentsOf: Fixture.url("pytorch/\(name).pt"))
    for count in stride(from: 0, to: whole.count, by: 7) {
      #expect(throws: InterpretabilityError.self) {
        try PyTorchFile(data: whole.prefix(count), name: "x")
      }
    }
  }

  @Test(arguments: ["zip-2", "legacy-2"])
  func `Another byte order is refused`(name: String) throws {
    var data = try Data(contentsOf: Fixture.url("pytorch/\(name).pt"))
    if let order = data.range(of: Data("little".utf8)), name == "zip-2" {
      data.replaceSubrange(order, with: Data("bigbig".utf8))
    } else if let flag = data.range(of: Data("little_endian".utf8)) {
      // The truth value follows after two bytes of keeping.
      let place = try #require(data[flag.upperBound...].firstIndex(of: 0x88))
      data[place] = 0x89
    }
    let error = try #require(throws: InterpretabilityError.self) {
      try PyTorchFile(data: data, name: "x")
    }
    #expect(error.message.contains("byte order"), "\(error.message)")
  }

  /// A few bytes can ask for any number of elements that share one place.
  @Test func `Tensors much larger than the file are refused`() throws {
    let original = try Data(contentsOf: Fixture.url("pytorch/python2-legacy.pt"))
    let shape = try #require(original.range(of: Data([0x4B, 2, 0x74, 0x28, 0x4B, 1, 0x74])))
    func file(_ extent: UInt32) throws -> PyTorchFile {
      var data = original
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: extent >> (8 * UInt32($0))) }
      data.replaceSubrange(
        shape, with: Data([0x4A] + bytes + [0x74, 0x28, 0x4B, 0, 0x74]))
      return try PyTorchFile(data: data, name: "x")
    }
    #expect(try file(1 << 30).entries["a"]?.shape == [1 << 30])
    #expect(try file(1000)["a"].doubles() == [Double](repeating: 8, count: 1000))
    let error = try #require(throws: InterpretabilityError.self) { try file(0x7F00_0000) }
    #expect(error.message.contains("larger than the file"), "\(error.message)")
    #expect(throws: InterpretabilityError.self) { try file(0xFFFF_FFFF) }
  }

  /// A name in a file must not steer the terminal that shows the message.
  @Test func `Control characters of a name are not shown`() throws {
    var data = try Data(contentsOf: Fixture.url("pytorch/evil-legacy.pt"))
    let name = try #require(data.range(of: Data("system".utf8)))
    data.replaceSubrange(name, with: Data("\u{1B}[31m\u{7}x".utf8))
    let error = try #require(throws: InterpretabilityError.self) {
      try PyTorchFile(data: data, name: "x")
    }
    #expect(!error.message.contains("\u{1B}") && !error.message.contains("\u{7}"))
  }
}
