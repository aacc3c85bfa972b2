public import Foundation
internal import NNIImages

/// The places of given photographs that excite a channel most and least, cut to what the channel sees
/// there.
///
/// Each photograph goes through the network as for a prediction; of a model that does not say what size it
/// takes, at its own size. Only the layers up to the channel's run, one photograph at a time, and nothing
/// of a photograph is kept but the few values that may be among the largest or smallest: memory does not
/// grow with the number of photographs. Equal values are ordered by photograph, then row, then column.
///
/// ```swift
/// let feature = try FeatureReference("features.7:12", in: model.graph)
/// let files = try ImageFolder.files(in: folder)
/// let findings = try DatasetExamples(top: 9).find(model, feature: feature, in: files)
/// ```
///
/// - Reference: Zeiler and Fergus 2014, *Visualizing and Understanding Convolutional Networks*, section 4,
///   figure 2 (`zeiler2014visualizing`).
public struct DatasetExamples: Sendable, Hashable, Codable {
  /// How many places of each kind are wanted; 1 to 10 000.
  public var top: Int
  /// How many places of one photograph may be among them; 1 to 10 000.
  public var perPhotograph: Int

  /// Creates the options.
  public init(top: Int = 9, perPhotograph: Int = 1) {
    self.top = top
    self.perPhotograph = perPhotograph
  }

  /// Looks at all photographs.
  ///
  /// - Parameters:
  ///   - model: The network; only what lies before the channel runs.
  ///   - feature: One channel of a layer: of `[N, C, H, W]`, or an element of `[N, C]`.
  ///   - files: The photographs; a file that is none is left out and named in the findings.
  ///   - onPhotograph: Called after each file with the number done; what it throws ends the search.
  /// - Returns: The places of both kinds.
  /// - Throws: ``InterpretabilityError`` for an option out of range, an unknown layer or channel, values that
  ///   are NaN, or when no file can be read.
  public func find(
    _ model: Model, feature: FeatureReference, in files: [URL],
    onPhotograph: (Int) throws -> Void = { _ in }
  ) throws -> DatasetFindings {
    try validate(feature)
    let graph = try model.prepared(upTo: feature.layer)
    let (dtype, device) = try (model.parameterType, model.graph.device)
    var (largest, smallest) = (ExampleRanking(limit: top), ExampleRanking(limit: top))
    var unreadable: [(file: URL, reason: String)] = []
    var field: ReceptiveField?
    var photographs = 0
    try Computation.forEach(Array(files.enumerated())) { index, file in
      do {
        let picture = try model.inputSpec.networkPicture(Image(contentsOf: file))
        let input = try model.inputSpec.normalized(model.inputSpec.pixels(of: picture))
          .converted(to: dtype).moved(to: device)
        let trace = try graph.trace(input, readable: [], to: feature.layer)
        let map = try Self.map(feature.elements(of: trace[feature.layer]), at: feature.layer, file)
        if photographs == 0 {
          field = try ReceptiveField(of: feature.layer, in: graph, shapes: trace.sampleShapes)
        }
        largest.add(map, photograph: index, perPhotograph: perPhotograph, sign: 1)
        smallest.add(map, photograph: index, perPhotograph: perPhotograph, sign: -1)
        photographs += 1
      } catch let error as ImageError {
        unreadable.append((file, error.description))
      }
      try onPhotograph(index + 1)
    }
    guard photographs > 0 else {
      throw InterpretabilityError(
        .invalidFile,
        files.isEmpty
          ? "there are no photographs to look at; give a folder with JPEG, PNG or WebP files"
          : "none of the \(files.count) files can be read as a photograph; the first: "
            + (unreadable.first?.reason ?? ""))
    }
    func examples(_ ranking: ExampleRanking) throws -> [DatasetExample] {
      try ranking.places.map { try example($0, files[$0.photograph], model.inputSpec, field) }
    }
    return DatasetFindings(
      strongest: try examples(largest), weakest: try examples(smallest), photographs: photographs,
      unreadable: unreadable, field: field)
  }

  /// A place with its patch; the photograph is read again.
  private func example(
    _ place: ExampleRanking.Place, _ file: URL, _ spec: InputSpec, _ field: ReceptiveField?
  ) throws -> DatasetExample {
    let picture = try spec.networkPicture(Image(contentsOf: file))
    let rows = field?.rows.inputs(of: place.row) ?? 0..<picture.height
    let columns = field?.columns.inputs(of: place.column) ?? 0..<picture.width
    return DatasetExample(
      file: file, value: place.value, position: (place.row, place.column), rows: rows,
      columns: columns, patch: try spec.patch(of: picture, rows: rows, columns: columns))
  }

  /// A channel's values as a map.
  private static func map(_ values: Tensor, at layer: NodeID, _ file: URL) throws
    -> (width: Int, values: [Double])
  {
    guard values.rank == 2 || values.rank == 4 else {
      throw InterpretabilityError(
        .invalidTarget,
        "its value has shape \(values.shape), wanted [N, C] or [N, C, H, W]; choose another layer",
        node: layer)
    }
    guard try values.isFinite() else {
      throw InterpretabilityError(
        .notFinite, "its value for \(file.lastPathComponent) is NaN or infinite", node: layer)
    }
    return (values.rank == 4 ? values.shape[3] : 1, try values.doubles())
  }

  private func validate(_ feature: FeatureReference) throws {
    guard (1...10_000).contains(top), (1...10_000).contains(perPhotograph) else {
      throw InterpretabilityError(
        .invalidOption,
        "\(top) examples with \(perPhotograph) of one photograph were wanted; give numbers from 1 to 10000"
      )
    }
    guard case .one = feature.channels else {
      throw InterpretabilityError(
        .invalidTarget,
        "examples are of one channel; write LAYER:NUMBER, such as \(feature.layer):3",
        node: feature.layer)
    }
  }
}

extension InputSpec {
  /// A photograph as the network gets it, before normalisation.
  fileprivate func networkPicture(_ photograph: Image) throws -> Image {
    let plain = photograph.converted(to: channels == .grey ? .grey : .rgb)
    guard size.count == 2 else { return plain }
    let geometry =
      resize > 0
      ? try CropGeometry(of: plain, shorterSide: resize, cropWidth: size[1], cropHeight: size[0])
      : try CropGeometry(of: plain, resizedWidth: size[1], resizedHeight: size[0])
    return try plain.applying(geometry, interpolation: interpolation)
  }

  /// A rectangle of a picture; beyond the border stands the mean colour.
  fileprivate func patch(of picture: Image, rows: Range<Int>, columns: Range<Int>) throws -> Image {
    let means = mean.isEmpty ? [Double](repeating: 0, count: picture.channels) : mean
    let color = (channels == .bgr ? means.reversed() : means).map {
      UInt8(max(0, min(255, ($0 * 255).rounded())))
    }
    var patch = try Image(width: columns.count, height: rows.count, filledWith: color)
    for y in rows.clamped(to: 0..<picture.height) {
      for x in columns.clamped(to: 0..<picture.width) {
        for channel in 0..<picture.channels {
          patch[x: x - columns.lowerBound, y: y - rows.lowerBound, channel: channel] =
            picture[x: x, y: y, channel: channel]
        }
      }
    }
    return patch
  }
}
