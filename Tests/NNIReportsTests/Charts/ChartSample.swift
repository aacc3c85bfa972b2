import Foundation
import NNIImages

@testable import NNIReports

/// Charts at the edges of what can be drawn.
enum ChartSample {
  static let plain = ChartAxis("plain")

  static func chart(
    _ marks: [ChartMark], x: ChartAxis = plain, y: ChartAxis = plain, title: String = "sample"
  ) -> Chart {
    Chart(title, x: x, y: y, marks: marks)
  }

  static func line(_ x: [Double], _ y: [Double]) -> ChartMark {
    .line(ChartLine("a", x: x, y: y, hasPoints: true))
  }

  /// Every kind of mark together.
  static func rich() throws -> Chart {
    let x = [0.0, 1, 2, 3]
    return Chart(
      "rich", x: plain, y: ChartAxis("share", format: .percent),
      marks: [
        .region(ChartRegion("region", x: 1...2)),
        .bars(
          try ChartBars(
            "bars", values: [0.2, 0.4, 0.1, 0.3], lower: [0.1, 0.3, 0, 0.2],
            upper: [0.3, 0.5, 0.2, 0.4])),
        .line(
          ChartLine(
            "line", x: x, y: [0.3, 0.5, 0.4, 0.6], lower: [0.2, 0.4, 0.3, 0.5],
            upper: [0.4, 0.6, 0.5, 0.7], color: .series(1), isDashed: true, hasPoints: true)),
        .points(ChartPoints("points", x: x, y: x.map { $0 / 4 }, color: .series(2), jitter: 0.3)),
        .boxes(
          ChartBoxes("boxes", x: [1, 2], samples: [[0.1, 0.2, 0.9], [0.5]], color: .series(9))),
        .reference(.diagonal("diagonal")),
        .reference(ChartReference("level", .horizontal(0.5))),
        .reference(ChartReference("place", .vertical(1.5))),
        .note(ChartNote("a note at the very right", x: 3, y: 0.7)),
      ],
      caption: "What the chart shows, in a sentence that is long enough to need two lines there.",
      thumbnails: try x.map { ChartThumbnail(x: $0, image: try picture()) })
  }

  static func picture() throws -> Image {
    try Image(width: 3, height: 5, filledWith: [200])
  }

  /// Charts that once were, or might be, a division by zero.
  static var edges: [Chart] {
    let logarithmic = ChartAxis("log", scale: .logarithmic)
    let tiny = Double.leastNonzeroMagnitude
    let names = ["one", "two", String(repeating: "a very long name ", count: 9), Sample.hostile]
    return [
      chart([]),
      chart([], x: logarithmic, y: logarithmic),
      chart([line([], [])]),
      chart([line([0], [0])]),
      chart([line([-3], [1e-12])], x: plain, y: logarithmic),
      chart([line([1, 2, 3], [5, 5, 5])]),
      chart([line([1e9, 1e9 + 1e-3], [7e8, 7e8 + 0.5])]),
      chart([line([.nan, .infinity], [1, 2])]),
      chart([line([1, 2, 3], [.nan, 1, -.infinity])]),
      chart([line([-1e279, 0, 1e280], [1e-200, 3e-200, -2e-200])]),
      chart([line([-1.7e308, 0, 1.7e308], [0, tiny, 1])]),
      chart([line([tiny, 1], [tiny, 2 * tiny])]),
      chart([line([tiny, 1e-279, 1e279], [-1, 0, 1e300])], x: logarithmic, y: logarithmic),
      chart([line([3e-7, 9e-7], [1e5, 1.2e5])], x: logarithmic, y: logarithmic),
      chart([line([0, 1, 2, 3], [1, 2, 3, 4])], x: ChartAxis("names", scale: .categories(names))),
      chart([line([0], [1])], x: ChartAxis("none", scale: .categories([]))),
      chart(
        [line([0, 1], [1, 2])],
        x: ChartAxis("many", scale: .categories((0..<300).map { "name \($0)" }))),
      chart([line([0, 100], [-50, 90])], x: ChartAxis("fixed", limits: .fixed(10, 20))),
      chart([line([0, 100], [-50, 90])], x: ChartAxis("", format: .degrees)),
      chart([line([0, 3], [1, 2])], x: ChartAxis("", format: .whole)),
      chart([line([-1e-7, 1e-7], [1, 2])], x: ChartAxis("", format: .percent)),
      chart(
        (0..<200).map { .line(ChartLine("series \($0)", x: [0, 1], y: [0, Double($0)])) }),
      chart(
        [
          .points(ChartPoints(Sample.hostile, x: [1], y: [2])),
          .note(ChartNote(Sample.hostile, x: 1, y: 2)),
        ],
        x: ChartAxis(Sample.hostile), y: ChartAxis(String(repeating: "wide ", count: 90)),
        title: String(repeating: Sample.hostile, count: 8)),
    ]
  }
}
