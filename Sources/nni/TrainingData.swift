import Foundation
import NNInterpretability

/// The samples that a command learns from, and those that it is judged on, if there are any.
struct TrainingData {
  let training: any Dataset
  let test: (any Dataset)?

  /// Opens what `--data` names.
  init(opening path: String?) throws {
    guard let path else {
      throw InterpretabilityError(
        .invalidOption, "name the data: --data FILE.safetensors with images and labels")
    }
    let url = URL(filePath: path)
    training = try TensorDataset(contentsOf: url)
    let hasTest = try SafetensorsFile(contentsOf: url).names.contains("test_images")
    test = hasTest ? try TensorDataset(contentsOf: url, part: "test") : nil
  }
}
