@testable import NNIVisualization
import Foundation
import NNITestSupport
import Testing

struct DatasetExamplesTests {
  private struct Hit: Equatable {
    let value: Double
    let file: Int
    let row: Int
    let column: Int
  }

  /// Five pictures of different sizes in a folder with another one, beside files that are none.
  private func write(to folder: URL) throws -> [URL] {
    let below = folder.appending(path: "deeper")
    try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
    for index in 0..<5 {
      try DreamNets.picture(
        width: 30 + 7 * index, height: 44 - 3 * index, phase: Double(index) * 1.7
      ).writePNG(to: (index == 2 ? below : folder).appending(path: "\(index).png"))
    }
    try Data("no picture".utf8).write(to: folder.appending(path: "notes.txt"))
    return try ImageFolder.files(in: folder)
  }

  /// All positions of all pictures, by plain forward passes, sorted.
  private func bruteForce(_ model: Model, _ layer: NodeID, _ channel: Int, _ files: [URL]) throws
    -> [Hit]
  {
    var graph = model.graph
    try graph.setOutput(layer)
    var hits: [Hit] = []
    for (index, file) in files.enumerated() {
      let image = try Image(contentsOf: file)
      var planes: [Double] = []
      for c in 0..<3 {
        for y in 0..<image.height {
          for x in 0..<image.width {
            planes.append(
              (Double(Float(image[x: x, y: y, channel: c]) / 255) - model.inputSpec.mean[c])
                / model.inputSpec.std[c])
          }
        }
      }
      let input = try Tensor(planes, shape: [1, 3, image.height, image.width])
      let value = try graph.forward(input).selected(axis: 1, index: channel)
      let width = value.shape[2]
      for (position, number) in try value.doubles().enumerated() {
        hits.append(
          Hit(value: number, file: index, row: position / width, column: position % width))
      }
    }
    return hits
  }

  @Test(arguments: [1, 3, 10_000])
  func `They are what looking at every place finds`(perPhotograph: Int) throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    try Fixture.withTemporaryFolder { folder in
      let files = try write(to: folder)
      #expect(files.count == 5)
      let findings = try DatasetExamples(top: 7, perPhotograph: perPhotograph).find(
        model, feature: FeatureReference("mix:2", in: model.graph), in: files)
      #expect(findings.photographs == 5 && findings.unreadable.isEmpty)
      let all = try bruteForce(model, "mix", 2, files)
      for (found, sign) in [(findings.strongest, 1.0), (findings.weakest, -1.0)] {
        let sorted = all.sorted {
          ($1.value * sign, $0.file, $0.row, $0.column)
            < ($0.value * sign, $1.file, $1.row, $1.column)
        }
        var taken: [Int: Int] = [:]
        let expected = sorted.filter {
          taken[$0.file, default: 0] += 1
          return taken[$0.file, default: 0] <= perPhotograph
        }.prefix(7)
        #expect(found.count == min(7, 5 * perPhotograph))
        for (one, other) in zip(found, expected) {
          #expect(one.file == files[other.file])
          #expect(one.position == (other.row, other.column))
          expectClose([one.value], [other.value], relative: 1e-6)
        }
      }
    }
  }

  @Test func `Patches are what the channel sees, with the mean colour beyond the border`() throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    try Fixture.withTemporaryFolder { folder in
      let files = try write(to: folder)
      let findings = try DatasetExamples(top: 5).find(
        model, feature: FeatureReference("last:0", in: model.graph), in: files)
      let field = try #require(findings.field)
      for example in findings.strongest + findings.weakest {
        let image = try Image(contentsOf: example.file)
        #expect(example.patch.width == field.columns.size)
        #expect(example.rows == field.rows.inputs(of: example.position.row))
        for y in 0..<example.patch.height {
          for x in 0..<example.patch.width {
            let (row, column) = (y + example.rows.lowerBound, x + example.columns.lowerBound)
            let isInside = (0..<image.height).contains(row) && (0..<image.width).contains(column)
            // 0.5 of 255 is 127.5.
            let wanted = isInside ? image[x: column, y: row, channel: 1] : 128
            #expect(example.patch[x: x, y: y, channel: 1] == wanted)
          }
        }
      }
    }
  }

  @Test func `Equal values come in the order of files, rows and columns`() {
    var ranking = ExampleRanking(limit: 4)
    ranking.add((2, [1, 3, 3, 0]), photograph: 0, perPhotograph: 2, sign: 1)
    ranking.add((2, [3, 5, 1, 3]), photograph: 1, perPhotograph: 3, sign: 1)
    let places = ranking.places.map { [$0.photograph, $0.row, $0.column] }
    #expect(places == [[1, 0, 1], [0, 0, 1], [0, 1, 0], [1, 0, 0]])
    var smallest = ExampleRanking(limit: 2)
    smallest.add((1, [0, 0, 0]), photograph: 0, perPhotograph: 1, sign: -1)
    smallest.add((1, [0, -1, 0]), photograph: 1, perPhotograph: 2, sign: -1)
    #expect(smallest.places.map { [$0.photograph, $0.row] } == [[1, 1], [0, 0]])
  }

  @Test func `A layer without a map shows whole pictures`() throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    try Fixture.withTemporaryFolder { folder in
      let files = try write(to: folder)
      let findings = try DatasetExamples(top: 2).find(
        model, feature: FeatureReference("logits:1", in: model.graph), in: files)
      #expect(findings.field == nil)
      for example in findings.strongest {
        #expect(try example.patch == Image(contentsOf: example.file))
      }
    }
  }

  @Test func `Files that are no pictures are named, and a folder of none refused`() throws {
    let model = try DreamNets.model(spec: DreamNets.spec)
    let feature = try FeatureReference("mix:0", in: model.graph)
    try Fixture.withTemporaryFolder { folder in
      #expect(throws: InterpretabilityError.self) { try ImageFolder.files(in: folder) }
      #expect(throws: InterpretabilityError.self) {
        try ImageFolder.files(in: folder.appending(path: "none"))
      }
      let broken = folder.appending(path: "a.jpg")
      try Data([0xFF, 0xD8, 0xFF, 0]).write(to: broken)
      #expect(throws: InterpretabilityError.self) {
        try DatasetExamples().find(model, feature: feature, in: [broken])
      }
      let files = try write(to: folder)
      let findings = try DatasetExamples().find(model, feature: feature, in: files)
      #expect(findings.photographs == 5)
      #expect(findings.unreadable.map(\.file.lastPathComponent) == ["a.jpg"])
    }
    for search in [DatasetExamples(top: 0), DatasetExamples(perPhotograph: 0)] {
      #expect(throws: InterpretabilityError.self) {
        try search.find(model, feature: feature, in: [])
      }
    }
    #expect(throws: InterpretabilityError.self) {
      try DatasetExamples().find(model, feature: FeatureReference("mix"), in: [])
    }
  }
}
