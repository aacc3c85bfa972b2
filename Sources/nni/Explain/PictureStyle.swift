import ArgumentParser
import NNIReports

/// `--style`: how a map and its photograph become a picture.
enum PictureStyle: String, ExpressibleByArgument, CaseIterable {
  /// The map's colours over the paled photograph.
  case overlay
  /// The map alone.
  case heatMap = "heat-map"
  /// The photograph seen through the map.
  case masked
  /// Both mixed alike everywhere.
  case blended
  /// Lines of equal value.
  case contour
  /// What speaks for the class and what speaks against it, with one scale.
  case split

  /// The tile in this style.
  func tiles(_ tile: ReportTile) throws -> [ReportTile] {
    var tile = tile
    switch self {
    case .overlay: break
    case .heatMap: tile.content = .map
    case .masked: tile.style = .masked()
    case .blended: tile.style = .blended()
    case .contour: tile.style = .contour()
    case .split: return try tile.split()
    }
    return [tile]
  }
}
