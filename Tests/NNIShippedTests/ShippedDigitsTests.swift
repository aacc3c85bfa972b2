import Foundation
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// The shipped digits.
struct ShippedDigitsTests {
  @Test func `Five hundred digits of each class are shipped`() throws {
    let digits = try Shipped.digits()
    #expect(digits.values.shape == [5000, 1, 28, 28] && digits.values.dtype == .uint8)
    for digit in 0..<10 { #expect(digits.labels.count { $0 == digit } == 500) }
    #expect(digits.classNames == (0..<10).map(String.init))
    let sources = try String(contentsOf: Shipped.sources(), encoding: .utf8)
    #expect(sources.contains("mnist5k-images-idx3-ubyte.gz"))
    // The sum of `sha256sum mnist5k-images-idx3-ubyte.gz mnist5k-labels-idx1-ubyte.gz`.
    #expect(
      digits.digest == "40dbe57c2fc14c2256b8bc2a88fc55ddc61bd55538034aa9e2f738296e5e4cec")
  }

  @Test func `No digit is shipped twice, and the parts share none`() throws {
    let digits = try Shipped.digits()
    #expect(try digits.repetitions().isEmpty)
    let parts = try DatasetSplit(seed: 7).parts(of: digits)
    #expect(parts.removed == 0)
    #expect([parts.train, parts.validation, parts.test].map(\.count) == [3500, 500, 1000])
    #expect(try parts.train.overlap(with: parts.test).isEmpty)
    #expect(throws: InterpretabilityError.self) {
      try DatasetParts(
        train: DatasetSelection(digits, Array(0..<100)),
        validation: DatasetSelection(digits, Array(100..<120)),
        test: DatasetSelection(digits, [150, 99]))
    }
  }
}
