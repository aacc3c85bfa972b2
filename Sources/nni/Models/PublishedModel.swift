import Foundation
import NNIShipped
import NNInterpretability

/// A trained network that someone else publishes, and that `nni models pull` fetches.
///
/// All are torchvision's for ImageNet's 1000 classes. What it states of them is in the names of the
/// files, which end in the first eight or ten digits of their SHA-256, and in its source code
/// (`torchvision/models`, version 0.28): the size in thousandths of a mebibyte and the accuracy. Nothing
/// more is known without the files, so these digits are what is compared, as `torch.hub` does.
struct PublishedModel {
  /// How the weights were trained, and so what they want of a photograph.
  enum Training {
    /// As the architecture's entry says.
    case first
    /// By torchvision's later recipe: the shorter side resized to that length, bilinearly.
    case second(resize: Int)
    /// On weakly labelled photographs (SWAG): resized to squares of that side, bicubically.
    ///
    /// - Reference: Singh et al. 2022, *Revisiting Weakly Supervised Pre-Training of Visual Perception Models*
    ///   (`singh2022revisiting`).
    case swag(side: Int)
  }

  /// The name by which it is fetched and opened: the architecture's, and a suffix after a dash.
  let name: String
  /// The name of the file on the server.
  let file: String
  /// The size in mebibytes, to a thousandth.
  let mebibytes: Double
  /// Accuracy on ImageNet's validation images as torchvision states it, in percent.
  let accuracy: Double
  /// How the weights were trained.
  let training: Training

  init(
    _ name: String, _ file: String, _ mebibytes: Double, _ accuracy: Double,
    _ training: Training = .first
  ) {
    self.name = name
    self.file = file
    self.mebibytes = mebibytes
    self.accuracy = accuracy
    self.training = training
  }

  /// The name in the catalogue of architectures.
  var architecture: String { String(name.prefix { $0 != "-" }) }

  /// Where the files are published.
  static let server = "https://download.pytorch.org/models/"

  /// The beginning of the file's SHA-256.
  var digestPrefix: String {
    String((file.split(separator: "-").last ?? "").split(separator: ".").first ?? "")
  }

  /// The sizes in bytes that round to the stated one.
  var sizes: ClosedRange<Int> {
    let half = 0.0005
    return Int(
      ((mebibytes - half) * 0x1p20).rounded(.down))...Int(
        ((mebibytes + half) * 0x1p20).rounded(.up))
  }

  /// What the weights want of a photograph, without the names of classes.
  ///
  /// - Throws: `InterpretabilityError` when there is no such architecture.
  func input() throws -> InputSpec {
    var input = try Catalog.architecture(named: architecture).inputSpec
    switch training {
    case .first: break
    case .second(let resize):
      input.resize = resize
      input.interpolation = .bilinear
    case .swag(let side):
      input.size = [side, side]
      input.resize = side
      input.interpolation = .bicubic
    }
    return input
  }

  /// Under what terms the weights are published.
  var licence: String {
    switch training {
    case .first, .second:
      "BSD-3-Clause (torchvision); trained on ImageNet, whose terms are for research"
    case .swag:
      "CC-BY-NC-4.0 (SWAG, https://github.com/facebookresearch/SWAG); trained on ImageNet, whose terms are "
        + "for research"
    }
  }

  /// What is put beside the file, so that it can be opened.
  ///
  /// - Throws: `InterpretabilityError` when the names of ImageNet's classes, which are shipped, are not
  ///   where they should be.
  func card(from source: String) throws -> ModelCard {
    let entry = try Catalog.architecture(named: architecture)
    var input = try input()
    let imageNet = try Shipped.models.first { $0.name == "squeezenet1_1" }
    input.labels = imageNet?.card.input.labels ?? []
    return ModelCard(
      name: name, summary: "\(entry.summary), for ImageNet's 1000 classes",
      architecture: architecture, source: "torchvision, \(source)", licence: licence, input: input)
  }
}
