import Foundation
import NNIImages
import NNITestSupport
import NNIShipped
import Testing

/// `--style` and `--graph`: which files there are, and that they differ as they should.
@Suite struct PictureCommandTests {
  private func cat() throws -> String {
    try #require(Shipped.photographs.first { $0.lastPathComponent == "chelsea.jpg" }).path
  }

  @Test func stylesGiveDifferentPicturesOfOneSize() throws {
    try Fixture.withTemporaryFolder { folder in
      var pictures: [Image] = []
      for style in ["overlay", "masked", "blended", "contour", "heat-map"] {
        let target = folder.appending(path: style)
        let run = try CommandRun([
          "explain", "squeezenet1_1", cat(), "--method", "grad-cam", "--style", style, "--output",
          target.path,
        ])
        #expect(run.status == 0, "\(run.errors)")
        pictures.append(try Image(contentsOf: target.appending(path: "chelsea-grad-cam.png")))
        let page = try String(contentsOf: target.appending(path: "report.html"), encoding: .utf8)
        #expect(page.contains("--style \(style)") == (style != "overlay"))
      }
      #expect(Set(pictures).count == pictures.count)
      let photo = try Image(contentsOf: URL(filePath: cat()))
      for picture in pictures.dropLast() {
        #expect(picture.width == photo.width && picture.height == photo.height)
      }
    }
  }

  @Test func splitAndGraphWriteTheirFiles() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try CommandRun([
        "explain", "squeezenet1_1", cat(), "--method", "lrp-epsilon", "--method",
        "lrp-composite:preset=epsilon-alpha2-beta1", "--method", "saliency", "--style", "split",
        "--graph", "--output", folder.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      let composite = "chelsea-lrp-composite-epsilon-alpha2-beta1"
      #expect(
        Set(files) == [
          "\(composite)-graph.pdf", "\(composite)-graph.png", "\(composite)-graph.svg",
          "\(composite)-negative.png",
          "\(composite)-positive.png", "chelsea-lrp-epsilon-graph.png",
          "chelsea-lrp-epsilon-graph.pdf", "chelsea.pdf",
          "chelsea-lrp-epsilon-graph.svg", "chelsea-lrp-epsilon-negative.png",
          "chelsea-lrp-epsilon-positive.png", "chelsea-saliency.png", "chelsea.png", "chelsea.svg",
          "manifest.json", "report.html",
        ])
      let page = try String(contentsOf: folder.appending(path: "report.html"), encoding: .utf8)
      #expect(page.components(separatedBy: "<summary>Relevance through the network").count == 3)
      let refused = try CommandRun([
        "explain", "squeezenet1_1", cat(), "--method", "saliency", "--graph", "--output",
        folder.appending(path: "none").path,
      ])
      #expect(refused.status == 2 && refused.errors.contains("lrp-epsilon"))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "none").path))
    }
  }

  @Test func aNetworkIsDrawn() throws {
    try Fixture.withTemporaryFolder { folder in
      let svg = folder.appending(path: "net.svg")
      let run = try CommandRun(["inspect", "squeezenet1_1", "--graph", svg.path])
      #expect(run.status == 0 && run.output.contains("features.3.squeeze"))
      let text = try String(contentsOf: svg, encoding: .utf8)
      #expect(text.contains("features.3.squeeze") && text.contains("64×55×55"))
      for (wrong, status) in [(folder.appending(path: "net.gif").path, 2), ("/nowhere/net.svg", 1)]
      {
        let refused = try CommandRun(["inspect", "squeezenet1_1", "--graph", wrong])
        #expect(
          Int(refused.status) == status && refused.output.isEmpty && refused.errors.contains(wrong))
      }
    }
  }
}
