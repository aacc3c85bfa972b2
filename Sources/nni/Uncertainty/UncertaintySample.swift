import Foundation
import NNIReports
import NNInterpretability

/// An input that a network may be unsure of.
struct UncertaintySample {
  /// What reports and files call it.
  let name: String
  /// The input that it was made of, if it was turned.
  let origin: String
  /// How far it was turned, in degrees.
  let angle: Double?
  /// `[1, …]`.
  let tensor: Tensor
  /// What a person sees; `nil` when the input is no image.
  var picture: Image?
  /// The text and the place of its first token; `nil` when the input is none.
  var text: (words: Tokenization, start: Int)?

  /// All texts.
  static func all(_ texts: TextInputs, for model: Model) throws -> [UncertaintySample] {
    let rows = try model.batch(of: texts.values).batch
    return try texts.texts.enumerated().map { index, words in
      let name = "text-\(index + 1)"
      return UncertaintySample(
        name: name, origin: name, angle: nil,
        tensor: try rows.narrowed(axis: 0, to: index..<index + 1),
        text: (words, texts.starts[index]))
    }
  }

  /// All inputs, each at all angles.
  static func all(
    _ photographs: [String], _ input: TensorReference?,
    _ chosen: (data: any Dataset, positions: [Int])?, _ rotation: AngleRange?, model: Model,
    dtype: DType
  ) throws -> [UncertaintySample] {
    let spec = model.inputSpec
    var plain: [(name: String, tensor: Tensor)] = []
    for (path, name) in zip(photographs, FileNames.distinct(photographs)) {
      let image = try Image(contentsOf: URL(filePath: path))
      plain.append((name, try spec.tensor(from: image).tensor))
    }
    if let batch = try input.map({ try model.channelsFirst($0.tensor()) }) {
      guard batch.rank >= 2 else {
        throw InterpretabilityError(
          .invalidInput,
          "the input has shape \(batch.shape); wanted a batch such as [N, C, H, W] or [N, features]"
        )
      }
      for row in 0..<batch.shape[0] {
        plain.append(("sample-\(row)", try batch.narrowed(axis: 0, to: row..<(row + 1))))
      }
    }
    for position in chosen?.positions ?? [] {
      guard let data = chosen?.data, (0..<data.count).contains(position) else {
        throw InterpretabilityError(
          .invalidOption,
          "there is no sample \(position); the test part has \(chosen?.data.count ?? 0), from 0 on")
      }
      plain.append(("sample-\(position)", try data.inputs([position])))
    }
    return try plain.flatMap { name, tensor in
      let tensor = try tensor.converted(to: dtype)
      guard let rotation else {
        return [
          UncertaintySample(
            name: name, origin: name, angle: nil, tensor: tensor,
            picture: try spec.picture(of: tensor))
        ]
      }
      return try rotation.angles.map { angle in
        let turned = try tensor.rotated(degrees: angle)
        return UncertaintySample(
          name: "\(name)@\(angle.formatted(.number.grouping(.never)))", origin: name, angle: angle,
          tensor: turned, picture: try spec.picture(of: turned))
      }
    }
  }
}

extension InputSpec {
  /// What a person sees of `[1, C, H, W]`: grey or colours; `nil` for what is no image.
  func picture(of input: Tensor) throws -> Image? {
    let shape = input.shape
    guard shape.count == 4, [1, 3].contains(shape[1]) else { return nil }
    func number(_ list: [Double], _ channel: Int, _ fallback: Double) -> Double {
      list.isEmpty ? fallback : list[min(channel, list.count - 1)]
    }
    let values = try input.doubles()
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    var image = try Image(
      width: width, height: height, filledWith: [UInt8](repeating: 0, count: channels))
    for channel in 0..<channels {
      let place = self.channels == .bgr ? channels - 1 - channel : channel
      for y in 0..<height {
        for x in 0..<width {
          let value =
            values[(channel * height + y) * width + x] * number(std, channel, 1)
            + number(mean, channel, 0)
          image[x: x, y: y, channel: place] = UInt8(min(max(value, 0), 1) * 255 + 0.5)
        }
      }
    }
    return image
  }
}
