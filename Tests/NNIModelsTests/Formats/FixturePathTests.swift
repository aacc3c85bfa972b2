import Foundation
import NNITestSupport
import Testing

/// Fixtures tell nothing of the machine on which they were made.
struct FixturePathTests {
  private static let suffixes: Set<String> = ["onnx", "pt", "pt2", "pth", "ckpt", "safetensors"]
  private static let traces = [
    "/home/", "/Users/", "/root/", "/tmp/", "C:\\Users", ".py\", line", "site-packages",
  ]

  static func traces(in data: Data) -> [String] {
    traces.filter { data.range(of: Data($0.utf8)) != nil }
  }

  @Test func `No fixture holds a path of a machine or a stack trace`() throws {
    let folder = Fixture.url("")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      Self.suffixes.contains(URL(filePath: $0).pathExtension)
    }
    #expect(paths.count > 50)
    for path in paths {
      let found = Self.traces(in: try Data(contentsOf: folder.appending(path: path)))
      #expect(found.isEmpty, "\(path): strip it with Scripts/strip-onnx.py")
    }
  }

  @Test func `A stack trace would be found`() {
    let trace = Data([8, 10]) + Data("File \"/home/me/net.py\", line 3, in forward".utf8)
    #expect(Self.traces(in: trace) == ["/home/", ".py\", line"])
  }
}
