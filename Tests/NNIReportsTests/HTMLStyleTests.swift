import Foundation
import Testing

@testable import NNIReports

@Suite struct HTMLStyleTests {
  /// World Wide Web Consortium 2018, *Web Content Accessibility Guidelines 2.1*, section 1.4.3: text needs a
  /// contrast of 4.5.
  @Test(arguments: [0, 1, 2]) func textStandsOut(scheme: Int) throws {
    let blocks = HTMLStyle.sheet.components(separatedBy: ":root {").dropFirst().map {
      $0.prefix { $0 != "}" }
    }
    // Light, dark, paper.
    try #require(blocks.count == 3)
    var colors: [String: Double] = [:]
    for match in blocks[scheme].matches(of: /--([a-z-]+): #([0-9a-f]{3,6})/) {
      colors[String(match.1)] = try Self.luminance(String(match.2))
    }
    for (text, ground) in [
      ("text", "page"), ("text", "card"), ("muted", "page"), ("muted", "card"), ("strong", "page"),
      ("strong", "card"), ("warning", "warning-page"),
    ] {
      let (a, b) = (try #require(colors[text]), try #require(colors[ground]))
      let contrast = (max(a, b) + 0.05) / (min(a, b) + 0.05)
      #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
    }
  }

  private static func luminance(_ digits: String) throws -> Double {
    let long = digits.count == 3 ? digits.flatMap { [$0, $0] } : Array(digits)
    let channels = try stride(from: 0, to: 6, by: 2).map { place in
      let value = Double(try #require(UInt8(String(long[place...(place + 1)]), radix: 16))) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
}
