import NNIImages

/// Where everything stands in a ``Figure``, in user units.
struct FigureLayout {
  /// The sheet's edge.
  static let margin = 20.0
  /// Between columns.
  static let gutter = 18.0
  /// Between rows of tiles.
  static let rowGap = 22.0
  /// From a tile's top to its picture: title and subtitle.
  static let heading = 38.0
  /// Between two pictures of a tile, and from a picture to its colour bar.
  static let gap = 8.0
  /// One line of small text.
  static let line = 13.0
  /// How many lines warnings may take.
  static let warningLines = 2
  /// The tallest picture, as a multiple of its width.
  static let tallest = 1.4

  var tileWidth: Double
  var columns: Int
  /// The size of the photograph in a tile.
  var pictureWidth: Double
  var pictureHeight: Double
  /// The size of a map alone in a tile, for each tile; the first belongs to the photograph's tile.
  var mapHeights: [Double]
  /// The height of what stands below the pictures, for each tile.
  var footHeights: [Double]
  var hasOverlay: [Bool]

  init(_ photo: ReportPhoto, tileWidth: Double, columns: Int) {
    self.tileWidth = tileWidth
    self.columns = max(1, min(columns, photo.tiles.count + 1))
    let aspect = Double(photo.image.height) / Double(photo.image.width)
    pictureWidth = tileWidth * min(1, Self.tallest / aspect)
    pictureHeight = pictureWidth * aspect
    let predictions = Double(min(photo.predictions.count, Figure.predictionLimit))
    hasOverlay = [true] + photo.tiles.map { $0.content != .map }
    let (limit, width, beside) = (Self.tallest, tileWidth, max(pictureHeight, tileWidth * 0.6))
    mapHeights =
      [0]
      + photo.tiles.map { tile in
        let whole = width * min(Double(tile.map.height) / Double(tile.map.width), limit)
        return switch tile.content {
        case .overlay: 0
        case .map: min(whole, beside)  // as high as the pictures beside it
        case .both: whole
        }
      }
    footHeights =
      [predictions * Figure.predictionHeight]
      + photo.tiles.map { tile in
        let warnings = Figure.warningLines(of: tile, width: width).count
        return ColorBar.height + Self.line + Double(warnings) * Self.line
      }
  }

  /// How many rows of tiles there are.
  var rows: Int { (mapHeights.count + columns - 1) / columns }

  /// The height of the pictures of a tile, without heading and foot.
  private func picturesHeight(_ tile: Int) -> Double {
    (hasOverlay[tile] ? pictureHeight : 0) + mapHeights[tile]
      + (hasOverlay[tile] && mapHeights[tile] > 0 ? Self.gap : 0)
  }

  /// From a tile's top to its colour bar or predictions.
  func footTop(_ tile: Int) -> Double { Self.heading + picturesHeight(tile) + Self.gap }

  /// The upper left corner of a tile.
  func origin(_ tile: Int) -> (x: Double, y: Double) {
    let row = tile / columns
    let above = (0..<row).reduce(Self.margin) { $0 + rowHeight($1) + Self.rowGap }
    return (Self.margin + Double(tile % columns) * (tileWidth + Self.gutter), above)
  }

  /// The sheet's width, a whole number.
  var width: Double {
    (2 * Self.margin + Double(columns) * (tileWidth + Self.gutter) - Self.gutter).rounded(.up)
  }

  /// The sheet's height without a caption, a whole number.
  var height: Double {
    let tiles = (0..<rows).reduce(0) { $0 + rowHeight($1) } + Double(rows - 1) * Self.rowGap
    return (2 * Self.margin + tiles).rounded(.up)
  }

  private func tiles(in row: Int) -> Range<Int> {
    (row * columns)..<min((row + 1) * columns, mapHeights.count)
  }

  private func rowHeight(_ row: Int) -> Double {
    tiles(in: row).map { footTop($0) + footHeights[$0] }.max() ?? 0
  }
}
