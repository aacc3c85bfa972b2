/// What went wrong, where, and what to do about it.
public struct InterpretabilityError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure, for code that reacts to it.
  public struct Code: Hashable, Sendable {
    private enum Kind: Hashable, Sendable {
      case invalidFile, unsupported, invalidOption, invalidTarget, invalidInput, invalidGraph
      case missingRule, notFinite, brokenLaw
    }

    private let kind: Kind
    /// A file is missing, truncated or not what its name says.
    public static let invalidFile = Code(kind: .invalidFile)
    /// The file or the network asks for something that this package lacks.
    public static let unsupported = Code(kind: .unsupported)
    /// An option's name or value is not one that the method takes.
    public static let invalidOption = Code(kind: .invalidOption)
    /// A class or a neuron that the network does not have.
    public static let invalidTarget = Code(kind: .invalidTarget)
    /// An input tensor that the network cannot take.
    public static let invalidInput = Code(kind: .invalidInput)
    /// A graph that cannot be: a name used twice, an unknown input.
    public static let invalidGraph = Code(kind: .invalidGraph)
    /// No propagation rule fits a node.
    public static let missingRule = Code(kind: .missingRule)
    /// A result holds NaN or infinity.
    public static let notFinite = Code(kind: .notFinite)
    /// A map breaks what its method promises, by arithmetic or by the network's structure.
    public static let brokenLaw = Code(kind: .brokenLaw)
  }

  /// The kind of failure.
  public let code: Code
  /// One sentence: what was found, what was wanted, what to do.
  public let message: String
  /// The node at which it happened, if at one.
  public let node: NodeID?
  /// The underlying error.
  public let cause: (any Error)?

  /// Creates an error.
  ///
  /// Control characters in the message become question marks: names in a file neither break its line
  /// nor steer the terminal that shows it.
  public init(_ code: Code, _ message: String, node: NodeID? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = Wording.line(message)
    self.node = node
    self.cause = cause
  }

  public var description: String {
    let place = node.map { "node \($0): " } ?? ""
    let reason = cause.flatMap(PlainWords.reason).map { " (\($0))" } ?? ""
    return place + message + reason
  }
}

/// Names for messages.
package enum Wording {
  /// The text with a question mark for each control character and line separator.
  package static func line(_ text: String) -> String {
    func isForeign(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
    guard text.unicodeScalars.contains(where: isForeign) else { return text }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { line.append(isForeign(scalar) ? "?" : scalar) }
    return String(line)
  }

  /// The names closest to a misspelt one, for "did you mean".
  static func nearest(to name: String, among names: [String], limit: Int = 3) -> [String] {
    let wanted = name.lowercased()
    let wantedWords = words(of: wanted)
    let ranked = names.compactMap { other -> (rank: Int, distance: Int, name: String)? in
      let lower = other.lowercased()
      let distance = distance(wanted, lower)
      // A word or two of a longer name come before what is merely spelt alike.
      if !wantedWords.isEmpty, wantedWords.isSubset(of: words(of: lower)) {
        return (min(distance, 1), distance, other)
      }
      if distance <= max(3, name.count / 2) { return (distance, distance, other) }
      return !wanted.isEmpty && lower.contains(wanted) ? (distance, distance, other) : nil
    }.sorted { ($0.rank, $0.distance, $0.name) < ($1.rank, $1.distance, $1.name) }
    return ranked.prefix(limit).map(\.name)
  }

  /// "; did you mean a, b?" or, when nothing is near, "; there are a, b, c".
  package static func suggestion(for name: String, among names: [String]) -> String {
    let near = nearest(to: name, among: names)
    if !near.isEmpty { return "; did you mean \(near.joined(separator: ", "))?" }
    let shown = names.sorted().prefix(30).joined(separator: ", ")
    return "; there are \(shown)\(names.count > 30 ? ", …" : "")"
  }

  private static func words(of text: String) -> Set<Substring> {
    Set(text.split { !$0.isLetter && !$0.isNumber })
  }

  /// Levenshtein's distance.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substituted = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
