#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import NNIImages

/// A photograph at the size in which a report shows it, with its region scaled along.
struct ReportPicture {
  var image: Image
  var region: CropGeometry.Region

  /// Scales a photograph down until it fits; never up.
  init(_ photo: ReportPhoto, fittingWidth width: Int, height: Int) throws {
    let share = min(
      1, Double(width) / Double(photo.image.width), Double(height) / Double(photo.image.height))
    let columns = max(1, Int((Double(photo.image.width) * share).rounded()))
    let rows = max(1, Int((Double(photo.image.height) * share).rounded()))
    image = try photo.image.converted(to: .rgb).resized(width: columns, height: rows)
    let across = Double(columns) / Double(photo.image.width)
    let down = Double(rows) / Double(photo.image.height)
    region = CropGeometry.Region(
      x: photo.region.x * across, y: photo.region.y * down, width: photo.region.width * across,
      height: photo.region.height * down)
  }

  /// A tile's map over the picture, in the tile's style.
  func overlay(_ tile: ReportTile) throws -> Image {
    try tile.style.picture.image(
      of: tile.map, on: image, region: region, colors: tile.colors, scaling: tile.scaling)
  }
}

extension ReportTile {
  /// The map with the whole photograph, or alone where that is what the tile shows.
  func picture(with photo: ReportPhoto) throws -> Image {
    guard content != .map else {
      return try plainMap(width: max(photo.image.width, map.width))
    }
    return try style.picture.image(
      of: map, on: photo.image, region: photo.region, colors: colors, scaling: scaling)
  }

  /// The map alone, its values as squares of whole pixels, at least `width` pixels wide if that is
  /// not large.
  func plainMap(width: Int) throws -> Image {
    try map.image(
      colors: colors, scaling: scaling, magnification: max(1, min(width / map.width, 64)))
  }
}

extension Image {
  /// The picture as a PNG inside a document.
  func pngAddress() throws -> String {
    try "data:image/png;base64," + pngData().base64EncodedString()
  }

  /// The picture as a JPEG inside a document: a tenth of a PNG for photographs.
  func jpegAddress(quality: Int = 88) throws -> String {
    try "data:image/jpeg;base64," + jpegData(quality: quality).base64EncodedString()
  }
}
