// Four methods that send the score back through the network, and what tells them apart.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.backpropagation.run { page in
  let network = try Shipped.model(named: "digits_cnn")
  let digits = try Digits()
  let methods: [(name: PageText, method: any AttributionMethod)] = [
    ("gradient", Gradient()),
    ("guided", GuidedBackpropagation()),
    ("guided, smoothed", SmoothGrad(of: GuidedBackpropagation(), samples: 100, noise: 0.2)),
    ("integrated", IntegratedGradients(steps: 64)),
    ("integrated, smoothed", SmoothGrad(of: IntegratedGradients(steps: 16), samples: 25)),
    ("SmoothGrad", SmoothGrad(samples: 100, noise: 0.2)),
  ]
  let maps = try page.each(methods, "maps of ten digits") {
    try $0.method.attribute(network, input: digits.images, target: Digits.target)
  }

  page.add(
    "The question",
    [
      .paragraph(
        "All four start from the gradient $g = ∂f_k / ∂x$; three of them change something in it."),
      .paragraph(
        "Guided backpropagation cuts, at every ReLU, what is negative in the backward pass:"),
      .formula(#"g_l = 1[z_l > 0] · max(g_{l + 1}, 0)"#),
      .paragraph(
        """
        Integrated gradients average it along the straight path from a baseline $x_0$ and multiply it by the \
        difference, which makes the map complete: it sums to the difference of the scores.
        """),
      .formula(
        #"R_i = (x_i − x_{0 i}) ∫_0^1 \frac{∂ f_k(x_0 + t (x − x_0))}{∂ x_i} d t , \text{ } ∑_i R_i = f_k(x) − f_k(x_0)"#
      ),
      .paragraph("SmoothGrad averages it over noisy copies of the input:"),
      .formula(#"S = \frac{1}{n} ∑_{m = 1}^n g(x + ε_m) , \text{ } ε_m ∼ N(0, σ^2)"#),
    ])

  page.add(
    "Digits",
    [
      try Digits.table(
        of: zip(methods, maps).map { ($0.name, $1) }, over: digits.images),
      .heading("What to see"),
      .paragraph(
        """
        How much of each map lies on pixels without ink: the gradient \
        \(try maps[0].map.shareWithoutInk(digits.images).percent), guided backpropagation \
        \(try maps[1].map.shareWithoutInk(digits.images).percent), integrated gradients \
        \(try maps[3].map.shareWithoutInk(digits.images).percent), since a black pixel equals the baseline and can \
        contribute nothing, and SmoothGrad \(try maps[5].map.shareWithoutInk(digits.images).percent). In gradients, \
        smoothed or not, red is where more ink would raise the score, blue where it would lower it.
        """),
    ])

  // Why gradients are noisy: an invisible change of the input changes them.
  let one = try digits[1]
  let pattern = try Tensor(CounterRandom(seed: 3).normals(784, stream: 0), shape: one.shape)
  let base = try Gradient().attribute(network, input: one, target: 1).map
  let largest = try base.magnitude().maximum(over: [0, 1, 2, 3]).item()
  let scales = (0..<100).map { Double($0) / 100 }
  let moved = try Tensor.concatenated(
    scales.map { try one + (pattern * 0.03 + 0.01) * $0 }, axis: 0)
  let gradients = try Gradient().attribute(network, input: moved, target: 1).map
  let ratios = try gradients.magnitude().maximum(over: [1, 2, 3]).doubles().map { $0 / largest }
  page.add(
    "Why the gradient is noisy",
    [
      .figure(
        try PageFigure(
          CurveChart(
            "Largest derivative while a little noise is added", places: scales,
            curves: [CurveChart.Curve("max |g(x + tε)| / max |g(x)|", ratios)],
            x: ChartAxis("t"), y: ChartAxis("relative to the clean input")))),
      .paragraph(
        """
        The noise has a mean of 0.01 and a deviation of 0.03, of a range of 1. On the path the largest derivative lies between \
        \((ratios.min() ?? 1).fixed(2)) and \((ratios.max() ?? 1).fixed(2)) times that of the clean digit, \
        with jumps: the score is linear between them, and at each jump some ReLU switches or some max pool changes its winner.
        """),
    ])

  // What integrated gradients promise can be checked; the original's sum does not keep it.
  let integrated = IntegratedGradients(steps: 256)
  let exact = try integrated.attribute(network, input: digits.images, target: Digits.target)
  let steps = (0...100).map { Double($0) / 100 }
  let points = try (0..<10).map { digit in
    let image = try digits[digit]
    let path = try Tensor.concatenated(steps.map { try image * $0 }, axis: 0)
    // The class is chosen anew at each point, both ends count fully, and nothing is multiplied by x − x₀.
    let classes = try ClassRanking.all(network(path)).compactMap { $0.entries.first?.index }
    let gradient = try Gradient().attribute(network, input: path, target: .classes(classes)).map
    return (
      try gradient.sum(over: [0], keepingAxes: true) / 100, classes.filter { $0 != digit }.count
    )
  }
  let originals = try Tensor.concatenated(points.map(\.0), axis: 0)
  let ledger = exact.ledger
  let originalSums = try originals.sumPerSample().doubles()
  page.add(
    "Does it hold?",
    [
      .paragraph(
        "The sum of the map against what it should explain, $f_k(x) − f_k(0)$, for each digit:"),
      .table(
        PageTable(
          columns: [
            "digit", "difference of scores", "sum of the map", "residual",
            "sum of the original's map",
            "path points of another class",
          ],
          rows: (0..<10).map { digit in
            [
              .count(digit), .number(ledger.score[digit] - ledger.reference[digit], decimals: 4),
              .number(ledger.sum[digit], decimals: 4), .short(ledger.residual[digit]),
              .number(originalSums[digit], decimals: 4), .count(points[digit].1),
            ]
          })),
      .paragraph(
        """
        What remains with \(integrated.steps) nodes is the error of the quadrature: the gradient jumps on the path, at \
        every ReLU that switches. `tolerance=0.001` adds nodes where they are needed.
        """),
    ])
  let stretched = try Pictures.stretched(originals)
  page.addCorrections(
    [
      try Digits.table(
        "Integrated gradients.",
        ("original", { try Pictures.digit(stretched, sample: $0) }),
        ("right", { try Pictures.map(exact, sample: $0, caption: "") })),
      .list([
        """
        It returned the mean gradient, not multiplied by $x − x_0$, from 101 points divided by 100, and \
        explained at each point whatever class won there. A second call added to the first.
        """,
        "SmoothGrad's noise did nothing on colour images: the loop over channels was empty.",
        "Guided backpropagation saw only ReLUs that were modules at most two levels deep; here it acts on every ReLU of the graph.",
      ]),
    ])

  // Photographs.
  let efficientNet = try Shipped.model(named: "efficientnet_lite0")
  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let dog = try Photograph("friends_cc_by")
  let input = try dog.input(for: squeezeNet)
  var figures = [try dog.figure(caption: "SqueezeNet says: \(try dog.answer(of: squeezeNet)).")]
  for (name, method) in [
    ("Gradient", Gradient() as any AttributionMethod),
    ("Guided backpropagation", GuidedBackpropagation()),
    ("Integrated gradients", IntegratedGradients(steps: 32)), ("SmoothGrad", SmoothGrad()),
  ] {
    let map = try method.attribute(squeezeNet, input: input, target: .predicted)
    figures.append(try dog.figure(map, of: squeezeNet, caption: "\(name)."))
  }
  let brushes = try Photograph("paintbrushes_cc_by")
  let brush = try IntegratedGradients(steps: 32).attribute(
    efficientNet, input: brushes.input(for: efficientNet), target: .predicted)
  figures.append(
    try brushes.figure(
      brush, of: efficientNet,
      caption: "Integrated gradients; EfficientNet says: \(try brushes.answer(of: efficientNet))."))
  page.add("Photographs", [.figures(figures)])
  page.add(
    "When it misleads",
    [
      .list([
        """
        Guided backpropagation changes less with the class (magnitudes for own and next class of a digit: a correlation of \
        \(try digits.classBlindness(GuidedBackpropagation(), of: network).fixed(2)); the gradient: \
        \(try digits.classBlindness(Gradient(), of: network).fixed(2))), and little with the upper layers' weights \
        (Adebayo et al. 2018).
        """,
        """
        Integrated gradients depend on the baseline: a pixel that equals it contributes nothing, by definition. \
        Zero is black for these digits, and for the photographs the mean colour that their networks' \
        normalisation takes away.
        """,
        """
        SmoothGrad is the gradient of the score averaged over the noise: of a smoother function than the \
        network, and the more noise the more another one.
        """,
      ])
    ])

  page.uses(network, squeezeNet, efficientNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/friends_cc_by.jpg"
      + " --method gradient --method guided-backprop --method integrated-gradients:steps=32"
      + " --method smoothgrad --output out/backpropagation"
  ]
  page.reading = [
    "springenberg2015striving", "sundararajan2017axiomatic", "smilkov2017smoothgrad",
    "adebayo2018sanity",
  ]
  page.thumbnail = try Pictures.row(
    [0, 1, 3, 5].map { try Pictures.image(of: maps[$0], sample: 2, magnification: 6) })
}
