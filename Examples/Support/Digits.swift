public import NNIReports
import NNIShipped
public import NNInterpretability

/// Handwritten digits for lessons: of the test part of the shipped ones, the first of each class.
public struct Digits {
  /// One digit of each class, 0 to 9, `[10, 1, 28, 28]` with ink as 1.
  public let images: Tensor
  /// Their positions in the test part, for `nni uncertainty --sample`.
  public let positions: [Int]

  /// Reads the shipped digits.
  ///
  /// - Throws: `InterpretabilityError` when they are missing.
  public init() throws {
    let test = try DatasetSplit().parts(of: Shipped.digits()).test
    let labels = test.labels
    positions = (0..<10).compactMap { labels.firstIndex(of: $0) }
    images = try test.inputs(positions)
  }

  /// One digit, `[1, 1, 28, 28]`.
  public subscript(digit: Int) -> Tensor {
    get throws { try images.narrowed(axis: 0, to: digit..<(digit + 1)) }
  }

  /// Their classes, as the target of the batch.
  public static let target = Target.classes(Array(0..<10))

  /// A table with a column for each digit and a picture in each cell.
  ///
  /// - Parameters:
  ///   - caption: What a reader must know, above it.
  ///   - rows: The name of each row, and its picture for a digit.
  /// - Returns: The table.
  /// - Throws: What a row throws.
  public static func table(
    _ caption: PageText = "", _ rows: (name: PageText, cell: (Int) throws -> PageFigure)...
  ) throws -> PageBlock {
    .table(
      PageTable(
        caption, columns: [""] + (0..<10).map { "\($0)" },
        rows: try rows.map { name, cell in
          [.text(name)] + (try (0..<10).map { .picture(try cell($0)) })
        }))
  }

  /// A table with the inputs and, for each method, the map of each digit on a scale of its own.
  public static func table(
    _ caption: PageText = "", of maps: [(name: PageText, map: Attribution)], over images: Tensor
  ) throws -> PageBlock {
    .table(
      PageTable(
        caption, columns: [""] + (0..<10).map { "\($0)" },
        rows: [
          [.text("input")] + (try (0..<10).map { .picture(try Pictures.digit(images, sample: $0)) })
        ]
          + (try maps.map { name, map in
            [.text(name)]
              + (try (0..<10).map { .picture(try Pictures.map(map, sample: $0, caption: "")) })
          })))
  }

  /// The mean image of each class over all shipped digits, `[10, 1, 28, 28]`.
  ///
  /// - Throws: `InterpretabilityError` when the digits are missing.
  public static func means() throws -> Tensor {
    let all = try Shipped.digits()
    let labels = all.labels
    return try .concatenated(
      (0..<10).map { digit in
        try all.inputs(labels.indices.filter { labels[$0] == digit })
          .mean(over: [0], keepingAxes: true)
      }, axis: 0)
  }
}
