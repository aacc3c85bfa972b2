/// The one dictionary of tensors in what a PyTorch file holds.
///
/// A checkpoint of a training is a dictionary of dictionaries: `{"state_dict": {…}, "epoch": 3}`. What
/// counts is the outermost level at which dictionaries hold tensors by name. An optimiser's tensors lie
/// deeper than the weights, so they are not looked at. Single tensors beside the weights, such as a best
/// accuracy, are no second state dict.
struct PyTorchStateDict {
  /// The names of the tensors, in the order of the file.
  let names: [String]
  /// The tensors by name.
  let tensors: [String: PyTorchTensor]

  /// A dictionary and the keys that lead to it.
  private struct Place {
    let path: [String]
    let index: Int

    /// As Python says it, such as `["netG"]`.
    var subscripts: String { path.map { "[\"\($0)\"]" }.joined() }
    var text: String { path.isEmpty ? "the outermost" : "“\(path.joined(separator: "/"))”" }
  }

  /// The most levels that are looked at.
  private static let depthLimit = 8

  /// Finds the dictionary.
  ///
  /// - Parameters:
  ///   - contents: What the file holds.
  ///   - key: The keys that lead to the dictionary, with slashes between them; empty for the only one.
  ///   - place: How messages call the file.
  /// - Throws: ``InterpretabilityError`` when there is none, or several and no key.
  init(_ contents: PyTorchContents, key: String, name place: String) throws {
    let objects = contents.objects
    guard case .object(let root) = contents.root, case .dictionary = objects[root].kind else {
      throw Self.failure(place, "holds \(Self.kind(contents.root, objects)), not a state dict")
    }
    var level = [Place(path: [], index: root)]
    var seen: Set<Int> = [root]
    var candidates: [Place] = []
    for _ in 0..<Self.depthLimit where !level.isEmpty && (candidates.isEmpty || !key.isEmpty) {
      candidates += level.filter { Self.holdsTensors(objects[$0.index], objects) }
      let inner = level.flatMap { Self.inner($0, objects) }
      // Weights beside dictionaries of weights: both are meant.
      if candidates.count == 1, candidates[0].path.isEmpty, key.isEmpty {
        candidates += inner.filter { Self.holdsTensors(objects[$0.index], objects) }
      }
      level = inner.filter { seen.insert($0.index).inserted }
    }
    if key.isEmpty, candidates.count > 1 {
      candidates = Self.withoutCompanions(candidates, objects)
    }
    let all = candidates.map(\.text).sorted().prefix(20).joined(separator: ", ")
    if !key.isEmpty {
      candidates = candidates.filter { $0.path.joined(separator: "/") == key }
    }
    guard let chosen = candidates.first else {
      throw Self.failure(
        place,
        all.isEmpty
          ? "holds no tensors by name" : "holds no tensors at “\(key)”; they are at \(all)")
    }
    guard candidates.count == 1 else {
      throw Self.failure(
        place,
        "holds several state dicts: \(all); save one alone: "
          + "torch.save(checkpoint\(candidates.last?.subscripts ?? ""), path)")
    }
    var names: [String] = []
    var tensors: [String: PyTorchTensor] = [:]
    for (name, tensor) in Self.tensors(objects[chosen.index], objects) {
      if tensors.updateValue(tensor, forKey: name) == nil { names.append(name) }
    }
    (self.names, self.tensors) = (names, tensors)
  }

  /// The dictionaries of weights without what stands beside them: single tensors on the outermost level
  /// such as a best accuracy or the state of a random generator, and settings.
  ///
  /// Weights bear the names of their modules, with a dot; such a companion does not.
  private static func withoutCompanions(
    _ candidates: [Place], _ objects: [PickleObject]
  ) -> [Place] {
    func namesModules(_ place: Place) -> Bool {
      tensors(objects[place.index], objects).contains { $0.0.contains(".") }
    }
    let rest = candidates.filter { place in
      namesModules(place) || !(place.path.isEmpty || settings.contains(place.path[0]))
    }
    return rest.contains(where: namesModules) ? rest : candidates
  }

  /// Where training programs keep what they were told, tensors among it.
  private static let settings: Set<String> = [
    "args", "callbacks", "config", "datamodule_hyper_parameters", "hparams", "hyper_parameters",
    "loops",
  ]

  /// The entries of a dictionary whose keys are texts, each key with its last value.
  private static func entries(_ object: PickleObject) -> [(name: String, value: PickleValue)] {
    var order: [String] = []
    var values: [String: PickleValue] = [:]
    for start in stride(from: 0, to: object.elements.count, by: 2) {
      guard case .text(let name) = object.elements[start] else { continue }
      if values.updateValue(object.elements[start + 1], forKey: name) == nil { order.append(name) }
    }
    return order.compactMap { name in values[name].map { (name, $0) } }
  }

  private static func tensors(
    _ object: PickleObject, _ objects: [PickleObject]
  ) -> [(String, PyTorchTensor)] {
    entries(object).compactMap { name, value in
      guard case .object(let index) = value, case .tensor(let tensor) = objects[index].kind else {
        return nil
      }
      return (name, tensor)
    }
  }

  private static func holdsTensors(_ object: PickleObject, _ objects: [PickleObject]) -> Bool {
    !tensors(object, objects).isEmpty
  }

  /// The dictionaries directly in a dictionary.
  private static func inner(_ place: Place, _ objects: [PickleObject]) -> [Place] {
    entries(objects[place.index]).compactMap { name, value in
      guard case .object(let index) = value, case .dictionary = objects[index].kind else {
        return nil
      }
      return Place(path: place.path + [name], index: index)
    }
  }

  private static func kind(_ value: PickleValue, _ objects: [PickleObject]) -> String {
    guard case .object(let index) = value else { return value.kind }
    return objects[index].description
  }

  private static func failure(_ place: String, _ message: String) -> InterpretabilityError {
    InterpretabilityError(
      .invalidFile,
      "\(place) \(message); in Python save the weights with torch.save(model.state_dict(), path)")
  }
}
