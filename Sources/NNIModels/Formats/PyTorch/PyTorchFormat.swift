import Foundation

/// Weights that `torch.save` wrote, whose network is built in.
///
/// Which one is said by the card beside the file, see ``ModelCard``. What it leaves out about the input
/// is taken from the architecture.
public enum PyTorchFormat {
  /// Whether a file is one: by its name, or by its beginning and, if that is a zip archive's, by what
  /// the archive holds.
  static func recognizes(_ file: URL, _ firstBytes: Data) -> Bool {
    if ["pt", "pth", "ckpt"].contains(file.pathExtension.lowercased()) { return true }
    if PyTorchContents.isLegacyBeginning(firstBytes) { return true }
    guard ZipArchive.isBeginning(firstBytes), let data = try? ModelFile.mapped(file) else {
      return false
    }
    return PyTorchArchive.isContained(in: data)
  }

  /// Reads the network.
  static func read(_ url: URL) throws -> Model {
    let file = try PyTorchFile(contentsOf: url)
    return try StateDictModel(url, card: ModelCard(beside: url) ?? ModelCard()).model(
      WeightSource(file))
  }
}

extension PyTorchFormat: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ModelFormat(
        "pytorch", "A state dict of torch.save, the weights of a built-in architecture",
        recognizes: recognizes, read: read)
    ]
  }
}
