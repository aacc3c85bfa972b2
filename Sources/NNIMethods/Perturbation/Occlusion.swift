/// How much the score falls when a window of the input is covered.
///
/// `map_i = mean over the windows w that cover i of f_c(x) − f_c(x with w replaced)`, the same for all
/// channels, which are covered together; the map has the input's shape, `[N, C, H, W]`. Windows lie on
/// all axes after the channel axis (one, two or three), or on the features of `[N, features]`, and may have
/// another side along each. The class
/// is fixed from `x`. Only forward passes are made, and in each only what the window changes is computed,
/// where that pays; the numbers are those of complete passes up to rounding.
///
/// `details["scores"]`, `[N, rows, columns]`, holds `f_c(x with w replaced)` of every window.
///
/// ```swift
/// let attribution = try Occlusion(window: 32, stride: 16).attribute(
///   model, input: image, target: .predicted)
/// ```
///
/// - Reference: Zeiler and Fergus 2014, *Visualizing and Understanding Convolutional Networks*, section
///   4.2 (`zeiler2014visualizing`). Overlapping windows are averaged and a last window is cut at the
///   border, as in Captum; the paper slides one grey square and shows its scores.
public struct Occlusion: ConfigurableMethod, ForwardMethod {
  /// The sides of a window, in elements.
  public var window: WindowExtent
  /// The distance between windows, in elements; at most ``window``.
  ///
  /// One number is cut to the window's side along each axis where the window has several.
  public var stride: WindowExtent
  /// What a window is covered with.
  public var fill: Fill
  /// Which number of the target is compared.
  public var score: ScoreKind

  /// Creates the method.
  public init(
    window: WindowExtent = 8, stride: WindowExtent = 4, fill: Fill = .numbers([0]),
    score: ScoreKind = .logit
  ) {
    self.window = window
    self.stride = stride
    self.fill = fill
    self.score = score
  }

  /// Creates the method with windows that are alike along all axes.
  public init(
    window: Int, stride: Int, fill: Fill = .numbers([0]), score: ScoreKind = .logit
  ) {
    self.init(
      window: WindowExtent(window), stride: WindowExtent(stride), fill: fill, score: score)
  }

  public var name: String { "occlusion" }

  public var nodesRead: Set<NodeID>? { [] }

  public var options: [MethodOption<Self>] {
    [
      .windowExtent("window", \.window, "the sides of a window, in elements"),
      .windowExtent("stride", \.stride, "the distance between windows; at most window"),
      .fill("fill", \.fill, "what a window is covered with, after normalisation"),
      .choice("score", \.score, "which number of the target is compared"),
    ]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    let shape = context.shapes[context.graph.input] ?? []
    let windows = try WindowGrid(over: [1] + shape, window: window, stride: stride)
    return try context.cost(replacing: windows.count, boxes: windows.boxes())
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
    let grid = try WindowGrid(over: input.shape, window: window, stride: stride)
    let covered = try scores(grid)
    let mean = try grid.mean(scores.clean.unsqueezed(1) - covered)
    let map = input.rank > 2 ? try mean.unsqueezed(1).repeated(to: input.shape) : mean
    return try Attribution(
      map: map, ledger: Ledger(score: scores.clean, map: map), target: scores.target, method: self,
      details: ["scores": covered.reshaped([input.shape[0]] + grid.counts)])
  }
}

extension Occlusion: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        Occlusion(), "How much the score falls when a window of the input is covered.",
        cites: ["zeiler2014visualizing"])
    ]
  }
}

extension Tensor {
  /// Broadcast to `shape`, with storage of its own.
  package func repeated(to shape: [Int]) throws(TorchError) -> Tensor {
    try .call("aten::contiguous", .tensor(expanded(to: shape)))
  }
}
