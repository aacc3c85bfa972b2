/// The mean gradient along a path, from pieces that are halved where they are farthest off.
struct AdaptiveIntegral {
  /// Gauss–Legendre nodes of a piece.
  static let nodes = 8
  static let largest = 4096

  /// A part of one sample's way.
  private struct Piece {
    let sample: Int
    let begin: Double
    let end: Double
    let scores: (begin: Double, end: Double)
    /// `∫ ∂f_c/∂x dt` over the piece, `[1, …]`.
    let gradient: Tensor
    /// How far the piece's own sum is from the score's change over it.
    let residual: Double
  }

  private let path: IntegrationPath
  private var pieces: [Piece] = []
  private var evaluations: [Int]

  /// Cuts the path of every sample into equal pieces.
  init(_ path: IntegrationPath, pieces count: Int) throws {
    self.path = path
    let samples = path.way.shape[0]
    evaluations = [Int](repeating: 0, count: samples)
    let cuts = (0...count).map { Double($0) / Double(count) }
    try Computation.forEach(0..<samples) { sample in
      let scores = try path.scores(
        cuts.map { IntegrationPath.Point(sample: sample, position: $0) })
      for index in 0..<count {
        pieces.append(
          try piece(
            sample, cuts[index]...cuts[index + 1], (scores[index], scores[index + 1])))
      }
    }
  }

  /// Halves pieces until each sample's residual is at most `tolerance · max(|Δ|, 1)`.
  mutating func refine(to tolerance: Double) throws {
    let (scores, references) = (try path.score.doubles(), try path.reference.doubles())
    try Computation.forEach(scores.indices) { sample in
      let allowed = tolerance * max(abs(scores[sample] - references[sample]), 1)
      while evaluations[sample] + 2 * Self.nodes <= Self.largest {
        let own = pieces.indices.filter { pieces[$0].sample == sample }
        let missing = own.reduce(0) { $0 + abs(pieces[$1].residual) }
        guard missing > allowed,
          let worst = own.max(by: { abs(pieces[$0].residual) < abs(pieces[$1].residual) })
        else { return }
        Computation.report(allowed / missing)
        let piece = pieces.remove(at: worst)
        let middle = (piece.begin + piece.end) / 2
        let score = try path.scores([.init(sample: sample, position: middle)])[0]
        pieces.append(try self.piece(sample, piece.begin...middle, (piece.scores.begin, score)))
        pieces.append(try self.piece(sample, middle...piece.end, (score, piece.scores.end)))
      }
    }
  }

  /// The mean gradient of each sample, `[1, …]`.
  var means: [Tensor] {
    get throws {
      try evaluations.indices.map { sample in
        let own = pieces.filter { $0.sample == sample }.sorted { $0.begin < $1.begin }
        return try own.dropFirst().reduce(own[0].gradient) { try $0 + $1.gradient }
      }
    }
  }

  /// How many nodes each sample took, and the sum of its pieces' absolute residuals.
  var details: [String: Tensor] {
    get throws {
      let errors = evaluations.indices.map { sample in
        pieces.filter { $0.sample == sample }.reduce(0) { $0 + abs($1.residual) }
      }
      return [
        "nodes": try Tensor(evaluations.map(Int64.init), shape: [evaluations.count]),
        "error-estimate": try Tensor(errors, shape: [errors.count]),
      ]
    }
  }

  private mutating func piece(
    _ sample: Int, _ range: ClosedRange<Double>, _ scores: (Double, Double)
  ) throws -> Piece {
    let length = range.upperBound - range.lowerBound
    let nodes = Quadrature.gaussLegendre.nodes(Self.nodes).map {
      (position: range.lowerBound + length * $0.position, weight: length * $0.weight)
    }
    evaluations[sample] += nodes.count
    let total = try path.weightedGradient(sample: sample, nodes)
    let way = try path.way.narrowed(axis: 0, to: sample..<(sample + 1))
    let sum = try (way * total).sum().item()
    return Piece(
      sample: sample, begin: range.lowerBound, end: range.upperBound, scores: scores,
      gradient: total, residual: scores.1 - scores.0 - sum)
  }
}
