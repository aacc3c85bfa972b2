/// A changed box of one sample's input.
package struct Patch: Sendable {
  package let sample: Int
  /// Which of the sample's parts it is.
  package let part: Int
  package let box: Box

  /// The parts of each sample in a row, from the boxes of each sample or of all alike.
  package static func patches(_ boxes: [[Box]], samples: Int) -> [Patch] {
    (0..<samples).flatMap { sample in
      boxes[boxes.count == 1 ? 0 : sample].enumerated().map {
        Patch(sample: sample, part: $0.offset, box: $0.element)
      }
    }
  }
}
