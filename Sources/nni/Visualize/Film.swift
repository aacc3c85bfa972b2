import NNIImages
import NNInterpretability

/// The pictures of an animation, all of one size.
struct Film {
  /// The longer side of a picture.
  private static let side = 640
  /// The most pictures; of more steps only some are kept.
  private static let limit = 100

  private let width: Int
  private let height: Int
  private let interval: Int
  private var frames: [Image]
  private var steps = 0

  /// A film that begins with the photograph.
  init(of photograph: Image, steps: Int) throws {
    let factor = min(1, Double(Self.side) / Double(max(photograph.width, photograph.height)))
    width = max(1, Int((Double(photograph.width) * factor).rounded()))
    height = max(1, Int((Double(photograph.height) * factor).rounded()))
    interval = (steps + Self.limit - 1) / Self.limit
    frames = [try photograph.converted(to: .rgb).resized(width: width, height: height)]
  }

  /// Keeps the picture after a step.
  mutating func add(_ step: DeepDreamStep) throws {
    steps += 1
    guard steps % interval == 0 else { return }
    try frames.append(frame(step.image()))
  }

  /// The film with the result as its last picture, on which it rests.
  func animation(ending last: Image) throws -> Animation {
    let durations = [1000] + [Int](repeating: 80, count: frames.count - 1) + [2000]
    return try Animation(frames + [frame(last)], durations: durations)
  }

  private func frame(_ picture: Image) throws -> Image {
    try picture.converted(to: .rgb).resized(width: width, height: height)
  }
}
