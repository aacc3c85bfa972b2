public import NNIImages

/// A photograph, what the network says about it, and the maps that explain it.
public struct ReportPhoto: Sendable, Hashable {
  /// The file's name; any text.
  public var name: String
  /// The whole photograph.
  public var image: Image
  /// What the network saw of it, in its pixels.
  public var region: CropGeometry.Region
  /// The most probable classes, best first.
  public var predictions: [ReportPrediction]
  /// One for each method.
  public var tiles: [ReportTile]
  /// How relevance flows through the network, for methods that hand it down.
  public var graphs: [ReportGraph]

  /// What the maps explain, in words, such as “tabby (281)” or the difference of two classes; empty where
  /// it is the class that ``explained`` names.
  public var target = ""
  /// Whether maps of one kind and unit have one scale.
  public var hasCommonScale = false

  /// The class that the maps explain: the marked one; where no ``target`` is stated, else the most probable.
  public var explained: ReportPrediction? {
    predictions.first { $0.isExplained } ?? (target.isEmpty ? predictions.first : nil)
  }

  /// What the maps explain: the target, else the class, else the photograph's name.
  var heading: String { target.isEmpty ? explained?.className ?? name : target }

  /// Describes a photograph.
  public init(
    name: String, image: Image, region: CropGeometry.Region, predictions: [ReportPrediction],
    tiles: [ReportTile], graphs: [ReportGraph] = [], target: String = ""
  ) {
    self.target = target
    self.name = name
    self.image = image
    self.region = region
    self.predictions = predictions
    self.tiles = tiles
    self.graphs = graphs
  }
}

/// A network with the relevance that one method hands down through it.
public struct ReportGraph: Sendable, Hashable {
  /// The method's name, with its preset where it has one.
  public var method: String
  /// The drawing.
  public var diagram: NetworkDiagram

  /// Describes a graph.
  public init(_ method: String, _ diagram: NetworkDiagram) {
    self.method = method
    self.diagram = diagram
  }
}
