import Foundation
import Testing

@testable import NNIReports

@Suite struct ChartColorTests {
  /// CIE76 distances; 2 is just noticeable, 10 is told apart at a glance.
  @Test func seriesAreToldApartWithEveryKindOfSight() {
    let (ink, pale) = (Color(red: 31, green: 35, blue: 40), Color(red: 230, green: 237, blue: 243))
    for colors in [ChartColor.palette + [ink], ChartColor.darkPalette + [pale]] {
      for (index, color) in colors.enumerated() {
        for other in colors[..<index] {
          #expect(CIELab(color).distance(to: CIELab(other)) > 20)
          for matrix in [CIELab.protanopia, CIELab.deuteranopia] {
            let distance = CIELab(color, seenWith: matrix)
              .distance(to: CIELab(other, seenWith: matrix))
            #expect(distance > 10, "\(color.hexadecimal) \(other.hexadecimal)")
          }
        }
      }
    }
  }

  /// WCAG 2.2, success criterion 1.4.3.
  @Test func wordsAreReadable() throws {
    for color in [ChartColor.ink, .muted] {
      #expect(try contrast(color.paint(for: .file), "#ffffff") >= 4.5)
    }
    for (words, page) in [("--text", "--page"), ("--muted", "--page"), ("--strong", "--page")] {
      let pairs = zip(values(of: words), values(of: page))
      for (first, second) in pairs { #expect(try contrast(first, second) >= 4.5) }
      #expect(values(of: words).count == 3)
    }
  }

  /// WCAG 2.2, success criterion 1.4.11: curves on paper and on the page, light, dark and printed.
  @Test func curvesStandOut() throws {
    for index in 0..<ChartColor.seriesCount {
      #expect(try contrast(ChartColor.series(index).paint(for: .file), "#ffffff") >= 3, "\(index)")
    }
    let pages = values(of: "--page")
    for index in ChartColor.palette.indices {
      let lines = values(of: "--series\(index)")
      #expect(lines.count == 3 && pages.count == 3)
      for (line, page) in zip(lines, pages) {
        #expect(try contrast(line, page) >= 3, "\(index): \(line) on \(page)")
      }
    }
    // The seventh is the ink, whose contrast is that of words.
    #expect(ChartColor.series(6).paint(for: .page) == "var(--text)")
  }

  private func values(of variable: String) -> [String] {
    HTMLStyle.sheet.components(separatedBy: variable + ": ").dropFirst().map {
      String($0.prefix { $0 != ";" })
    }
  }

  private func contrast(_ first: String, _ second: String) throws -> Double {
    let lights = try [luminance(first), luminance(second)].sorted()
    return (lights[1] + 0.05) / (lights[0] + 0.05)
  }

  private func luminance(_ hexadecimal: String) throws -> Double {
    var digits = hexadecimal.dropFirst().map { String($0) }
    if digits.count == 3 { digits = digits.flatMap { [$0, $0] } }
    #expect(digits.count == 6)
    let channels = try stride(from: 0, to: 6, by: 2).map { start in
      let signal = Double(try #require(Int(digits[start] + digits[start + 1], radix: 16))) / 255
      return signal <= 0.04045 ? signal / 12.92 : power((signal + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
}
