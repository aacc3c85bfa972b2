import Foundation
import NNIImages

/// What `Tests/Fixtures/images/make_deep_fixtures.py` made with Pillow.
struct DeepFixture: Decodable {
  struct Picture: Decodable {
    var file: String
    var width: Int
    var height: Int
    var values: [UInt16]
  }

  struct Resize: Decodable {
    var file: String
    var filter: Interpolation
    var width: Int
    var height: Int
    var values: [Double]
  }

  var pictures: [Picture]
  var resizes: [Resize]
  var turns: [Picture]

  static func load() throws -> DeepFixture {
    try JSONDecoder().decode(
      DeepFixture.self, from: Data(contentsOf: Fixture.url("deep/cases.json")))
  }
}
