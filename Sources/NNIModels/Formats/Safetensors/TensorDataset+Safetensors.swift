public import Foundation

extension TensorDataset {
  /// The samples in a safetensors file: `images`, bytes or real numbers `[N, C, H, W]`, and `labels`,
  /// whole numbers `[N]`; those of another part are called `PART_images` and `PART_labels`.
  ///
  /// The digest is the one that the metadata state under `digest`, or the file's SHA-256.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - part: The part's name; empty for the one without.
  /// - Throws: ``InterpretabilityError`` when the file is malformed, has no such part, or the part's
  ///   tensors do not fit each other.
  public init(contentsOf url: URL, part: String = "") throws {
    let file = try SafetensorsFile(contentsOf: url)
    let prefix = part.isEmpty ? "" : "\(part)_"
    let (images, labels) = (try file["\(prefix)images"], try file["\(prefix)labels"])
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, "\(url.lastPathComponent): \(message)")
    }
    guard images.dtype == .uint8 || images.dtype.isFloatingPoint else {
      throw refuse("“\(prefix)images” holds \(images.dtype), wanted bytes or real numbers")
    }
    guard labels.rank == 1, !labels.dtype.isFloatingPoint, labels.dtype != .bool else {
      throw refuse("“\(prefix)labels” is \(labels.dtype) \(labels.shape), wanted whole numbers [N]")
    }
    let classes = try labels.elements(as: Int64.self)
    guard classes.allSatisfy({ (0..<(1 << 20)).contains($0) }) else {
      throw refuse("“\(prefix)labels” holds a number outside 0…1048575")
    }
    do {
      try self.init(
        images.dtype == .uint8 ? images : images.converted(to: .float32),
        labels: classes.map(Int.init),
        digest: file.metadata["\(prefix)digest"] ?? file.digest())
    } catch let error as InterpretabilityError {
      throw refuse(error.message)
    }
  }
}
