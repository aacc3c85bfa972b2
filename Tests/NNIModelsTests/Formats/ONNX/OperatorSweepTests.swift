import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels

/// A fixed part of the cases of `Scripts/operator-sweep.py`: networks of one or a few operators with
/// generated attributes, shapes and operator sets, and ONNX Runtime's outputs.
struct OperatorSweepTests {
  /// Those of ONNX Runtime's optimiser and quantiser, and those that simpler ones put together; a value that
  /// is rounded to levels may fall to the next one.
  @Test func `Contributed and composed operators give ONNX Runtime's values`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("operators/contributed.safetensors"))
    let names = file.names.filter { $0.hasSuffix("/model") }.map { String($0.dropLast(6)) }
    #expect(names.count >= 100)
    try Fixture.withTemporaryFolder { folder in
      for name in names {
        let url = folder.appending(path: "net.onnx")
        try file["\(name)/model"].data().write(to: url)
        let model = try ONNXFormat.read(url)
        let step = try file.names.contains("\(name)/step") ? file["\(name)/step"].item() : 0
        try expectClose(
          model(file["\(name)/input"]), file["\(name)/output"], relative: 1e-4,
          absolute: max(2e-4, 1.01 * step), "\(name)")
      }
    }
  }

  @Test func `Generated networks give ONNX Runtime's values`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("operators/sweep.safetensors"))
    let names = file.names.filter { $0.hasSuffix("/model") }.map { String($0.dropLast(6)) }
    #expect(names.count >= 250)
    try Fixture.withTemporaryFolder { folder in
      for name in names {
        let url = folder.appending(path: "net.onnx")
        try file["\(name)/model"].data().write(to: url)
        let model = try ONNXFormat.read(url)
        let expected = try file["\(name)/output"]
        let found = try model(file["\(name)/input"])
        try expectClose(found, expected, relative: 1e-4, absolute: 2e-4, "\(name)")
      }
    }
  }
}
