// LRP-0 written with transposed layers by hand, and why that is the same thing.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.transposedRelevance.run { page in
  // In double precision, so that equality means something.
  let network = try Shipped.model(named: "digits_cnn").converted(to: .float64)
  let digits = try Digits().images.converted(to: .float64)
  let trace = try Recording(network, input: digits).trace

  // Relevance starts as each digit's own logit.
  let classes = try Tensor.call("aten::eye", .int(10), .dtype(.float64), .none, .none, .none)
  let start = try trace.output * classes

  // One step down: s = R / z, then c = Wᵀ s by the transposed layer, then R ← a ⊙ c. ReLUs hand on what
  // they get. `clips` puts a ReLU there, and `bias` adds a number, as the original's mirrored layers did.
  func relevance(clips: Bool = false, bias: Double = 0) throws -> Tensor {
    var relevance = start
    for node in network.graph.nodes.dropFirst().reversed() {
      let below = try trace[node.inputs[0]]
      let above = try trace[node.id]
      switch node.layer {
      case let dense as DenseLayer:
        relevance = try below * (share(relevance, above).times(dense.weight) + bias)
      case let convolution as ConvolutionLayer:
        let transposed = try Tensor.call(
          "aten::conv_transpose2d.input", .tensor(share(relevance, above)),
          .tensor(convolution.weight))
        relevance = try below * (transposed + bias)
      case is MaxPoolLayer:
        // Transposed pooling: each value goes back to the place that it came from.
        relevance = try Tape([below], node.layer.forward).pullback(relevance)[0]
      case is ActivationLayer: if clips { relevance = try relevance.positivePart() }
      default: relevance = try relevance.reshaped(below.shape)
      }
    }
    return relevance
  }
  func share(_ relevance: Tensor, _ value: Tensor) throws -> Tensor {
    // Without a stabiliser: what is 0 hands down nothing.
    try (relevance / value).selected(where: relevance.isNotEqual(to: 0), otherwise: 0)
  }

  let byHand = try relevance()
  let lrp = try LRP(.zero).attribute(network, input: digits, target: Digits.target)
  let product = try GradientTimesInput().attribute(network, input: digits, target: Digits.target)

  page.add(
    "The question",
    [
      .paragraph(
        """
        The rule LRP-0 divides each unit's relevance in proportion to contributions. Written for a whole layer it \
        has four steps, and the third is the layer run backwards with transposed weights, as in a DeConvNet:
        """),
      .formula(#"z = W a + b , \text{ } s = R / z , \text{ } c = W^T s , \text{ } R ← a ⊙ c"#),
      .paragraph(
        """
        For a convolution $W^T$ is the transposed convolution, for max pooling it puts values back at their \
        winners. So this is not another method but another way to write the same one; the program of this \
        lesson does it by hand, in twenty lines.
        """),
      .paragraph(
        """
        It is also gradient × input, for a network of ReLUs: let $R = z ⊙ g$ with the gradient $g$ by $z$ (true at \
        the output). Then $s = g$, $c = W^T g$ is the gradient by $a$, and $R = a ⊙ c$ is gradient × value again. \
        A ReLU keeps it so, for where it is closed both sides are 0, and where it is open both are the same.
        """),
    ])

  func distance(_ name: PageText, _ map: Tensor) throws -> [PageTable.Cell] {
    [
      .text(name), .short(try byHand.relativeDistance(to: map)),
      .short(try (byHand - map).magnitude().maximum(over: [0, 1, 2, 3]).item()),
    ]
  }
  page.add(
    "Does it hold?",
    [
      .paragraph("By hand against the library, ten digits in double precision:"),
      .table(
        PageTable(
          columns: ["transposed layers against", "relative distance (L2)", "largest difference"],
          rows: [
            try distance("LRP-0", lrp.map), try distance("gradient × input", product.map),
          ])),
      .paragraph("Equal up to the rounding of double precision, as derived."),
    ])
  page.add(
    "Digits",
    [
      try Digits.table(
        "Red speaks for the digit, blue against it.",
        ("input", { try Pictures.digit(digits, sample: $0) }),
        ("transposed layers", { try Pictures.map(signed: byHand, sample: $0) }),
        ("LRP-0", { try Pictures.map(lrp, sample: $0) }))
    ])

  // The original reused DeConvNet's layers, with the ReLU in the backward pass and random biases.
  let clipped = try relevance(clips: true)
  let biased = try relevance(clips: true, bias: 0.05)
  let scores = lrp.ledger.score
  let sums = try (
    hand: byHand.sumPerSample().doubles(), clipped: clipped.sumPerSample().doubles(),
    biased: biased.sumPerSample().doubles()
  )
  page.addCorrections(
    [
      try Digits.table(
        "",
        ("ReLU in the backward pass", { try Pictures.map(signed: clipped, sample: $0) }),
        ("and biases of 0.05", { try Pictures.map(signed: biased, sample: $0) }),
        ("right", { try Pictures.map(signed: byHand, sample: $0) })),
      .paragraph(
        """
        Its mirrored layers came from the DeConvNet of lesson 4: a ReLU cut negative relevance in the \
        backward pass, and every layer added a random bias. The first breaks conservation in one direction, the \
        second makes the map random. Here the bias is a constant, to show what even a small one does:
        """),
      .table(
        PageTable(
          "The sum of the map, which should be the score less what biases hold.",
          columns: ["digit", "score", "right", "with the ReLU", "with ReLU and biases"],
          rows: (0..<10).map { digit in
            [
              .count(digit), .number(scores[digit], decimals: 3),
              .number(sums.hand[digit], decimals: 3),
              .number(sums.clipped[digit], decimals: 3), .number(sums.biased[digit], decimals: 3),
            ]
          })),
      .paragraph(
        "It also always explained the predicted class, and ten classes were written into the code."),
    ])

  // The same for a photograph, with a network that has more than this lesson's four kinds of layers.
  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let coffee = try Photograph("coffee")
  let input = try coffee.input(for: squeezeNet)
  let large = try (
    lrp: LRP(.zero).attribute(squeezeNet, input: input, target: .predicted),
    product: GradientTimesInput().attribute(squeezeNet, input: input, target: .predicted)
  )
  page.add(
    "A photograph",
    [
      .paragraph(
        """
        SqueezeNet has concatenations and an average pool, and the derivation still holds: in single precision \
        LRP-0 and gradient × input differ by \
        \(try large.lrp.map.relativeDistance(to: large.product.map).short.asFormula).
        """),
      .figures([
        try coffee.figure(large.lrp, of: squeezeNet, caption: "LRP-0."),
        try coffee.figure(large.product, of: squeezeNet, caption: "Gradient × input."),
      ]),
    ])
  page.add(
    "When it misleads",
    [
      .paragraph(
        """
        The identity is a warning, too: LRP-0 inherits all the noise of the gradient. What makes relevance \
        propagation worth its name are the other rules, which are no gradient (lesson 8.1).
        """)
    ])

  page.uses(network, squeezeNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/coffee.jpg"
      + " --method lrp-zero --method gradient-x-input --output out/transposed-relevance"
  ]
  page.reading = ["bach2015pixel", "shrikumar2016not", "montavon2019layer", "shi2016deconvolution"]
  page.thumbnail = try Pictures.row([
    Pictures.grey(digits, sample: 4, magnification: 6),
    Pictures.image(of: lrp, sample: 4, magnification: 6),
  ])
}

extension Tensor {
  /// `self · matrix`.
  fileprivate func times(_ matrix: Tensor) throws -> Tensor {
    try .call("aten::matmul", .tensor(self), .tensor(matrix))
  }
}
