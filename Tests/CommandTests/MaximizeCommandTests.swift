import Foundation
import NNIImages
import NNITestSupport
import Testing

/// `nni maximize` from outside.
struct MaximizeCommandTests {
  private let usual = ["maximize", "digits_am", "--all-classes", "--steps", "6", "--seed", "3"]

  @Test func `Pictures, a sheet, an animation and the history are written`() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try CommandRun(usual + ["--output", folder.path])
      #expect(run.status == 0, "\(run.errors)")
      for digit in 0..<10 {
        let image = try Image(contentsOf: folder.appending(path: "image-\(digit).png"))
        #expect(image.width == 28 && image.height == 28)
      }
      #expect(try Image(contentsOf: folder.appending(path: "contact-sheet.png")).width > 500)
      let animation = try Data(contentsOf: folder.appending(path: "animation.webp"))
      // Each frame is a chunk of that name.
      let names = animation.indices.dropLast(3).filter {
        animation[$0..<($0 + 4)].elementsEqual(Array("ANMF".utf8))
      }
      #expect(names.count == 7)
      let history = try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.appending(path: "history.json")))
      let images = (history as? [String: Any])?["images"] as? [[String: Any]]
      #expect(images?.count == 10)
      for image in images ?? [] {
        let scores = image["scores"] as? [Double] ?? []
        #expect(scores.count == 7 && (scores.last ?? 0) > scores[0])
      }
    }
  }

  @Test func `A run goes on where it was, to the same picture`() throws {
    try Fixture.withTemporaryFolder { folder in
      let (first, second) = (folder.appending(path: "a"), folder.appending(path: "b"))
      let whole = ["maximize", "digits_am", "--objective", "class:3 - 1e-3*tv"]
      #expect(try CommandRun(whole + ["--steps", "8", "--output", first.path]).status == 0)
      #expect(try CommandRun(whole + ["--steps", "3", "--output", second.path]).status == 0)
      let resumed = try CommandRun(whole + ["--steps", "8", "--resume", "--output", second.path])
      #expect(resumed.status == 0, "\(resumed.errors)")
      let pictures = try [first, second].map {
        try Data(contentsOf: $0.appending(path: "image-0.png"))
      }
      #expect(pictures[0] == pictures[1])
      let other = try CommandRun(
        whole + ["--steps", "8", "--seed", "9", "--resume", "--output", second.path])
      #expect(other.status == 2 && other.errors.contains("cannot continue"))
    }
  }

  @Test(arguments: [
    ["--class", "10"], ["--channel", "conv9:1"], ["--channel", "conv1"], ["--channel", "conv1:99"],
    ["--objective", "conv1:1 +"], ["--class", "3", "--steps", "-1"],
    ["--class", "3", "--learning-rate", "0"], ["--class", "3", "--size", "x"],
    ["--class", "3", "--regularizer", "l2"], ["--class", "3", "--parameterization", "code"],
    ["--class", "3", "--start", "/nowhere.png"], ["--class", "3", "--generator", "digits_cnn"],
    ["--channel", "conv1:1", "--stop-at", "0.9"], [], ["--class", "3", "--count", "0"],
  ])
  func `What cannot be is one sentence`(arguments: [String]) throws {
    try Fixture.withTemporaryFolder { folder in
      let output = folder.appending(path: "out")
      let run = try CommandRun(
        ["maximize", "digits_am", "--output", output.path] + arguments)
      #expect([1, 2].contains(run.status), "\(arguments): \(run.errors)")
      #expect(!run.errors.isEmpty)
      let pictures = try? FileManager.default.contentsOfDirectory(atPath: output.path)
      #expect((pictures ?? []).isEmpty)
    }
  }
}
