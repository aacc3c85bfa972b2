/// What wrappers put before the names of parameters.
extension WeightSource {
  /// The parameters behind a prefix.
  struct Unwrapped {
    /// What was taken off, such as `model._orig_mod.`.
    let prefix: String
    /// The parameters, by the rest of their names.
    let weights: WeightSource
    /// Whether all parameters of the file are among them.
    let isWhole: Bool
  }

  /// Names of modules that hold the network and nothing else: `DataParallel`, `torch.compile`, and what
  /// a training program or Lightning usually calls it.
  private static let wrappers: Set<String> = ["module", "_orig_mod", "model", "net"]

  /// The parameters behind each chain of wrappers that names begin with, the shortest chain first.
  ///
  /// Inside names `_orig_mod` and `module` are taken out, too, for a part of a network may be
  /// compiled or parallel alone.
  var unwrapped: [Unwrapped] {
    guard case .stored(let parameters) = storage else { return [] }
    var prefixes: Set<String> = []
    for name in parameters.keys {
      var chain = ""
      for part in name.split(separator: ".").dropLast() {
        guard Self.wrappers.contains(String(part)) else { break }
        chain += "\(part)."
        prefixes.insert(chain)
      }
    }
    // A whole network may be a module of any name.
    var shared = ""
    while let part = Self.sharedPart(of: parameters.keys, after: shared) {
      shared += "\(part)."
      prefixes.insert(shared)
    }
    func plain(_ name: Substring) -> String {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      return parts.filter { $0 != "_orig_mod" && $0 != "module" }.joined(separator: ".")
    }
    var seen: Set<[String: String]> = []
    return ([""] + prefixes).sorted { ($0.count, $0) < ($1.count, $1) }.compactMap { prefix in
      var inner: [String: Stored] = [:]
      var origins: [String: String] = [:]
      for (name, value) in parameters where name.hasPrefix(prefix) {
        let rest = plain(name.dropFirst(prefix.count))
        inner[rest] = value
        origins[rest] = name
      }
      // Two prefixes may lead to the same parameters.
      guard seen.insert(origins).inserted else { return nil }
      let isChanged = !prefix.isEmpty || Set(inner.keys) != Set(parameters.keys)
      guard isChanged else { return nil }
      return Unwrapped(
        prefix: prefix, weights: WeightSource(.stored(inner)),
        isWhole: inner.count == parameters.count)
    }
  }
  /// The module after a prefix that all names lie in.
  private static func sharedPart(
    of names: some Collection<String>, after prefix: String
  ) -> Substring? {
    func part(_ name: String) -> Substring? {
      let rest = name.dropFirst(prefix.count)
      return rest.firstIndex(of: ".").map { rest[..<$0] }
    }
    guard let first = names.first.flatMap(part), names.allSatisfy({ part($0) == first }) else {
      return nil
    }
    return first
  }
}
