/// Where the samples of a value are in the file's axes.
///
/// In a graph the samples are the first axis of every value. A file may have them along another axis
/// (sequences first), or in one axis with elements of each sample (windows and heads folded into the batch,
/// a batch of one that was squeezed). A file is read as a program for one sample: what it does to one is done
/// to each.
struct SamplePlace: Hashable {
  /// The file's axis along which the samples lie.
  var axis = 0
  /// How many elements of one sample come before, in that axis, where the samples are counted.
  ///
  /// `nil` where the axis holds nothing but the samples: then the graph's value lacks it.
  var before: Int?

  /// Whether the axis holds nothing but the samples.
  var isOwn: Bool { before == nil }
  /// Whether the samples are the first axis, as in the graph.
  var isFirst: Bool { axis == 0 && isOwn }

  /// The graph's axis for one of the file's; `nil` for that of the samples alone.
  func stored(_ other: Int) -> Int? {
    guard isOwn else { return other + 1 }
    return other == axis ? nil : other < axis ? other + 1 : other
  }

  /// The shape that one sample has in the file, whose batch is then one.
  func fileShape(ofOne stored: [Int]) -> [Int] {
    var shape = Array(stored.dropFirst())
    if isOwn { shape.insert(1, at: min(axis, shape.count)) }
    return shape
  }

  /// The shape that a batch has in the file.
  func fileShape(ofOne stored: [Int], batch: Int) -> [Int] {
    var shape = fileShape(ofOne: stored)
    if axis < shape.count { shape[axis] *= batch }
    return shape
  }

  /// How many elements of one sample come before the samples are counted.
  func outerCount(in shape: [Int]) -> Int {
    shape.prefix(axis).reduce(1, *) * (before ?? 1)
  }

  /// The place in a shape of as many elements; `nil` where the shape divides the samples.
  ///
  /// - Parameters:
  ///   - shape: The shape of a batch.
  ///   - outer: How many elements of one sample come before the samples are counted.
  ///   - batch: How many samples the shape is for.
  /// - Returns: The place, and the shape for one sample.
  static func found(
    in shape: [Int], outer: Int, batch: Int
  ) -> (place: SamplePlace, shape: [Int])? {
    var candidate: (SamplePlace, [Int])?
    var passed = 1
    for (axis, extent) in shape.enumerated() {
      guard passed > 0, outer % passed == 0 else { break }
      let before = outer / passed
      if extent % batch == 0, before > 0, extent / batch % before == 0 || extent == 0 {
        var one = shape
        one[axis] = extent / batch
        if one[axis] == 1 { return (SamplePlace(axis: axis), one) }
        if candidate == nil { candidate = (SamplePlace(axis: axis, before: before), one) }
      }
      passed *= extent
    }
    // Of a value without axes, and after the last one.
    if candidate == nil, batch == 1, passed == outer {
      return (SamplePlace(axis: shape.count, before: 1), shape)
    }
    return candidate
  }
}
