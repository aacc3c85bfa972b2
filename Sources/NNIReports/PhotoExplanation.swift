import Dispatch
public import Foundation
public import NNIImages
public import NNInterpretability
import Synchronization

/// One photograph, explained by several methods.
public struct PhotoExplanation: Sendable {
  /// What reports show of it.
  public private(set) var photo: ReportPhoto
  /// What is needed to make each map again, in the order of the methods.
  public let manifests: [Manifest]
  /// The maps, in the order of the methods.
  public let attributions: [Attribution]

  /// Explains a photograph.
  ///
  /// - Parameters:
  ///   - image: The photograph, of any size.
  ///   - name: What reports and files call it.
  ///   - model: The network; its input description says how the photograph is prepared.
  ///   - methods: What is asked.
  ///   - target: What is explained.
  ///   - showsGraphs: Whether methods that hand relevance down also show it flow through the network.
  ///   - refusal: Called when a method cannot explain such a network; it is then left out. Without it
  ///     the refusal is thrown.
  ///   - progress: Called with each method's name before it runs.
  /// - Throws: `InterpretabilityError` when the photograph cannot be prepared or a method fails.
  public init(
    _ image: Image, named name: String, by model: Model, methods: [any AttributionMethod],
    target: Target, showsGraphs: Bool = false,
    refusal: ((String, InterpretabilityError) -> Void)? = nil,
    progress: (String) -> Void = { _ in }
  ) throws {
    let (tensor, geometry) = try model.inputSpec.tensor(from: image)
    let input = try tensor.converted(to: model.parameterType)
    var attributions: [Attribution] = []
    var manifests: [Manifest] = []
    var graphs: [ReportGraph] = []
    var recordings = SharedRecordings(model, input: input)
    for method in methods {
      progress(method.name)
      do {
        let (attribution, manifest) = try Manifest.measuring(model, input: input) {
          try recordings.attribute(method, target: target)
        }
        attributions.append(attribution)
        manifests.append(manifest)
        if showsGraphs, let method = method as? any RelevanceFlowMethod {
          graphs.append(
            try Self.graph(
              method, recordings.recording(method.preparation), target: target, of: name))
        }
      } catch let error as InterpretabilityError where error.code == .unsupported {
        guard let refusal else { throw error }
        refusal(method.name, error)
      }
    }
    self.attributions = attributions
    self.manifests = manifests
    // The network's own pass, which methods that act on it have made already.
    let logits = try recordings.recording(.asIs).trace.output
    photo = ReportPhoto(
      name: name, image: image, region: geometry.regionInOriginal,
      predictions: try Self.predictions(
        logits, model, explained: attributions.first?.classes.first),
      tiles: try attributions.map { try ReportTile($0, sample: 0) }, graphs: graphs)
  }

  /// The same explanation with each tile replaced, such as by one of another style, or by two.
  public func showing(_ tiles: (ReportTile) throws -> [ReportTile]) rethrows -> PhotoExplanation {
    var changed = self
    changed.photo.tiles = try photo.tiles.flatMap(tiles)
    return changed
  }

  private static func graph(
    _ method: any RelevanceFlowMethod, _ recording: Recording, target: Target, of name: String
  ) throws -> ReportGraph {
    let preset = method.optionValues["preset"].map { "-\($0)" } ?? ""
    let flow = try method.flow(recording, target: target)
    let label = flow.classes.first.map { recording.model.inputSpec.label($0) } ?? "difference"
    let diagram = try NetworkDiagram(
      "\(name): \(label), \(method.name)\(preset)", of: recording.trace, flow: flow,
      caption:
        "\(recording.model.name). The input is on top; relevance flows upwards from the score.")
    return ReportGraph(method.name + preset, diagram)
  }

  /// Writes `NAME.png` and `NAME.svg`, the contact sheet, `NAME-METHOD.png` for each method, and for each
  /// graph `NAME-METHOD-graph.svg` and `.png`.
  ///
  /// - Throws: `ImageError` when a file cannot be written.
  public func write(to folder: URL, caption: String) throws {
    let figure = Figure(of: photo, columns: min(4, max(2, photo.tiles.count + 1)), caption: caption)
    var pictures: [@Sendable () throws -> Void] = [
      {
        let svg = try figure.svg()
        try AtomicFile.write(Data(svg.utf8), to: folder.appending(path: "\(photo.name).svg"))
        try Figure.image(svg).writePNG(to: folder.appending(path: "\(photo.name).png"))
      }
    ]
    var taken: Set<String> = []
    for tile in photo.tiles {
      var name = "\(photo.name)-\(tile.title)"
      if let preset = tile.options.first(where: { $0.name == "preset" }) {
        name += "-\(preset.value)"
      }
      if tile.options.contains(where: { $0.name == "rules" && !$0.value.isEmpty }) {
        name += "-own-rules"
      }
      if tile.part != .all { name += "-\(tile.part.rawValue)" }
      while !taken.insert(name).inserted { name += "-again" }
      let file = folder.appending(path: "\(name).png")
      pictures.append {
        try tile.picture(with: photo).writePNG(to: file)
      }
    }
    for graph in photo.graphs {
      var name = "\(photo.name)-\(graph.method)-graph"
      while !taken.insert(name).inserted { name += "-again" }
      let (svg, png) = (
        folder.appending(path: "\(name).svg"), folder.appending(path: "\(name).png")
      )
      pictures.append {
        try graph.diagram.writeSVG(to: svg)
        try graph.diagram.image().writePNG(to: png)
      }
    }
    try Self.runInParallel(pictures)
  }

  /// Runs all, and throws the first error that occurred.
  private static func runInParallel(_ jobs: [@Sendable () throws -> Void]) throws {
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
      do {
        try jobs[index]()
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// The five most probable classes, and the explained one if it is not among them.
  private static func predictions(
    _ logits: Tensor, _ model: Model, explained: Int?
  ) throws -> [ReportPrediction] {
    let classes = try NetworkAnswer.all(logits, model.outputMeaning).first?.entries ?? []
    let shown = classes.prefix(5) + classes.dropFirst(5).filter { $0.index == explained }
    return shown.map {
      ReportPrediction(
        className: model.outputLabel($0.index, isNumber: $0.probability == nil),
        probability: $0.probability, logit: $0.value,
        isExplained: $0.index == explained)
    }
  }
}
