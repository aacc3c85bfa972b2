import Foundation
import NNIReports
import NNInterpretability

/// What `nni maximize` writes: pictures, a sheet, an animation, the history.
struct MaximizeOutput {
  let maximization: ActivationMaximization
  let canvas: ImageCanvas
  let network: Model
  let wanted: [MaximizeGoals.Goal]
  let state: MaximizationState

  private struct History: Encodable {
    struct Image: Encodable {
      let file: String
      let goal: String
      let steps: Int
      let end: String
      let score: Double
      let probability: Double?
      let scores: [Double]
      let probabilities: [Double]
    }

    let model: String
    let modelDigest: String
    let settings: String
    let steps: Int
    let images: [Image]
    let versions: [String: String]
  }

  func write(to folder: URL, json: Bool) throws {
    let images = try maximization.images(state, for: network)
    let pictures = try canvas.pictures(images)
    let ranking = try ClassRanking.all(network(images), network.outputMeaning)
    var rows: [History.Image] = []
    var tiles: [PictureSheet.Tile] = []
    for (index, picture) in pictures.enumerated() {
      let file = "image-\(index).png"
      try picture.writePNG(to: folder.appending(path: file))
      let own = state.history.images[index]
      let found = wanted[index].index.flatMap { goal in
        ranking.isEmpty ? nil : ranking[index].entries.first { $0.index == goal }
      }
      rows.append(
        History.Image(
          file: file, goal: wanted[index].name, steps: own.steps,
          end: own.end?.rawValue ?? "", score: own.scores.last ?? 0,
          probability: found?.probability, scores: own.scores, probabilities: own.probabilities))
      tiles.append(
        .init(picture, title: wanted[index].name, note: Self.note(own, found?.probability)))
    }
    let history = History(
      model: network.name, modelDigest: network.digest,
      settings: try maximization.settings(for: network), steps: state.step, images: rows,
      versions: ["NNInterpretability": Release.version, "libtorch": Torch.version])
    let text = try Terminal.jsonText(history)
    try AtomicFile.write(Data(text.utf8), to: folder.appending(path: "history.json"))
    try PictureSheet(
      tiles, caption: "\(network.name), \(maximization.parameterization.name)"
    ).image().writePNG(to: folder.appending(path: "contact-sheet.png"))
    try writeAnimation(to: folder.appending(path: "animation.webp"))
    if json {
      print(text)
    } else {
      for row in rows {
        let probability = row.probability.map {
          ", probability \($0.formatted(.number.precision(.significantDigits(4))))"
        }
        print(
          "\(row.file): \(row.goal), score "
            + row.score.formatted(.number.precision(.significantDigits(5)).grouping(.never))
            + (probability ?? "") + " after \(row.steps) steps")
      }
      print("sheet: \(folder.appending(path: "contact-sheet.png").path)")
    }
  }

  private static func note(
    _ history: MaximizationHistory.Image, _ probability: Double?
  ) -> String {
    // Of a class the probability says more than the score.
    let value = probability ?? history.scores.last ?? 0
    let number = value.formatted(.number.precision(.significantDigits(4)))
    return "\(probability == nil ? "" : "p ")\(number), \(history.steps) steps"
  }

  /// All images side by side, at each snapshot.
  private func writeAnimation(to url: URL) throws {
    let side = canvas.isImage ? max(canvas.shape[1], canvas.shape[2]) : 1
    let shown = min(wanted.count, 10)
    let width = Double(min(max(side, 112), 224))
    let frames = try state.snapshots.map { snapshot in
      let pictures = try canvas.pictures(snapshot.images.narrowed(axis: 0, to: 0..<shown))
      return try PictureSheet(
        zip(pictures, wanted).map { .init($0, title: $1.name) }, tileWidth: width,
        caption: "step \(snapshot.step)"
      ).image(scale: 1)
    }
    guard !frames.isEmpty else { return }
    // The last one is looked at for longer.
    let durations = [Int](repeating: 80, count: frames.count - 1) + [1500]
    try AtomicFile.write(Animation(frames, durations: durations).webpData(quality: 85), to: url)
  }
}
