import NNIModels
import NNITestSupport

/// Texts of six to twenty tokens, among which those of a class have numbers of their own.
enum LabelledWords {
  /// Rows of ids and of the mask, 32 each.
  static func rows(_ count: Int, seed: UInt64, tokens: Int = 32) throws -> TensorDataset {
    var numbers = SeededNumbers(seed)
    var (values, labels): ([Float], [Int]) = ([], [])
    for _ in 0..<count {
      let label = Int(numbers.uniform() * 4)
      labels.append(label)
      let length = 6 + Int(numbers.uniform() * 14)
      let ids = (0..<length).map { place -> Float in
        place == 0 ? 2 : Float(10 + 100 * label + Int(numbers.uniform() * 50))
      }
      let filling = [Float](repeating: 0, count: tokens - length)
      values += ids + filling + ids.map { _ in 1 } + filling
    }
    return try TensorDataset(
      Tensor(values, shape: [count, 2 * tokens]), labels: labels, digest: "words \(seed)")
  }
}
