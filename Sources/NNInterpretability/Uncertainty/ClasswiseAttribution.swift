/// Maps gathered by class: what pulls the members' decisions to each class.
///
/// Where members vote for different classes, the map of their mean hides it. Either each pass is explained
/// for the class that it votes for, and the maps of a class are put together, or each pass is explained
/// for every class.
///
/// The original package's notebooks 11 to 13 show the sums; they draw a new mask for every class, here a
/// pass is one network.
public struct ClasswiseAttribution: Sendable {
  /// For which classes a pass is explained.
  public enum Assignment: String, Sendable, CaseIterable, Codable {
    /// For the class that it predicts.
    case voted
    /// For each of the chosen classes.
    case every
  }

  /// What becomes of the maps of a class.
  public enum Gathering: String, Sendable, CaseIterable, Codable {
    /// Their mean.
    case mean
    /// Their sum.
    case sum
    /// Their mean, weighted by the probability that each pass gives the class.
    case weightedMean = "weighted-mean"
  }

  /// For each sample the map of each class that has one, `[1, …]`.
  public let maps: [[Int: Tensor]]
  /// How many passes voted for each class, `[N][classes]`.
  public let votes: [[Int]]
  /// How many passes each map is made of, by class.
  public let counts: [[Int: Int]]
  public let assignment: Assignment
  public let gathering: Gathering
  /// All that is needed to make the members again.
  public let record: [String: OptionValue]
}

extension UncertainAttribution {
  /// Gathers the maps of each sample by class.
  ///
  /// - Parameters:
  ///   - input: The clean batch, `[N, …]`.
  ///   - assignment: For which classes a pass is explained.
  ///   - gathering: What becomes of the maps of a class.
  ///   - classes: The classes for ``ClasswiseAttribution/Assignment/every``; empty takes all.
  ///   - progress: Is told how many of all passes are done; what it throws ends the work.
  /// - Returns: A map for each class that was explained.
  /// - Throws: ``InterpretabilityError`` when the method cannot explain a member, a class does not exist,
  ///   or the maps of all classes do not fit in the model's memory budget.
  public func attributeByClass(
    _ input: Tensor, _ assignment: ClasswiseAttribution.Assignment = .voted,
    gathering: ClasswiseAttribution.Gathering = .mean, classes: [Int] = [],
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> ClasswiseAttribution {
    let input = try distribution.model.checked(input)
    let samples = input.shape[0]
    let passes = try MemberPasses(self, input)
    var (maps, votes, counts): ([[Int: Tensor]], [[Int]], [[Int: Int]]) = ([], [], [])
    for sample in 0..<samples {
      var sums = ClassSums(gathering, bytes: distribution.model.memoryBudget.bytes / samples)
      try passes.forEach(sample: sample, like: .predicted) { rows in
        guard assignment == .every else { return [.predicted] }
        let all = rows.first.map { Array($0.indices) } ?? []
        return (classes.isEmpty ? all : classes).map { .class($0) }
      } _: { result in
        try sums.add(result)
        try progress(sample * distribution.count + result.pass + 1, samples * distribution.count)
      }
      maps.append(try sums.maps())
      votes.append(sums.votes)
      counts.append(sums.counts)
    }
    return ClasswiseAttribution(
      maps: maps, votes: votes, counts: counts, assignment: assignment, gathering: gathering,
      record: distribution.record)
  }
}

/// Sums of maps by class, in double precision.
private struct ClassSums {
  let gathering: ClasswiseAttribution.Gathering
  let bytes: Int
  private(set) var votes: [Int] = []
  private(set) var counts: [Int: Int] = [:]
  private var sums: [Int: Tensor] = [:]
  private var weights: [Int: Double] = [:]
  private var seen: Set<Int> = []

  init(_ gathering: ClasswiseAttribution.Gathering, bytes: Int) {
    self.gathering = gathering
    self.bytes = bytes
  }

  mutating func add(_ result: MemberPasses.Result) throws {
    guard let explained = result.explained else {
      throw InterpretabilityError(
        .unsupported, "maps by class need a method that explains a class; this one explains none")
    }
    guard !result.probabilities.isEmpty else {
      throw InterpretabilityError(
        .unsupported, "maps by class need classes; the network's outputs are numbers")
    }
    if votes.isEmpty { votes = result.probabilities.map { _ in 0 } }
    if seen.insert(result.pass).inserted { votes[result.predicted] += 1 }
    let weight = gathering == .weightedMean ? result.probabilities[explained] : 1
    let part = try result.map.converted(to: .float64) * weight
    sums[explained] = try sums[explained].map { try $0 + part } ?? part
    weights[explained, default: 0] += weight
    counts[explained, default: 0] += 1
    guard sums.count * part.count * 8 <= bytes else {
      throw InterpretabilityError(
        .invalidOption,
        "the maps of \(sums.count) classes take more than the memory budget; choose fewer classes")
    }
  }

  func maps() throws -> [Int: Tensor] {
    guard gathering != .sum else { return sums }
    var means: [Int: Tensor] = [:]
    for (explained, sum) in sums {
      let weight = weights[explained] ?? 1
      // Where no pass gives the class any probability, no map counts.
      means[explained] = try weight > 0 ? sum / weight : sum
    }
    return means
  }
}
