/// A network drawn as a graph, its input on top, and how relevance flows through it.
///
/// An edge is the wider, the more relevance flows along it, in the colour of its sign. A stub at the right
/// of a box shows what the box keeps for itself: what biases and stabilizers absorb.
///
/// ```swift
/// let flow = try method.flow(recording, target: .predicted)
/// try NetworkDiagram("SqueezeNet", of: recording.trace, flow: flow).writeSVG(to: url)
/// ```
///
/// - Reference: Layers by longest paths, crossings by barycenters, as in Sugiyama, Tagawa and Toda 1981
///   (`sugiyama1981methods`).
public struct NetworkDiagram: VectorPicture, Hashable {
  /// A layer at work.
  public struct Node: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// What it computes, in a word.
    public var kind: String
    /// The shape of its value for one sample, such as `64×55×55`; empty where it is not known.
    public var shape: String
    /// Whether it begins a box of its own when small layers are folded: weighted layers, joins.
    public var isMajor: Bool
    /// The relevance at its value; none where no flow is shown.
    public var relevance: Double?
    /// What it keeps of that for itself.
    public var absorbed: Double
    /// What is written in the box where no flow is shown, such as a number of parameters.
    public var note: String

    /// Describes a node.
    public init(
      _ name: String, kind: String = "", shape: String = "", isMajor: Bool = true,
      relevance: Double? = nil, absorbed: Double = 0, note: String = ""
    ) {
      self.name = name
      self.kind = kind
      self.shape = shape
      self.isMajor = isMajor
      self.relevance = relevance
      self.absorbed = absorbed
      self.note = note
    }
  }

  /// A value on its way from one node to another.
  public struct Edge: Sendable, Hashable {
    /// The position of the node that gives it.
    public var source: Int
    /// The position of the node that takes it; a later one.
    public var user: Int
    /// The relevance that flows back along it; none where no flow is shown.
    public var relevance: Double?

    /// Describes an edge.
    public init(_ source: Int, _ user: Int, relevance: Double? = nil) {
      self.source = source
      self.user = user
      self.relevance = relevance
    }
  }

  /// Which nodes share a box.
  public enum Folding: Sendable, Hashable {
    /// None.
    case none
    /// An activation, a batch norm or a pooling joins the layer before it, if nobody else uses that.
    case minorLayers
    /// All that follow each other without a fork or a join.
    case chains
    /// The finest of these with at most so many boxes; chains where none has as few.
    case fitting(boxes: Int)
  }

  /// A line above all; none when empty.
  public var title: String
  /// The nodes, each after those that it takes values from.
  public var nodes: [Node]
  /// The edges.
  public var edges: [Edge]
  /// The score that flows, of which the percentages are parts; 0 shows plain numbers instead.
  public var score: Double
  /// Which nodes share a box.
  public var folding: Folding
  /// The smallest share of the score for which a box shows what it keeps, 0 to 1.
  public var smallestDrain: Double
  /// The width of the widest edge.
  public var widestEdge: Double
  /// The colours of what speaks for (its end) and against (its beginning).
  public var colors: ColorMap
  /// What a reader must know, below all.
  public var caption: String
  /// Sizes of text.
  public var style: ChartStyle

  /// Describes a diagram.
  public init(
    _ title: String, nodes: [Node], edges: [Edge], score: Double = 0,
    folding: Folding = .fitting(boxes: 48), smallestDrain: Double = 0.005, widestEdge: Double = 18,
    colors: ColorMap = .blueWhiteRed, caption: String = "", style: ChartStyle = ChartStyle()
  ) {
    self.title = title
    self.nodes = nodes
    self.edges = edges
    self.score = score
    self.folding = folding
    self.smallestDrain = smallestDrain
    self.widestEdge = widestEdge
    self.colors = colors
    self.caption = caption
    self.style = style
  }

  /// The diagram as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` without nodes, for an edge to a node that is not there or not after its
  ///   source, for a number that is not finite, and for sizes out of range.
  public func svg(for medium: ChartMedium) throws -> String {
    try style.check()
    try check()
    return NetworkDrawing(self, medium: medium).svg()
  }

  private func check() throws {
    guard !nodes.isEmpty, nodes.count <= 5000, widestEdge >= 1, widestEdge <= 60,
      smallestDrain >= 0, smallestDrain <= 1
    else {
      throw ReportError(
        .option,
        "The diagram '\(title)' has \(nodes.count) nodes, edges up to \(widestEdge) wide and shows what "
          + "nodes keep from \(smallestDrain) on; give 1 to 5000 nodes, a width from 1 to 60 and a share "
          + "from 0 to 1.")
    }
    for edge in edges
    where edge.source < 0 || edge.source >= edge.user || edge.user >= nodes.count {
      throw ReportError(
        .option,
        "The diagram '\(title)' has an edge from node \(edge.source) to node \(edge.user) of "
          + "\(nodes.count); an edge leads from a node to a later one.")
    }
    let numbers =
      nodes.map { $0.relevance ?? 0 } + nodes.map(\.absorbed) + edges.map { $0.relevance ?? 0 }
      + [score]
    guard numbers.allSatisfy(\.isFinite) else {
      throw ReportError(
        .notFinite, "The diagram '\(title)' was given a relevance that is not finite.")
    }
  }
}
