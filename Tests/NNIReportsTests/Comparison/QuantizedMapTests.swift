import CZlib
import Foundation
import NNITestSupport
import Testing

@testable import NNIReports

@Suite struct QuantizedMapTests {
  @Test(arguments: [127, 63, 15, 1], [HeatMap.Kind.signed, .magnitude])
  func everyValueIsWithinTheStatedError(steps: Int, kind: HeatMap.Kind) throws {
    let map = try ComparisonSample.map(40, seed: 5, kind: kind, scale: 0.037)
    let quantized = QuantizedMap(map, steps: steps)
    for (value, byte) in zip(map.values, quantized.bytes) {
      let found = quantized.value(byte)
      #expect(abs(found - Double(value)) <= quantized.error(byte) * (1 + 1e-6))
      #expect(kind == .signed || found >= 0)
    }
    // The ends are exact.
    let peak = try #require(map.values.indices.max { abs(map.values[$0]) < abs(map.values[$1]) })
    #expect(abs(quantized.value(quantized.bytes[peak]) - Double(map.values[peak])) < 1e-6)
  }

  @Test func zerosStayZeros() throws {
    let map = try HeatMap([0, 0, 0, 0], height: 2, width: 2, kind: .signed)
    let quantized = QuantizedMap(map, steps: 127)
    #expect(quantized.bytes == [128, 128, 128, 128])
    #expect(quantized.value(128) == 0 && quantized.error(128) == 0)
  }

  @Test func bytesComeBackFromTheirText() throws {
    let map = try ComparisonSample.map(40, seed: 6, kind: .signed)
    let quantized = QuantizedMap(map, steps: 63)
    let packed = try [UInt8](#require(Data(base64Encoded: quantized.text())))
    var length = UInt(quantized.bytes.count)
    var bytes = [UInt8](repeating: 0, count: Int(length))
    #expect(uncompress(&bytes, &length, packed, UInt(packed.count)) == Z_OK)
    #expect(bytes == quantized.bytes && packed.count < bytes.count)
  }
}
