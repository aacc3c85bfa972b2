#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A heat map in one byte a value, small enough for a page.
///
/// The byte `b` stands for `sign(q) · m · (q / L)²` with `q = b − 128`, the largest magnitude `m` and
/// the number of steps `L`. The square gives small values, of which maps are full, finer steps than
/// large ones; a value is off by at most `m · (|q| + ¼) / L²`.
struct QuantizedMap {
  let bytes: [UInt8]
  /// The largest magnitude.
  let largest: Double
  /// Steps on each side of zero, 1 to 127.
  let steps: Int

  init(_ map: HeatMap, steps: Int) {
    precondition((1...127).contains(steps))
    let largest = map.largestMagnitude
    self.largest = largest
    self.steps = steps
    bytes = map.values.map { value in
      guard largest > 0 else { return 128 }
      let share = (Double(abs(value)) / largest).squareRoot()
      let step = Int((share * Double(steps)).rounded())
      return UInt8(128 + (value < 0 ? -step : step))
    }
  }

  /// What a byte stands for.
  func value(_ byte: UInt8) -> Double {
    let step = Double(byte) - 128
    let share = step / Double(steps)
    return largest * share * abs(share)
  }

  /// How far the map's value is from what a byte stands for, at most.
  func error(_ byte: UInt8) -> Double {
    largest * (abs(Double(byte) - 128) + 0.25) / Double(steps * steps)
  }

  /// The bytes, compressed, as text.
  func text() throws -> String { try Data(Deflate.compressed(bytes)).base64EncodedString() }
}
