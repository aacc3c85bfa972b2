import NNIImages
import NNInterpretability
import Testing
import TorchTensor

/// A block of Swift in an article, compiled.
struct ArticleExample: Sendable, CustomTestStringConvertible {
  /// The article's file name without its extension.
  let article: String
  /// The line at which the code begins.
  let line: Int
  /// Whether it reads or writes files, which there are none of here: such a block is only compiled.
  let namesFiles: Bool
  /// Runs it with a model, an input of it and the photograph that the input was made of.
  let run: @Sendable (Model, Tensor, Image) async throws -> Void

  var testDescription: String { "\(article), line \(line)" }
}
