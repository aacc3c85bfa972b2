public import NNIImages

/// What a network wants of its input, and what its outputs mean: travels with a model in a small JSON
/// file beside it, or in the file's metadata under `input_spec`.
///
/// ```json
/// {
///   "size": [224, 224], "resize": 256, "interpolation": "bilinear", "channels": "rgb",
///   "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "labels": ["tench", "…"]
/// }
/// ```
///
/// A pixel `v` in 0…1 becomes `(v − mean) / std` in its channel. Anything left out takes the default
/// that is stated here.
public struct InputSpec: Sendable, Codable, Equatable {
  /// The order and number of an image's channels.
  public enum Channels: String, Sendable, Codable {
    case rgb, bgr, grey

    /// Reads a name; `gray` and `greyscale` are `grey`.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let text = try container.decode(String.self)
      let isGrey = ["gray", "greyscale", "grayscale"].contains(text.lowercased())
      guard let found = isGrey ? .grey : Channels(rawValue: text.lowercased()) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "“\(text)” is none of rgb, bgr, grey")
      }
      self = found
    }
  }

  /// Height and width of the image that the network sees; empty when it is not known or the input is
  /// not an image.
  public var size: [Int]
  /// The length that an image's shorter side is resized to before the centre is cropped; 0 resizes to
  /// ``size`` outright.
  public var resize: Int
  public var interpolation: Interpolation
  public var channels: Channels
  /// Mean of each channel, for pixels in 0…1; empty for zero.
  public var mean: [Double]
  /// Standard deviation of each channel, for pixels in 0…1; empty for one.
  public var std: [Double]
  /// Class names by index; empty when they are not known.
  public var labels: [String]

  /// Creates a description.
  public init(
    size: [Int] = [], resize: Int = 0, interpolation: Interpolation = .bilinear,
    channels: Channels = .rgb, mean: [Double] = [], std: [Double] = [], labels: [String] = []
  ) {
    self.size = size
    self.resize = resize
    self.interpolation = interpolation
    self.channels = channels
    self.mean = mean
    self.std = std
    self.labels = labels
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let standard = InputSpec()
    func value<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) throws -> Value {
      try container.decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
    size = try value(.size, standard.size)
    resize = try value(.resize, standard.resize)
    interpolation = try value(.interpolation, standard.interpolation)
    mean = try value(.mean, standard.mean)
    std = try value(.std, standard.std)
    // One mean or deviation is that of one channel.
    let hasOne = (mean.count == 1 || std.count == 1) && mean.count <= 1 && std.count <= 1
    channels = try value(.channels, hasOne ? .grey : standard.channels)
    labels = try value(.labels, standard.labels)
  }

  /// How many channels an image has; `nil` when the input is not known to be an image.
  public var channelCount: Int? { size.isEmpty ? nil : channels == .grey ? 1 : 3 }

  /// The lowest and the highest value that each channel can take after normalisation; `nil` when the
  /// input is not known to be an image.
  public var bounds: (low: [Double], high: [Double])? {
    guard let channelCount else { return nil }
    let mean = mean.isEmpty ? [Double](repeating: 0, count: channelCount) : mean
    let std = std.isEmpty ? [Double](repeating: 1, count: channelCount) : std
    return (zip(mean, std).map { -$0 / $1 }, zip(mean, std).map { (1 - $0) / $1 })
  }

  /// The name of a class, or its number when no names are known.
  public func label(_ index: Int) -> String {
    labels.indices.contains(index) ? labels[index] : "class \(index)"
  }

  /// The description, if it makes sense.
  ///
  /// - Throws: ``InterpretabilityError`` that says what does not.
  public func validated() throws -> InputSpec {
    func refuse(_ what: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, "the input description is wrong: \(what)")
    }
    guard size.isEmpty || (size.count == 2 && size.allSatisfy { (1...65536).contains($0) }) else {
      throw refuse("size is \(size), wanted [height, width]")
    }
    guard (0...65536).contains(resize) else { throw refuse("resize is \(resize)") }
    let count = channels == .grey ? 1 : 3
    guard mean.isEmpty || mean.count == count, std.isEmpty || std.count == count else {
      throw refuse("mean and std must have \(count) numbers for \(channels.rawValue) channels")
    }
    guard mean.allSatisfy(\.isFinite), std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw refuse("mean and std must be finite and std positive")
    }
    return self
  }
}
