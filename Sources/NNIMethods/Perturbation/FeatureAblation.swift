/// How much the score falls when a group of elements is replaced.
///
/// Every element of group `g` gets `f_c(x) − f_c(x with g replaced)`; the map has the input's shape. The
/// class is fixed from `x`. Only forward passes are made, one a group, and in each only what the group's
/// bounding box changes is computed, where that pays.
///
/// `details["segments"]` holds the labels, `[1 or N, 1 or C, …]`: for windows numbered row by row, for
/// superpixels each sample's own.
///
/// ```swift
/// let attribution = try FeatureAblation(mask: .superpixels, segments: 60).attribute(
///   model, input: image, target: .predicted)
/// ```
///
/// - Reference: Zeiler and Fergus 2014, *Visualizing and Understanding Convolutional Networks*, section
///   4.2 (`zeiler2014visualizing`), for groups of any shape, as Captum's `FeatureAblation`; superpixels
///   after Achanta et al. 2012 (`achanta2012slic`). A label of a batch stands for its group in each
///   sample.
public struct FeatureAblation: ConfigurableMethod, ForwardMethod {
  /// The groups.
  public var mask: AblationMask
  /// The sides of a window, in elements; automatic ones are 8, and 1 for `[N, features]`: each column alone.
  public var window: WindowExtent
  /// About how many superpixels there are.
  public var segments: Int
  /// How much a superpixel's shape counts against its colour.
  public var compactness: Double
  /// What a group is replaced by.
  public var fill: Fill
  /// Which number of the target is compared.
  public var score: ScoreKind

  /// Creates the method.
  public init(
    mask: AblationMask = .windows, window: WindowExtent = .automatic, segments: Int = 50,
    compactness: Double = 10,
    fill: Fill = .numbers([0]), score: ScoreKind = .logit
  ) {
    self.mask = mask
    self.window = window
    self.segments = segments
    self.compactness = compactness
    self.fill = fill
    self.score = score
  }

  public var name: String { "feature-ablation" }

  public var nodesRead: Set<NodeID>? { [] }

  public var options: [MethodOption<Self>] {
    [
      .ablationMask("mask", \.mask, "which elements are replaced together"),
      .windowExtent(
        "window", \.window,
        "for windows: their sides, in elements; automatic: 8, and each column of a table alone",
        canBeAutomatic: true),
      .integer("segments", \.segments, "for superpixels: about how many", in: 1...65536),
      .number(
        "compactness", \.compactness, "for superpixels: the weight of place against colour",
        in: 0.001...1000),
      .fill("fill", \.fill, "what a group is replaced by, after normalisation"),
      .choice("score", \.score, "which number of the target is compared"),
    ]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    let shape = context.shapes[context.graph.input] ?? []
    switch mask {
    case .windows:
      let sides = sides(over: [1] + shape)
      let windows = try WindowGrid(over: [1] + shape, window: sides, stride: sides)
      return try context.cost(replacing: windows.count, boxes: windows.boxes())
    case .superpixels:
      return try context.cost(
        replacing: segments, boxes: SLIC.largestBoxes(segments, over: shape))
    case .tensor(let labels, let name):
      let groups = try LabelParts(labels, name: name, over: [context.samples] + shape)
      return try context.cost(replacing: groups.count, boxes: groups.boxes())
    }
  }

  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? { Recomputation.scope(in: graph) }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    try attribute(recording, target: target, Recomputation())
  }

  /// The same, made in a way that changes nothing but time and memory.
  func attribute(
    _ recording: Recording, target: Target, _ recomputation: Recomputation
  ) throws -> Attribution {
    try recording.model.requireOneInput(for: name)
    let input = recording.input
    let scores = try MaskedScores(
      recording, target: target, kind: score, fill: fill, recomputation: recomputation)
    let groups = try groups(of: input, recording.model.inputSpec)
    let differences = try scores.clean.unsqueezed(1) - scores(groups)
    let map = try groups.spread(differences, to: input.shape)
    return try Attribution(
      map: map, ledger: Ledger(score: scores.clean, map: map), target: scores.target, method: self,
      details: ["segments": groups.labels])
  }

  /// The sides of a window on an input of a shape.
  private func sides(over shape: [Int]) -> WindowExtent {
    window == .automatic ? (shape.count == 2 ? 1 : 8) : window
  }

  private func groups(of input: Tensor, _ spec: InputSpec) throws -> LabelParts {
    switch mask {
    case .windows: try LabelParts(windows: sides(over: input.shape), over: input.shape)
    case .tensor(let tensor, let name): try LabelParts(tensor, name: name, over: input.shape)
    case .superpixels:
      try LabelParts(SLIC(segments: segments, compactness: compactness).labels(of: input, spec))
    }
  }
}

extension FeatureAblation: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        FeatureAblation(), "How much the score falls when a group of elements is replaced.",
        cites: ["zeiler2014visualizing", "achanta2012slic"])
    ]
  }
}
