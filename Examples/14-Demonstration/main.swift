// Everything at once: a photograph, two networks, all families of methods, and the score's way through.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.demonstration.run { page in
  let network = try ClassicNetwork.open()
  let second = try Shipped.model(named: "efficientnet_lite0")
  let isOriginal = network.name.hasPrefix("vgg16")
  let cat = try Photograph("chelsea")
  let input = try cat.input(for: network)
  page.add(
    "The question",
    [
      .paragraph(
        """
        Why does the network say what it says of this photograph? No method answers that alone. This page asks one \
        of every family. Each takes two lines:
        """),
      .code(
        """
        let model = try Model(contentsOf: URL(filePath: "my.onnx"))
        let map = try LRPComposite(.montavon).attribute(model, input: image, target: .predicted)
        """),
      .figures([
        try cat.figure(
          caption: """
            \(network.name) says \(try cat.answer(of: network)); \(second.name) says \
            \(try cat.answer(of: second)).
            """)
      ]),
      .paragraph(
        isOriginal
          ? "The first network is the original's, VGG16 with ImageNet's weights."
          : """
          The original used VGG16, which is too large to ship. Where `nni models pull vgg16` has fetched it, \
          this page uses it; here it is SqueezeNet.
          """),
    ])

  // The original's three methods, on two networks.
  let three: [(name: String, method: any AttributionMethod)] = [
    ("LRP, composite", LRPComposite(.montavon)),
    ("guided backpropagation", GuidedBackpropagation()),
    ("DeepLIFT, RevealCancel", DeepLIFT(.revealCancel)),
  ]
  func row(_ model: Model, _ target: Target, _ name: String) throws -> MapGrid.Row {
    var recordings = SharedRecordings(model, input: try cat.input(for: model))
    return MapGrid.Row(
      name,
      try three.map { name, method in
        .init(
          name, map: try Pictures.heatMap(recordings.attribute(method, target: target)))
      })
  }
  func grid(
    _ title: String, _ rows: [MapGrid.Row], _ sharing: MapGrid.Sharing, on model: Model
  ) throws -> PageFigure {
    try PageFigure(
      MapGrid(
        title, rows: rows, sharing: sharing,
        ground: .init(cat.image, region: cat.region(seenBy: model)),
        units: ["logit", "logit per unit", "logit"], panelWidth: 230))
  }
  page.add(
    "The original's three methods",
    [
      .figure(
        try grid(network.name, [row(network, .predicted, "")], .columns, on: network)),
      .figure(try grid(second.name, [row(second, .predicted, "")], .columns, on: second)),
      .heading("What to see"),
      .paragraph(
        """
        Relevance and contributions are signed: red speaks for the class, blue against it. Guided \
        backpropagation's map has magnitudes only, of a gradient from which every negative signal was cut at the ReLUs; \
        how little it depends on the class is counted below.
        """),
    ])

  // One of every family, with what its map promises.
  let families: [(name: String, method: any AttributionMethod)] = [
    ("saliency", Saliency()), ("Grad-CAM", GradCAM()),
    ("integrated gradients", IntegratedGradients()), ("SmoothGrad", SmoothGrad(seed: 1)),
    ("occlusion", Occlusion(window: 32, stride: 16)), ("deep Taylor", DeepTaylor()),
    ("LRP, ε and z⁺", LRPComposite(.epsilonPlusFlat)), ("DeepLIFT, Rescale", DeepLIFT(.rescale)),
  ]
  var recordings = SharedRecordings(network, input: input)
  let maps = try page.each(families, "one of every family") {
    try recordings.attribute($0.method, target: .predicted)
  }
  page.add(
    "One of every family",
    [
      .figures(
        try zip(families, maps).map {
          try cat.figure($1, of: network, caption: .plain($0.name), width: 224)
        }),
      .table(
        PageTable(
          "What became of the score; only relevance, contributions and integrated gradients promise a sum",
          columns: ["method", "score", "reference", "sum of the map", "missing", "taken by"],
          rows: zip(families, maps).map { family, map in
            let ledger = map.ledger
            let promises = map.promise == .sumsToScore
            let causes = ledger.causes.filter { $0.key != .unexplained }
            let largest = causes.max { abs($0.value[0]) < abs($1.value[0]) }
            return [
              .text(.plain(family.name)), .number(ledger.score[0], decimals: 2),
              promises ? .number(ledger.reference[0], decimals: 2) : "",
              promises ? .number(ledger.sum[0], decimals: 2) : "",
              promises ? .number(ledger.residual[0], decimals: 2) : "",
              promises ? .text(.plain(largest.map { $0.key.rawValue } ?? "")) : "",
            ]
          })),
    ])

  // The score's way through the network.
  let method = LRPComposite(.epsilonPlusFlat)
  let recording = try Recording(network, input: input, preparation: method.preparation)
  let flow = try method.flow(recording, target: .predicted)
  let worst = flow.nodes.map { abs($0.residual[0]) }.max() ?? 0
  page.add(
    "The score's way down",
    [
      .paragraph(
        """
        Relevance is handed from node to node, so one can watch it. The width of an edge is its share of the \
        score; where branches meet, one sees which of them the decision came through. At every node \
        what arrives is what is sent on and what biases and stabilizers keep, to within \
        $\(worst.short)$ of a score of \(flow.score[0].fixed(2)).
        """),
      .figure(
        try PageFigure(
          NetworkDiagram("\(network.name), LRP", of: recording.trace, flow: flow))),
    ])

  // One map, five pictures; two classes, one scale.
  let map = maps[6]
  let picture = try Pictures.heatMap(map)
  let seen = try cat.region(seenBy: network)
  let styles: [(name: String, style: MapStyle)] = [
    ("overlay", .overlay()), ("masked", .masked()), ("blended", .blended()),
    ("contours", .contour()),
  ]
  let best = try ClassRanking.all(network(input)).first?.entries.prefix(2) ?? []
  let pair = best.map(\.index)
  func likeness(_ method: any AttributionMethod) throws -> Double {
    let found = try pair.map { try recordings.attribute(method, target: .class($0)).map }
    return try found[0].correlation(with: found[found.count - 1])
  }
  let alike = try likeness(three[0].method)
  let edges = try likeness(three[1].method)
  page.add(
    "One map, several pictures",
    [
      .figures(
        try styles.map { name, style in
          let image = try style.picture.image(
            of: picture, on: cat.image, region: seen,
            colors: .blueWhiteRed, scaling: .robust)
          let figure = try PageFigure(
            image.resized(width: 296, height: 296 * image.height / image.width),
            description:
              "\(name): \(map.method) over \(cat.name): \(picture.description(unit: ""))",
            caption: .plain(name))
          // A photograph that is seen through its map has its own colours.
          guard name != "masked" else { return figure }
          return try figure.with(MapScale(of: picture, colors: .blueWhiteRed, scaling: .robust))
        }),
      .heading("Two classes"),
      .figure(
        try grid(
          "The two most probable classes",
          best.map {
            try row(
              network, .class($0.index),
              "\(network.inputSpec.label($0.index)), \($0.probability.percent)")
          }, .columns, on: network)),
      .paragraph(
        """
        Maps below each other have one scale. The relevance of the two classes has a correlation of \
        \(alike.fixed(2)), their guided gradients one of \(edges.fixed(2)): what is alike for both classes cannot be the \
        reason for one of them. What tells two classes apart is the \
        difference of their scores: `--target \(pair.map { "\($0)" }.joined(separator: "-"))`.
        """),
    ])

  // The original's pictures: dropout left on, and a gradient shown as if it were a photograph.
  let hasDropout = network.graph.nodes.contains { $0.layer is DropoutLayer }
  let random = try (hasDropout ? [1, 2] : []).map { seed in
    try UncertainAttribution(
      LRPComposite(.epsilonPlusFlat),
      over: MonteCarloDropout(network, passes: 1, seed: UInt64(seed))
    ).attribute(input, explaining: .predictedByEachPass)
  }
  let guided = try GuidedBackpropagation().attribute(network, input: input, target: .predicted)
  let violet = try Photograph.denormalized(guided.map, by: network.inputSpec)
  var figures = try random.enumerated().map { index, found in
    try cat.figure(
      found.mean, of: network,
      caption: """
        LRP with dropout left on, run \(index + 1): \
        \(network.inputSpec.label(found.explained[0][0])), score \(found.scores[0][0].fixed(2))
        """)
  }
  figures.append(
    try PageFigure(
      violet, description: "a gradient shown as a photograph",
      caption: "the guided gradient, shown through the photograph's own mean and deviation"))
  var faults: [PageText] = []
  if random.count == 2 {
    faults.append(
      """
      It left dropout on. Two runs then give two maps, here \
      \(try random[0].mean.map.relativeDistance(to: random[1].mean.map).percent) apart, and \
      can be of two classes. The library always runs a network as it is used.
      """)
  }
  faults += [
    """
    It showed the guided gradient as if it were a photograph: multiplied by the deviation of ImageNet's \
    pixels and added to their mean. Zero becomes the mean colour of all photographs, and \
    nobody sees which values are negative.
    """,
    """
    Its composite multiplied relevance by α − β once more, added an ε that depends on the whole batch, and \
    shares nothing with the published preset but the name; each rule's page (lesson 8.1) has the details.
    """,
  ]
  page.addCorrections([.figures(figures), .list(faults)])
  page.add(
    "When it misleads",
    [
      .list([
        "Several maps that agree are no proof: most of them are made of the same gradients.",
        "A map explains a score. If the class is wrong, it explains a mistake, and looks just as good.",
        """
        Ask for another class, another network, a covered object. A map that does not change has not \
        explained anything.
        """,
      ])
    ])
  page.uses(network, second)
  page.commands = [
    "nni explain \(isOriginal ? "vgg16" : network.name) Sources/NNIShipped/Resources/photographs/chelsea.jpg"
      + " --method lrp-composite:preset=montavon --method guided-backprop --method deeplift-reveal-cancel"
      + " --graph --output out/demonstration"
  ]
  page.reading = [
    "montavon2019layer", "springenberg2015striving", "shrikumar2017learning", "selvaraju2017grad",
    "sundararajan2017axiomatic", "adebayo2018sanity",
  ]
  page.thumbnail = try cat.overlay(map, of: network)
}
