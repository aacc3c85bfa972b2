import Foundation
import NNIReports
import NNInterpretability

/// The numbers behind the pictures of `nni explain`, in one safetensors file.
///
/// | tensor | shape | what |
/// |---|---|---|
/// | `maps.METHOD` | `[photographs, …]` | a method's maps, signed and unscaled |
/// | `logits` | `[photographs, classes]` | the network's outputs |
/// | `scores` | `[photographs, methods]` | what each map explains |
/// | `targets` | `[photographs]`, int64 | the class that is explained; −1 where it is not one class |
///
/// The metadata holds `photographs`, `methods`, `labels`, `target_titles` (JSON lists), and `target` and
/// `command`.
struct ExplanationArrays {
  static let fileName = "arrays.safetensors"

  private var names: [String] = []
  private var methods: [String] = []
  private var maps: [String: [Tensor]] = [:]
  private var logits: [Tensor] = []
  private var scores: [[Double]] = []
  private var targets: [Int64] = []
  private var titles: [String] = []

  /// Keeps a photograph's numbers.
  mutating func add(_ explanation: PhotoExplanation) throws {
    let own = Self.distinct(explanation.photo.tiles.map(\.name))
    if methods.isEmpty { methods = own }
    names.append(explanation.photo.name)
    for (name, attribution) in zip(own, explanation.attributions) {
      maps[name, default: []].append(attribution.map)
    }
    logits.append(explanation.logits)
    scores.append(explanation.attributions.map { $0.ledger.score.first ?? .nan })
    targets.append(Int64(explanation.attributions.first?.classes.first ?? -1))
    titles.append(explanation.photo.target)
  }

  /// Writes the file, whole or not at all.
  func write(to folder: URL, target: String, command: String, labels: [String]) throws {
    guard let first = logits.first else { return }
    var tensors = try methods.map { name in
      ("maps.\(name)", try Tensor.concatenated(maps[name] ?? [], axis: 0))
    }
    tensors.append(("logits", try .concatenated(logits, axis: 0)))
    tensors.append(
      (
        "scores",
        try Tensor(
          scores.flatMap { $0 }, shape: [scores.count, methods.count], dtype: first.dtype)
      ))
    tensors.append(("targets", try Tensor(targets, shape: [targets.count])))
    try SafetensorsFile.write(
      tensors: tensors,
      metadata: [
        "photographs": Terminal.jsonText(names), "methods": Terminal.jsonText(methods),
        "labels": Terminal.jsonText(labels), "target_titles": Terminal.jsonText(titles),
        "target": target, "command": command,
      ], to: folder.appending(path: Self.fileName))
  }

  private static func distinct(_ names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.map { base in
      var name = base
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return name
    }
  }
}
