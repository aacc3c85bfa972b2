import Foundation
import NNIImages

/// What `Tests/Fixtures/images/make_fixtures.py` made with Pillow and torchvision.
enum Fixture {
  struct Cases: Decodable {
    var resize: [Resize]
    var geometry: [Geometry]
    var crops: [Crop]
  }

  struct Resize: Decodable {
    var source: String
    var filter: Interpolation
    var width: Int
    var height: Int
    var file: String
  }

  struct Geometry: Decodable {
    var width: Int
    var height: Int
    var shorterSide: Int
    var resizedWidth: Int
    var resizedHeight: Int
  }

  struct Crop: Decodable {
    var width: Int
    var height: Int
    var cropWidth: Int
    var cropHeight: Int
    var pixels: [UInt8]
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/images")

  static func cases() throws -> Cases {
    try JSONDecoder().decode(Cases.self, from: Data(contentsOf: url("cases.json")))
  }

  static func url(_ path: String) -> URL { folder.appending(path: path) }

  static func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: url(path))) }

  static func floats(_ path: String) throws -> [Float] {
    try Data(contentsOf: url(path)).withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 4).map {
        let bits = raw.loadUnaligned(fromByteOffset: $0, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
      }
    }
  }

  /// Runs `body` with an empty folder that is removed afterwards.
  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "nni-images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}

/// The code of the `ImageError` that `body` throws.
func code(of body: () throws -> Void) -> ImageError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? ImageError)?.code
  }
}
