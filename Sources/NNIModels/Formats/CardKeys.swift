/// The keys that a card states, for telling those that nobody knows.
struct CardKeys: Decodable {
  private var outer: Set<String> = []
  private var inner: Set<String>?
  private var inputs: [String: Set<String>] = [:]
  /// Whether `inputs` holds an object for each input, as what states inputs does.
  private var statesInputs = false

  /// Whether the card says which channels there are.
  var statesChannels: Bool { (inner ?? outer).contains("channels") }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    outer = Set(container.allKeys.map(\.stringValue))
    let input = Key(stringValue: "input")
    if let nested = try? container.nestedContainer(keyedBy: Key.self, forKey: input) {
      inner = Set(nested.allKeys.map(\.stringValue))
    }
    let several = Key(stringValue: "inputs")
    guard let nested = try? container.nestedContainer(keyedBy: Key.self, forKey: several) else {
      return
    }
    for name in nested.allKeys {
      guard let own = try? nested.nestedContainer(keyedBy: Key.self, forKey: name) else {
        inputs = [:]
        return
      }
      inputs[name.stringValue] = Set(own.allKeys.map(\.stringValue))
    }
    statesInputs = true
  }

  /// One sentence for each key that is ignored.
  func warnings(_ place: String) -> [String] {
    // Keys of the input are read outermost only where there is no “input”.
    let top = Self.ofCard.union(inner == nil ? Self.ofInput : ["labels_file"])
      .union(statesInputs ? ["inputs"] : [])
    return Self.warnings(outer, known: top, place, "")
      + Self.warnings(inner ?? [], known: Self.ofInput, place, "input.")
      + inputs.sorted { $0.key < $1.key }.flatMap {
        Self.warnings($0.value, known: Self.ofOneOfSeveral, place, "inputs.\($0.key).")
      }
  }

  private static func warnings(
    _ keys: Set<String>, known: Set<String>, _ place: String, _ path: String
  ) -> [String] {
    keys.subtracting(known).filter { !$0.hasPrefix("_") }.sorted().map { key in
      let owner =
        path.isEmpty && ofInput.contains(key)
        ? "; it belongs into “input”" : Wording.suggestion(for: key, among: known.sorted())
      return Wording.line("\(place): the key “\(path)\(key)” is unknown and was ignored\(owner)")
    }
  }

  private static let ofInput: Set<String> = [
    "size", "resize", "interpolation", "channels", "mean", "std", "labels", "labels_file",
  ]

  private static let ofOneOfSeveral = ofInput.subtracting(["labels", "labels_file"])
    .union(["tokenizer", "names", "shape", "kind"])

  /// The card's own keys, and what `nni train` and `nni models pull` note beside them.
  private static let ofCard: Set<String> = [
    "name", "summary", "architecture", "source", "licence", "input", "output", "accuracy",
    "data_digest", "epochs", "recipe", "seed", "settings", "threads",
  ]
}
