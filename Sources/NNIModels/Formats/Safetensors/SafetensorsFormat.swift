import Foundation

/// Weights in a safetensors file, whose network is built in.
///
/// Which one is said by the card beside the file or by the metadata in it, see ``ModelCard``. What both
/// leave out about the input is taken from the architecture.
public enum SafetensorsFormat {
  /// Whether a file is one: by its name, or by its beginning, a length below the format's limit and
  /// then a JSON object.
  static func recognizes(_ file: URL, _ firstBytes: Data) -> Bool {
    if file.pathExtension.lowercased() == "safetensors" { return true }
    let bytes = [UInt8](firstBytes.prefix(10))
    guard bytes.count == 10, bytes[8] == UInt8(ascii: "{") else { return false }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return (2...UInt64(SafetensorsHeader.maximumSize)).contains(length)
      && [UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: " ")].contains(bytes[9])
  }

  /// Reads the network.
  static func read(_ url: URL) throws -> Model {
    let file = try SafetensorsFile(contentsOf: url)
    return try StateDictModel(url, card: card(of: file, at: url), otherPlace: "its metadata").model(
      WeightSource(file))
  }

  /// The card beside the file, completed by the metadata in it.
  private static func card(of file: SafetensorsFile, at url: URL) throws -> ModelCard {
    let inner = try ModelCard(metadata: file.metadata, of: url.lastPathComponent)
    guard var card = try ModelCard(beside: url) else { return inner }
    if card.name.isEmpty { card.name = inner.name }
    if card.architecture.isEmpty { card.architecture = inner.architecture }
    card.input = StateDictModel.inputSpec(card.input, inner.input)
    return card
  }
}

extension SafetensorsFormat: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ModelFormat(
        "safetensors", "Weights of a built-in architecture",
        recognizes: recognizes, read: read)
    ]
  }
}
