import Foundation
import NNITestSupport
import NNIShipped
import NNInterpretability
import Testing

/// `nni dream` and `nni examples`, as a user sees them.
@Suite struct DreamCommandTests {
  private static func photograph(_ name: String) throws -> String {
    try #require(try Shipped.photographs.first { $0.path.contains(name) }).path
  }

  private func dream(_ changes: [String: String] = [:], in folder: URL) throws -> CommandRun {
    let options = [
      "--layer": "features.4.cat", "--size": "96", "--octaves": "2", "--steps": "2",
      "--tile": "64", "--output": "dream.png",
    ].merging(changes) { $1 }
    let arguments = options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    return try CommandRun(
      ["dream", "squeezenet1_1", changes["photograph"] ?? Self.photograph("chelsea")]
        + arguments.filter { $0 != "photograph" && $0 != changes["photograph"] }, in: folder)
  }

  @Test func `It writes a picture and an animation, the same for any number of threads`() throws {
    try Fixture.withTemporaryFolder { folder in
      let first = try dream(
        ["--animation": "dream.webp", "--threads": "1", "--noise": "0.05"], in: folder)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("octave by octave") && first.output.contains("96 × 64"))
      let picture = try Image(contentsOf: folder.appending(path: "dream.png"))
      #expect(picture.width == 96 && picture.height == 64)
      let frame = try Image(contentsOf: folder.appending(path: "dream.webp"))
      #expect(frame.width == 96 && frame.height == 64)
      for threads in ["2", "3"] {
        let again = try dream(
          ["--threads": threads, "--noise": "0.05", "--output": "again.png"], in: folder)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try Image(contentsOf: folder.appending(path: "again.png")) == picture)
      }
      let other = try dream(
        ["--seed": "7", "--noise": "0.05", "--output": "other.jpg"], in: folder)
      #expect(other.status == 0, "\(other.errors)")
    }
  }

  @Test(arguments: [
    (["--layer": "features.44.cat"], "features.4.cat"),
    (["--layer": "features.4.cat:900"], "from 0 to 127"),
    (["--layer": "features.4.cat:first"], "LAYER:NUMBER"),
    (["--size": "12", "--octaves": "6"], "too small"),
    (["--octaves": "0"], "octaves"), (["--octave-scale": "1"], "octave scale"),
    (["--rate": "0"], "rate"), (["--tile": "1"], "tile"),
    (["--output": "none/dream.png"], "no folder"), (["--output": "dream.tiff"], ".png"),
    (["--animation": "dream.gif"], ".webp"), (["--animation": "none/dream.webp"], "no folder"),
    (["photograph": "missing.jpg"], "missing.jpg"), (["--size": "0"], "--size"),
  ])
  func `Bad requests are refused in one sentence`(changes: [String: String], word: String) throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try dream(changes, in: folder)
      #expect(run.status != 0 && run.status != -1)
      #expect(run.errors.contains(word), "\(run.errors)")
      if !run.errors.contains("Usage:") {
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func `Examples come with patches, a sheet and a record`() throws {
    try Fixture.withTemporaryFolder { folder in
      let source = folder.appending(path: "source")
      try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
      for name in ["chelsea", "coffee", "rocket"] {
        let path = try Self.photograph(name)
        try FileManager.default.copyItem(
          at: URL(filePath: path), to: source.appending(path: "\(name).jpg"))
      }
      try Data("none".utf8).write(to: source.appending(path: "broken.png"))
      let run = try CommandRun(
        [
          "examples", "squeezenet1_1", source.path, "--channel", "features.4.cat:20", "--top", "2",
          "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("broken.png"))
      let target = folder.appending(path: "out")
      let files = Set(try FileManager.default.contentsOfDirectory(atPath: target.path))
      #expect(
        files == [
          "sheet.png", "examples.json", "strongest-1.png", "strongest-2.png", "weakest-1.png",
          "weakest-2.png",
        ])
      let json = try JSONSerialization.jsonObject(
        with: Data(contentsOf: target.appending(path: "examples.json")))
      let strongest = (json as? [String: Any])?["strongest"] as? [[String: Any]]
      let rows = strongest?.first?["rows"] as? [Int]
      // Convolution 3, stride 2; pooling 3, stride 2; two fire modules with a 3 × 3: 3 + 4 + 8 + 8.
      #expect(rows.map { $0[1] - $0[0] } == 23)
      let patch = try Image(contentsOf: target.appending(path: "strongest-1.png"))
      #expect(patch.width == 23 && patch.height == 23)
    }
  }

  @Test func `Bad requests for examples are refused`() throws {
    let cases: [([String], String)] = [
      (["none", "--channel", "features.4.cat:2"], "no folder"),
      ([".", "--channel", "features.4.cat:2"], "no photographs"),
      ([".", "--channel", "features.4.cta:2"], "features.4.cat"),
    ]
    for (arguments, word) in cases {
      try Fixture.withTemporaryFolder { folder in
        let run = try CommandRun(
          ["examples", "squeezenet1_1"] + arguments + ["--output", "out"], in: folder)
        #expect(run.status != 0)
        #expect(run.errors.contains(word), "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      }
    }
  }
}
