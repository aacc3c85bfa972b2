import Dispatch
public import Foundation
public import NNIImages
public import NNInterpretability
import Synchronization

/// One photograph, explained by several methods.
public struct PhotoExplanation: Sendable {
  /// What reports show of it.
  public let photo: ReportPhoto
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
  ///   - refusal: Called when a method cannot explain such a network; it is then left out. Without it
  ///     the refusal is thrown.
  ///   - progress: Called with each method's name before it runs.
  /// - Throws: `InterpretabilityError` when the photograph cannot be prepared or a method fails.
  public init(
    _ image: Image, named name: String, by model: Model, methods: [any AttributionMethod],
    target: Target, refusal: ((String, InterpretabilityError) -> Void)? = nil,
    progress: (String) -> Void = { _ in }
  ) throws {
    let (tensor, geometry) = try model.inputSpec.tensor(from: image)
    let input = try tensor.converted(to: model.parameterType)
    var attributions: [Attribution] = []
    var manifests: [Manifest] = []
    var recordings = SharedRecordings(model, input: input)
    for method in methods {
      progress(method.name)
      do {
        let (attribution, manifest) = try Manifest.measuring(model, input: input) {
          try recordings.attribute(method, target: target)
        }
        attributions.append(attribution)
        manifests.append(manifest)
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
        logits, model.inputSpec, explained: attributions.first?.classes.first),
      tiles: try attributions.map { try ReportTile($0, sample: 0) })
  }

  /// Writes `NAME.png` and `NAME.svg`, the contact sheet, and `NAME-METHOD.png` for each method.
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
      if !tile.subtitle.isEmpty, tile.title == "lrp-composite" { name += "-\(tile.subtitle)" }
      while !taken.insert(name).inserted { name += "-again" }
      let file = folder.appending(path: "\(name).png")
      pictures.append {
        try Overlay().image(
          of: tile.map, on: photo.image, region: photo.region, colors: tile.colors,
          scaling: tile.scaling
        ).writePNG(to: file)
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
    _ logits: Tensor, _ spec: InputSpec, explained: Int?
  ) throws -> [ReportPrediction] {
    let classes = try ClassRanking.all(logits).first?.entries ?? []
    let shown = classes.prefix(5) + classes.dropFirst(5).filter { $0.index == explained }
    return shown.map {
      ReportPrediction(
        className: spec.label($0.index), probability: $0.probability, logit: $0.logit,
        isExplained: $0.index == explained)
    }
  }
}
