// DeepDream: a photograph is changed until a layer answers more strongly to what it already saw in it.

import Foundation
import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.deepDream.run { page in
  let alexNet = try Shipped.model(named: "alexnet_caltech99")
  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  // The astronaut stands before a shuttle: large smooth surfaces and small detail.
  let photograph = try Photograph("astronaut")

  page.add(
    "The question",
    [
      .paragraph(
        """
        What does a layer see in this photograph? Nobody has to name it: whatever the layer answers to is \
        made stronger. The mean square of its activation is raised by steps of equal size along the derivative \
        by the pixels,
        """),
      .formula(#"J = \frac{1}{n} Σ_i A_i(x)^2"#),
      .formula(#"x ← clamp(x + η \frac{∂J/∂x}{rms(∂J/∂x)}, 0, 1)"#),
      .paragraph(
        """
        first on a small copy of the photograph, then on larger ones (octaves). What the dream added is \
        enlarged and laid over the next copy, so that forms of every size appear and the photograph's own \
        detail stays.
        """),
    ])

  func dream(
    _ model: Model, _ layer: String, _ options: DeepDream = DeepDream(), on image: Image
  ) throws -> Dream {
    try options.run(model, on: image, raising: FeatureReference(layer, in: model.graph)) { step in
      page.doing(
        "\(model.name) \(layer)", step.octave * step.steps + step.step + 1,
        of: step.octaves * step.steps)
    }
  }
  let picture = try photograph.image.resized(width: 400, height: 400, interpolation: .bicubic)

  // Through the depth of both networks.
  let depths = [
    (alexNet, "features.1"), (alexNet, "features.4"), (alexNet, "features.9"),
    (squeezeNet, "features.3.cat"), (squeezeNet, "features.7.cat"), (squeezeNet, "features.12.cat"),
  ]
  let dreams = try depths.map { model, layer in
    let result = try dream(model, layer, on: picture)
    let (first, last) = (result.scores.last?.first ?? 0, result.scores.last?.last ?? 0)
    return (
      dream: result,
      figure: try PageFigure(
        result.image, description: "dream of \(layer) of \(model.name)",
        caption: .plain(
          "\(model.name), \(layer): J from \(first.short) to \(last.short) in the last octave"))
    )
  }
  page.add(
    "Layer by layer",
    [
      .figure(try PageFigure(picture, description: "the photograph", caption: "the photograph")),
      .figures(dreams.map(\.figure)),
      .heading("What to see"),
      .paragraph(
        """
        AlexNet's first layer hardens colours and edges, `features.4` draws strokes along the edges, `features.9` rings \
        around what is round. SqueezeNet's `features.3.cat` adds dots, `features.7.cat` spirals and rings like eyes, \
        `features.12.cat` a fine web. They lie where the photograph suggests them. Whole things, for which larger \
        networks' dreams are known, do not appear in these two small ones.
        """),
    ])

  // One channel alone; one octave alone.
  let channel = try dream(squeezeNet, "features.7.cat:42", on: picture)
  let small = try dream(
    squeezeNet, "features.7.cat", DeepDream(octaves: 1, steps: 40), on: picture)
  page.add(
    "One channel, one size",
    [
      .figures([
        try PageFigure(
          channel.image, description: "dream of one channel",
          caption: "channel 42 alone: one pattern everywhere"),
        try PageFigure(
          small.image, description: "dream without octaves",
          caption: "the same 40 steps at one size only: all forms are as small as the layer's field"
        ),
      ])
    ])

  // Tiles: memory is bounded by the tile, not by the picture.
  // The picture is smaller than the tile of the dreams above: that one was made in one piece.
  let whole = dreams[4].dream
  let tiled = try dream(squeezeNet, "features.7.cat", DeepDream(tile: 128), on: picture)
  let apart = try (whole.pixels - tiled.pixels).squared().mean(over: [0, 1, 2, 3]).item()
    .squareRoot()
  let border = try seam(tiled.pixels, whole.pixels, every: 128)
  page.add(
    "Tiles without seams",
    [
      .paragraph(
        """
        A photograph of any size fits into memory, because the derivative is computed tile by tile. At every \
        step the picture is shifted by random amounts first, so that borders never lie in the same place, and a \
        tile sees some pixels beyond what it changes.
        """),
      .figures([
        try PageFigure(whole.image, description: "dream in one piece", caption: "in one piece"),
        try PageFigure(
          tiled.image, description: "dream in tiles", caption: "in tiles of 128 × 128 pixels"),
      ]),
      .paragraph(
        .plain(
          """
          Both differ by \(apart.fixed(3)) of white (root mean square), because small differences grow from step \
          to step. At the tiles' borders, neighbouring pixels differ by \(border.percent) of the picture's contrast \
          more than in one piece: too little to see.
          """)),
    ])

  page.addCorrections(
    [
      .list([
        """
        Its penalty for large pixels had the wrong sign: it was raised with the rest, so that the picture grew \
        brighter even where the network answered nothing at all.
        """,
        "Its noise was never added for pictures of three channels, and its blue was clipped at a wrong value (0.496 for 0.406).",
        """
        Tiles were cut without regard to the rest that remains: a rest narrower than 32 pixels ended the \
        program, as did photographs smaller than 243 pixels. Here every tile has the same size.
        """,
        "It computed the whole network at every step; here only what lies before the layer is computed.",
        """
        Its picture is VGG16's layer 27 on a castle. With VGG16's convolutions as a file, the second \
        command below makes it.
        """,
      ])
    ])

  page.add(
    "When it misleads",
    [
      .paragraph(
        """
        A dream is no explanation of the decision: it shows what a layer can see, amplified without measure. \
        Which of it matters for a class is what lessons 3 to 10 ask.
        """)
    ])

  page.uses(alexNet, squeezeNet)
  page.commands = [
    "nni dream squeezenet1_1 Sources/NNIShipped/Resources/photographs/astronaut.jpg"
      + " --layer features.7.cat --output dream.png",
    "nni dream vgg16_features.safetensors castle.jpg --layer features.27 --octaves 8"
      + " --octave-scale 1.5 --output castle.png",
  ]
  page.reading = ["mordvintsev2015inceptionism", "olah2017feature"]
  page.thumbnail = try Pictures.row([picture, dreams[4].dream.image])
}

/// How much more neighbouring pixels differ across the borders of tiles than they do in one piece, beyond
/// what they do elsewhere; in units of the picture's standard deviation.
func seam(_ tiled: Tensor, _ whole: Tensor, every tile: Int) throws -> Double {
  let width = tiled.shape[3]
  func steps(_ pixels: Tensor) throws -> [Double] {
    let right = try pixels.narrowed(axis: 3, to: 1..<width)
    return try (right - pixels.narrowed(axis: 3, to: 0..<(width - 1))).magnitude()
      .mean(over: [0, 1, 2]).doubles()
  }
  let excess = zip(try steps(tiled), try steps(whole)).map { $0 - $1 }
  let isBorder = excess.indices.map { ($0 + 1) % tile == 0 }
  func mean(_ wanted: Bool) -> Double {
    let own = zip(excess, isBorder).filter { $0.1 == wanted }.map(\.0)
    return own.reduce(0, +) / Double(max(own.count, 1))
  }
  let middle = try tiled.mean(over: [0, 1, 2, 3]).item()
  let variance = try (tiled - middle).squared().mean(over: [0, 1, 2, 3]).item()
  return abs(mean(true) - mean(false)) / variance.squareRoot()
}
