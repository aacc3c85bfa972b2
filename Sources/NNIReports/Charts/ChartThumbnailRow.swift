/// The small pictures below an x axis.
struct ChartThumbnailRow {
  static let largest = 34.0
  private static let smallest = 20.0

  /// Those that are shown: every second or third where all would overlap.
  private(set) var shown: [ChartThumbnail] = []
  /// The side of one, 0 when there are none.
  private(set) var side = 0.0

  /// The height of the row with the gap above it.
  var room: Double { side > 0 ? side + 6 : 0 }

  init(_ thumbnails: [ChartThumbnail], scale: ChartScale) {
    let sorted = thumbnails.filter { $0.x.isFinite && scale.contains($0.x) }.sorted { $0.x < $1.x }
    guard !sorted.isEmpty else { return }
    for step in 1...sorted.count {
      shown = sorted.enumerated().filter { $0.offset % step == 0 }.map(\.element)
      let places = shown.map { scale.position(of: $0.x) }
      let distance = zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? Self.largest * 2
      side = min(Self.largest, distance * 0.92)
      if side >= Self.smallest { return }
    }
    // Several at one place: the first stands for all.
    shown = Array(shown.prefix(1))
    side = Self.largest
  }
}
