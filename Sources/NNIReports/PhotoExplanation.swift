public import NNIMethods
import Dispatch
public import Foundation
public import NNIImages
import Synchronization

/// One photograph, explained by several methods.
public struct PhotoExplanation: Sendable {
  /// What reports show of it.
  public private(set) var photo: ReportPhoto
  /// What is needed to make each map again, in the order of the methods.
  public let manifests: [Manifest]
  /// The maps, in the order of the methods.
  public let attributions: [Attribution]
  /// What the network says: its output for the photograph.
  public let logits: Tensor

  /// Explains a photograph.
  ///
  /// - Parameters:
  ///   - image: The photograph, of any size.
  ///   - name: What reports and files call it.
  ///   - model: The network; its input description says how the photograph is prepared.
  ///   - methods: What is asked.
  ///   - target: What is explained.
  ///   - showsGraphs: Whether methods that hand relevance down also show it flow through the network.
  ///   - refusal: Called when a method cannot explain such a network, or its map cannot be right; it is then left out. Without it
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
    try Computation.forEach(methods) { method in
      progress(method.name)
      do {
        let (attribution, manifest) = try Manifest.measuring(
          model, input: input, target: target
        ) {
          try recordings.attribute(method, target: target)
        }
        attributions.append(attribution)
        manifests.append(manifest)
        if showsGraphs, let method = method as? any RelevanceFlowMethod {
          graphs.append(
            try Self.graph(
              method, recordings.recording(method.preparation), target: target, of: name))
        }
      } catch let error as InterpretabilityError
        where error.code == .unsupported || error.code == .brokenLaw
      {
        guard let refusal else { throw error }
        refusal(method.name, error)
      }
    }
    self.attributions = attributions
    self.manifests = manifests
    let title = target.title(
      classes: attributions.first?.classes ?? [], sample: 0, spec: model.inputSpec)
    // The network's own pass, which methods that act on it have made already.
    logits = try recordings.recording(.asIs).trace.output
    photo = ReportPhoto(
      name: name, image: image, region: geometry.regionInOriginal,
      predictions: try Self.predictions(
        logits, model, explained: attributions.first?.classes.first),
      tiles: ReportTile.distinguished(try attributions.map { try ReportTile($0, sample: 0) }),
      graphs: graphs,
      target: attributions.isEmpty ? "" : title)
  }

  /// The same explanation with each tile replaced, such as by one of another style, or by two.
  public func showing(_ tiles: (ReportTile) throws -> [ReportTile]) rethrows -> PhotoExplanation {
    var changed = self
    changed.photo.tiles = try photo.tiles.flatMap(tiles)
    return changed
  }

  /// The same explanation with one scale for all maps of a kind and a unit.
  public func withCommonScale() throws -> PhotoExplanation {
    var changed = self
    changed.photo = try photo.withCommonScale()
    return changed
  }

  private static func graph(
    _ method: any RelevanceFlowMethod, _ recording: Recording, target: Target, of name: String
  ) throws -> ReportGraph {
    let preset = method.optionValues["preset"].map { "-\($0)" } ?? ""
    let flow = try method.flow(recording, target: target)
    let label = target.title(
      classes: flow.classes, sample: 0, spec: recording.model.inputSpec)
    let diagram = try NetworkDiagram(
      "\(name): \(label), \(method.name)\(preset)", of: recording.trace, flow: flow,
      caption:
        "\(recording.model.name). The input is on top; relevance flows upwards from the score.")
    return ReportGraph(method.name + preset, diagram)
  }

  /// Writes `NAME.png`, `NAME.svg` and `NAME.pdf`, the contact sheet, `NAME-METHOD.png` for each method, and for each
  /// graph `NAME-METHOD-graph` in the same three formats.
  ///
  /// - Throws: `ImageError` when a file cannot be written.
  public func write(to folder: URL, caption: String) throws {
    let figure = Figure(of: photo, columns: min(4, max(2, photo.tiles.count + 1)), caption: caption)
    var pictures: [@Sendable () throws -> Void] = [
      {
        let svg = try figure.svg()
        try AtomicFile.write(Data(svg.utf8), to: folder.appending(path: "\(photo.name).svg"))
        let image = try Figure.image(svg)
        let png = try image.pngData()
        try AtomicFile.write(png, to: folder.appending(path: "\(photo.name).png"))
        try AtomicFile.write(
          PDFPicture(image, title: "\(photo.name): \(photo.heading)").data(png: png),
          to: folder.appending(path: "\(photo.name).pdf"))
      }
    ]
    var taken: Set<String> = []
    for tile in photo.tiles {
      var name = "\(photo.name)-\(tile.name)"
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
      let file = name
      pictures.append {
        try graph.diagram.writeSVG(to: folder.appending(path: "\(file).svg"))
        let image = try graph.diagram.image()
        let png = try image.pngData()
        try AtomicFile.write(png, to: folder.appending(path: "\(file).png"))
        try AtomicFile.write(
          PDFPicture(image, title: file).data(png: png), to: folder.appending(path: "\(file).pdf"))
      }
    }
    try Self.runInParallel(pictures)
  }

  /// Runs all, and throws the first error that occurred.
  private static func runInParallel(_ jobs: [@Sendable () throws -> Void]) throws {
    let failure = Mutex<(any Error)?>(nil)
    // Values of a task do not reach the threads of a queue by themselves.
    let read = FilesRead.current
    DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
      do {
        try FilesRead.$current.withValue(read) { try jobs[index]() }
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
