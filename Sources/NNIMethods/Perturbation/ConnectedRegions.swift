/// Labels of an image made connected: every piece of a label that touches itself by an edge becomes a
/// region of its own, and pieces that are too small go to a neighbour.
struct ConnectedRegions {
  /// The region of each pixel, row by row; numbered from 0 in the order of their first pixels.
  private(set) var labels: [Int]
  private(set) var count = 0

  /// The regions of labels, one a pixel, row by row.
  ///
  /// Pieces of fewer than `smallest` pixels join the region to the left of their first pixel, or above
  /// it; a piece that has neither stays.
  init(_ original: [Int], height: Int, width: Int, smallest: Int) {
    precondition(original.count == height * width, "a label for each pixel")
    labels = [Int](repeating: -1, count: original.count)
    for first in original.indices where labels[first] < 0 {
      let neighbor =
        first % width > 0 ? labels[first - 1] : first >= width ? labels[first - width] : -1
      let piece = fill(from: first, original, height: height, width: width)
      if piece.count < smallest, neighbor >= 0 {
        for pixel in piece { labels[pixel] = neighbor }
      } else {
        count += 1
      }
    }
  }

  /// Marks the piece that a pixel belongs to with the next number, and lists its pixels.
  private mutating func fill(
    from first: Int, _ original: [Int], height: Int, width: Int
  ) -> [Int] {
    var piece = [first]
    labels[first] = count
    var next = 0
    while next < piece.count {
      let pixel = piece[next]
      next += 1
      let (y, x) = (pixel / width, pixel % width)
      for (isInside, other) in [
        (x > 0, pixel - 1), (x < width - 1, pixel + 1), (y > 0, pixel - width),
        (y < height - 1, pixel + width),
      ] where isInside && labels[other] < 0 && original[other] == original[first] {
        labels[other] = count
        piece.append(other)
      }
    }
    return piece
  }
}
