import NNIMethods
import Foundation
import NNIImages
import NNITestSupport
import Testing

@Suite struct ObjectBoxesTests {
  private static func read(_ text: String) throws -> ObjectBoxes {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "boxes.json")
      try Data(text.utf8).write(to: file)
      return try ObjectBoxes(contentsOf: file)
    }
  }

  @Test func whatIsNotStatedIsEmpty() throws {
    let boxes = try Self.read(
      """
      {"format": "fractions", "images": [{"file": "a.jpg", "licence": "CC0", "objects": [
        {"label": 3, "box": [0, 0.25, 0.5, 1]}, {"label": 4, "also": [7], "name": "x", "box": [0, 0, 1, 1]}]}]}
      """)
    let objects = try #require(boxes.objects(on: "a.jpg"))
    #expect(objects[0] == .init(label: 3, box: [0, 0.25, 0.5, 1]))
    #expect(objects[1].isNamed(by: 7) && objects[1].isNamed(by: 4) && !objects[1].isNamed(by: 3))
    #expect(boxes.objects(on: "b.jpg") == nil)
  }

  @Test(arguments: [
    ("[0.5, 0, 0.5, 1]", "wanted left, top, right, bottom"), ("[0, 0, 1]", "wanted left"),
    ("[0, 0, 1, 1.5]", "wanted left"), ("\"all\"", "images[0].objects[0].box"),
  ]) func wrongBoxesAreRefused(box: String, message: String) {
    let error = #expect(throws: InterpretabilityError.self) {
      try Self.read(
        "{\"images\": [{\"file\": \"a.jpg\", \"objects\": [{\"label\": 3, \"box\": \(box)}]}]}")
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: ["", "[]", "{\"images\": 3}", "{"]) func whatIsNoSuchFileIsRefused(text: String)
  {
    let error = #expect(throws: InterpretabilityError.self) { try Self.read(text) }
    #expect(error?.code == .invalidFile)
  }

  @Test func aBoxIsLaidOverTheCrop() throws {
    let image = try Image(width: 400, height: 200, filledWith: [0])
    // Resized to 112 × 56, of which the middle 56 columns are seen, the first of them the 28th.
    let geometry = try CropGeometry(of: image, shorterSide: 56, cropWidth: 56, cropHeight: 56)
    let box = ObjectRegions.Box(.init(label: 0, box: [0.25, 0.5, 0.75, 1]), on: geometry)
    expectClose([box.left, box.top, box.right, box.bottom], [0, 28, 56, 56])
  }
}
