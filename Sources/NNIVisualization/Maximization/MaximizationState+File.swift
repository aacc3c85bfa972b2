public import Foundation

extension MaximizationState {
  /// Everything but tensors, as it stands in the file.
  private struct Record: Codable {
    let step: Int
    let history: MaximizationHistory
    let snapshots: [Int]
  }

  private static let key = "maximization_state"

  /// Writes the state to a safetensors file, whole or not at all.
  ///
  /// - Throws: ``InterpretabilityError`` when the folder is missing or the disk is full.
  public func write(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let record = Record(step: step, history: history, snapshots: snapshots.map(\.step))
    let tensors =
      [("parameters", parameters)] + slots.map { ("slot/\($0.key)", $0.value) }
      + snapshots.enumerated().map { ("snapshot/\($0)", $1.images) }
    try SafetensorsFile.write(
      tensors: tensors,
      metadata: [
        Self.key: String(decoding: try encoder.encode(record), as: UTF8.self),
        "settings": settings,
      ], to: url)
  }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// - Throws: ``InterpretabilityError`` when it is missing, malformed, or no such state.
  public init(contentsOf url: URL) throws {
    let file = try SafetensorsFile(contentsOf: url)
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, "\(url.lastPathComponent) \(message)")
    }
    guard let text = file.metadata[Self.key] else {
      throw refuse("is no state of an optimisation: its metadata have no “\(Self.key)”")
    }
    let record: Record
    do {
      record = try JSONDecoder().decode(Record.self, from: Data(text.utf8))
    } catch {
      throw refuse(JSONFailure.sentence(error))
    }
    let parameters = try file["parameters"]
    guard parameters.rank >= 2, parameters.dtype.isFloatingPoint, try parameters.isFinite() else {
      throw refuse("holds parameters of shape \(parameters.shape) that are no finite numbers")
    }
    guard (0...(1 << 40)).contains(record.step),
      record.history.images.count == parameters.shape[0]
    else { throw refuse("states an impossible step or number of images") }
    self.init(parameters: parameters, settings: file.metadata["settings"] ?? "")
    step = record.step
    history = record.history
    for name in file.names where name.hasPrefix("slot/") {
      let slot = try file[name]
      guard slot.shape == parameters.shape, slot.dtype == parameters.dtype else {
        throw refuse("holds “\(name)” of shape \(slot.shape); wanted \(parameters.shape)")
      }
      slots[String(name.dropFirst(5))] = slot
    }
    snapshots = try record.snapshots.enumerated().map { index, step in
      let images = try file["snapshot/\(index)"]
      guard images.rank >= 2, images.shape[0] == parameters.shape[0] else {
        throw refuse("holds a snapshot of shape \(images.shape)")
      }
      return Snapshot(step: step, images: images)
    }
  }
}
