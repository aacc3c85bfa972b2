import Foundation
import NNIShipped
import NNInterpretability

/// A trained network that someone else publishes, and that `nni models pull` fetches.
///
/// All are torchvision's for ImageNet's 1000 classes. What it states of them is in the names of the
/// files, which end in the first eight digits of their SHA-256, and in its source code
/// (`torchvision/models`, version 0.28): the size in thousandths of a mebibyte and the accuracy. Nothing
/// more is known without the files, so eight digits are what is compared, as `torch.hub` does.
struct PublishedModel {
  /// The name by which it is fetched and opened.
  let name: String
  /// The name in the catalogue of architectures.
  let architecture: String
  /// The name of the file on the server.
  let file: String
  /// The size in mebibytes, to a thousandth.
  let mebibytes: Double
  /// Accuracy on ImageNet's validation images as torchvision states it, in percent.
  let accuracy: Double
  /// The length that an image's shorter side is resized to.
  let resize: Int

  private init(
    _ name: String, of architecture: String = "", _ file: String, _ mebibytes: Double,
    _ accuracy: Double, resize: Int = 256
  ) {
    self.name = name
    self.architecture = architecture.isEmpty ? name : architecture
    self.file = file
    self.mebibytes = mebibytes
    self.accuracy = accuracy
    self.resize = resize
  }

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

  /// What is put beside the file, so that it can be opened.
  ///
  /// - Throws: `InterpretabilityError` when the names of ImageNet's classes, which are shipped, are not
  ///   where they should be.
  func card(from source: String) throws -> ModelCard {
    let entry = try Catalog.architecture(named: architecture)
    var input = entry.inputSpec
    input.resize = resize
    let imageNet = try Shipped.models.first { $0.name == "squeezenet1_1" }
    input.labels = imageNet?.card.input.labels ?? []
    return ModelCard(
      name: name, summary: "\(entry.summary), for ImageNet's 1000 classes",
      architecture: architecture, source: "torchvision, \(source)",
      licence: "BSD-3-Clause (torchvision); trained on ImageNet, whose terms are for research",
      input: input)
  }

  /// All of them, sorted by name.
  static let all: [PublishedModel] = [
    PublishedModel("alexnet", "alexnet-owt-7be5be79.pth", 233.087, 56.522),
    PublishedModel("densenet121", "densenet121-a639ec97.pth", 30.845, 74.434),
    PublishedModel("densenet169", "densenet169-b2777c0a.pth", 54.708, 75.6),
    PublishedModel("densenet201", "densenet201-c1103571.pth", 77.373, 76.896),
    PublishedModel("mobilenet_v2", "mobilenet_v2-b0353104.pth", 13.555, 71.878),
    PublishedModel(
      "mobilenet_v2-v2", of: "mobilenet_v2", "mobilenet_v2-7ebf99e0.pth", 13.598, 72.154,
      resize: 232),
    PublishedModel("resnet101", "resnet101-63fe2227.pth", 170.511, 77.374),
    PublishedModel(
      "resnet101-v2", of: "resnet101", "resnet101-cd907fc2.pth", 170.53, 81.886, resize: 232),
    PublishedModel("resnet18", "resnet18-f37072fd.pth", 44.661, 69.758),
    PublishedModel("resnet34", "resnet34-b627a593.pth", 83.275, 73.314),
    PublishedModel("resnet50", "resnet50-0676ba61.pth", 97.781, 76.13),
    PublishedModel(
      "resnet50-v2", of: "resnet50", "resnet50-11ad3fa6.pth", 97.79, 80.858, resize: 232),
    PublishedModel("squeezenet1_0", "squeezenet1_0-b66bff10.pth", 4.778, 58.092),
    // “squeezenet1_1” is shipped, with weights of another training.
    PublishedModel(
      "squeezenet1_1-torchvision", of: "squeezenet1_1", "squeezenet1_1-b8a52dc0.pth", 4.729, 58.178),
    PublishedModel("vgg11", "vgg11-8a719046.pth", 506.84, 69.02),
    PublishedModel("vgg11_bn", "vgg11_bn-6002323d.pth", 506.881, 70.37),
    PublishedModel("vgg13", "vgg13-19584684.pth", 507.545, 69.928),
    PublishedModel("vgg13_bn", "vgg13_bn-abd245e5.pth", 507.59, 71.586),
    PublishedModel("vgg16", "vgg16-397923af.pth", 527.796, 71.592),
    PublishedModel("vgg16_bn", "vgg16_bn-6c64b313.pth", 527.866, 73.36),
    PublishedModel("vgg19", "vgg19-dcbb9e9d.pth", 548.051, 72.376),
    PublishedModel("vgg19_bn", "vgg19_bn-c79401a0.pth", 548.143, 74.218),
  ]
}
