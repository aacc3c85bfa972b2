import ArgumentParser
import Foundation
import NNIImages
import NNInterpretability

/// `nni dream`: a photograph changed so that a layer answers more strongly.
struct DreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dream",
    abstract: "Shows on a photograph what a layer or a channel looks for (DeepDream).",
    discussion: """
      Examples:
        nni dream squeezenet1_1 castle.jpg --layer features.7 --output dream.png
        nni dream squeezenet1_1 castle.jpg --layer features.9.cat:40 --size 1024 --output dream.png
        nni dream alexnet_caltech99 castle.jpg --layer features.10 --octaves 6 --steps 20 \\
          --output dream.png --animation dream.webp

      nni inspect MODEL lists the layers. The largest octave has the photograph's own size, or --size. The
      same seed gives the same picture; for that, layers always compute with two threads.
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "A photograph (JPEG, PNG, WebP).", completion: .file())
  var photograph: String

  @Option(help: "The layer, or a channel of it: LAYER or LAYER:CHANNEL.")
  var layer: String

  @Option(help: "At how many sizes the photograph is changed.")
  var octaves: Int = DeepDream().octaves

  @Option(help: "How much larger each size is than the one before.")
  var octaveScale: Double = DeepDream().octaveScale

  @Option(help: "Steps at each size.")
  var steps: Int = DeepDream().steps

  @Option(help: "How much a step changes a pixel (root mean square), where white is 1.")
  var rate: Double = DeepDream().rate

  @Option(help: "The most pixels on a side of a tile; smaller tiles take less memory.")
  var tile: Int = DeepDream().tile

  @Option(help: "How many pixels a tile sees around what it changes.")
  var margin: Int = DeepDream().margin

  @Option(help: "Noise added at the start of each size: its standard deviation, where white is 1.")
  var noise: Double = DeepDream().noise

  @Option(help: "Decides the random shifts and the noise.")
  var seed: UInt64 = DeepDream().seed

  @Option(help: "The longer side of the result in pixels; by default that of the photograph.")
  var size: Int?

  @Option(help: "Where the picture is written (.png, or .jpg).", completion: .file())
  var output: String

  @Option(help: "Where an animation of the steps is written (.webp).", completion: .file())
  var animation: String?

  @OptionGroup var computation: ComputationArguments

  func validate() throws {
    guard ["png", "jpg", "jpeg"].contains(Self.ending(output)) else {
      throw ValidationError("--output must end in .png or .jpg.")
    }
    guard animation.map({ Self.ending($0) == "webp" }) ?? true else {
      throw ValidationError("--animation must end in .webp.")
    }
    guard size.map({ (1...32_768).contains($0) }) ?? true else {
      throw ValidationError("--size must lie between 1 and 32768.")
    }
  }

  func run() throws {
    let outputs = [output] + (animation.map { [$0] } ?? [])
    for path in outputs { try OutputPlace.checkFile(path) }
    let network = try computation.apply(to: model.open())
    let feature = try FeatureReference(layer, in: network.graph)
    let picture = try Self.scaled(Image(contentsOf: URL(filePath: photograph)), longerSide: size)
    for path in outputs { try OutputPlace.checkFile(path) }
    let dream = DeepDream(
      octaves: octaves, octaveScale: octaveScale, steps: steps, rate: rate, tile: tile,
      margin: margin, noise: noise, seed: seed)
    var film = try animation.map { _ in
      try Film(of: picture, steps: max(1, octaves) * max(1, steps))
    }
    let clock = ContinuousClock()
    let start = clock.now
    let result = try dream.run(network, on: picture, raising: feature) { step in
      let done = step.octave * step.steps + step.step + 1
      Terminal.progress(
        "octave \(step.octave + 1) of \(step.octaves)", done, of: step.octaves * step.steps)
      try film?.add(step)
    }
    Terminal.clearProgress()
    if Self.ending(output) == "png" {
      try result.image.writePNG(to: URL(filePath: output))
    } else {
      try AtomicFile.write(result.image.jpegData(quality: 95), to: URL(filePath: output))
    }
    if let animation, let film {
      try film.animation(ending: result.image).writeWebP(to: URL(filePath: animation))
    }
    if result.scores.allSatisfy({ $0.allSatisfy { $0 == 0 } }) {
      Terminal.report(
        "nni: \(feature) is silent everywhere on this photograph, so nothing changed; try --noise 0.05 or "
          + "another channel")
    }
    let scores = result.scores.compactMap { octave in
      octave.first.flatMap { first in octave.last.map { "\(Self.text(first)) → \(Self.text($0))" } }
    }
    print("mean square of \(feature), octave by octave: \(scores.joined(separator: ", "))")
    let seconds = Self.text(Double(start.duration(to: clock.now) / .milliseconds(1)) / 1000)
    print("\(output): \(result.image.width) × \(result.image.height), \(seconds) s")
  }

  private static func ending(_ path: String) -> String {
    URL(filePath: path).pathExtension.lowercased()
  }

  private static func text(_ value: Double) -> String {
    value.formatted(.number.precision(.significantDigits(3)).grouping(.never))
  }

  /// A picture whose longer side has a length, if one is wanted.
  private static func scaled(_ picture: Image, longerSide: Int?) throws -> Image {
    guard let longerSide else { return picture }
    let factor = Double(longerSide) / Double(max(picture.width, picture.height))
    return try picture.resized(
      width: max(1, Int((Double(picture.width) * factor).rounded())),
      height: max(1, Int((Double(picture.height) * factor).rounded())),
      interpolation: factor > 1 ? .bicubic : .bilinear)
  }
}
