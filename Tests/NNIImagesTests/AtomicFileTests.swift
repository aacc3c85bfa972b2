import Foundation
import NNIImages
import Testing

@Suite struct AtomicFileTests {
  @Test func replacesAFile() throws {
    try Fixture.withFolder { folder in
      let file = folder.appending(path: "page.html")
      try AtomicFile.write(Data("old".utf8), to: file)
      try AtomicFile.write(Data("new".utf8), to: file)
      #expect(try Data(contentsOf: file) == Data("new".utf8))
    }
  }

  @Test func leavesNothingBehindOnFailure() throws {
    try Fixture.withFolder { folder in
      let missing = folder.appending(path: "none/page.html")
      #expect(code { try AtomicFile.write(Data("new".utf8), to: missing) } == .notWritten)
      // A folder cannot be replaced by a file.
      let occupied = folder.appending(path: "occupied")
      try FileManager.default.createDirectory(
        at: occupied.appending(path: "child"), withIntermediateDirectories: true)
      #expect(code { try AtomicFile.write(Data("new".utf8), to: occupied) } == .notWritten)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["occupied"])
    }
  }
}
