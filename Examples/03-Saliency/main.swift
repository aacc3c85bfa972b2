// Saliency maps: the magnitude of the gradient of a class's score by each pixel.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.saliency.run { page in
  // Ten digits, and the original's network for this lesson.
  let network = try Shipped.model(named: "digits_am")
  let digits = try Digits()
  let saliency = try Saliency().attribute(network, input: digits.images, target: Digits.target)
  let gradient = try Gradient().attribute(network, input: digits.images, target: Digits.target)
  let product = try GradientTimesInput()
    .attribute(network, input: digits.images, target: Digits.target)

  page.add(
    "The question",
    [
      .paragraph(
        """
        Change one pixel a little: how much does the score of the class change? The gradient of the score, \
        which one pass back through the network gives for all pixels at once, is the answer for an \
        infinitely small change. A saliency map shows its magnitude, and of a pixel with three \
        channels the largest:
        """),
      .formula(#"S_i = max_c |\frac{∂ f_k(x)}{∂ x_{c i}}|"#),
      .paragraph(
        """
        $f_k$ is the score (logit) of class $k$ before the softmax, $c$ counts channels. The map is about \
        sensitivity. It does not say how much a pixel contributed: a black pixel can be salient, too.
        """),
    ])

  page.add(
    "Digits",
    [
      try Digits.table(
        "Dark red is the strongest reaction; below each map the value from which on its colour is darkest.",
        ("input", { try Pictures.digit(digits.images, sample: $0) }),
        ("saliency", { try Pictures.map(saliency, sample: $0) }),
        ("gradient, signed", { try Pictures.map(gradient, sample: $0) }),
        ("gradient × input", { try Pictures.map(product, sample: $0) })),
      .heading("What to see"),
      .paragraph(
        """
        The network reacts to the background as well as to the stroke: \
        \(try saliency.map.shareWithoutInk(digits.images).percent) of all saliency lies on pixels without ink, \
        where ink would change the score. The signed gradient says in which direction: red where \
        more ink would raise it, blue where it would lower it.
        """),
      .paragraph(
        """
        Laid over the digit, as the product gradient × input, only pixels with ink are left: what the ink that \
        is there does, not what more would.
        """),
    ])

  // A photograph.
  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let cat = try Photograph("chelsea")
  let input = try cat.input(for: squeezeNet)
  let map = try Saliency().attribute(squeezeNet, input: input, target: .predicted)
  let overlay = try GradientTimesInput()
    .attribute(squeezeNet, input: input, target: .predicted)
  // Magnitudes beside magnitudes: squares would look cleaner for being squares.
  let smooth = try SmoothGrad(of: Saliency(), seed: 1)
    .attribute(squeezeNet, input: input, target: .predicted)
  page.add(
    "A photograph",
    [
      .figures([
        try cat.figure(caption: "SqueezeNet says: \(try cat.answer(of: squeezeNet))."),
        try cat.figure(map, of: squeezeNet, caption: "Saliency of the predicted class."),
        try cat.figure(
          smooth, of: squeezeNet,
          caption: "The mean saliency of 25 noisy copies (SmoothGrad), for comparison."),
        try cat.figure(
          overlay, of: squeezeNet,
          caption: """
            Gradient × input, with its sign. Its zero is the input's zero: after normalisation that is \
            ImageNet's mean colour, not black.
            """),
      ]),
      .heading("What to see"),
      .paragraph(
        """
        Single pixels flicker, because the gradient of a network of ReLUs jumps from one linear piece to \
        the next. Look at the cloud of points as a whole. Averaging over noisy copies (lesson 6) is meant to \
        make it readable (Smilkov et al. 2017). Both maps show magnitudes; squared, as some \
        implementations average them, any map looks cleaner, because small values vanish.
        """),
    ])

  // What the map claims can be checked: move a pixel and look at the score.
  let exact = try network.converted(to: .float64)
  let seven = try digits[7].converted(to: .float64)
  let pixels = try seven.doubles()
  let slopes = try Gradient().attribute(exact, input: seven, target: 7).map.doubles()
  // Of the pixels with ink: where the picture is flat, units tie in max pooling and the score has a kink.
  let inked = slopes.indices.filter { pixels[$0] > 0 }
  let strongest = inked.max { abs(slopes[$0]) < abs(slopes[$1]) } ?? 0
  let score = try exact(seven).doubles()[7]
  var misses: [Double] = []
  let checks: [[PageTable.Cell]] = try [0.001, 0.01, 0.1, 0.5].map { step in
    var moved = pixels
    moved[strongest] -= step
    let change = try exact(Tensor(moved, shape: seven.shape)).doubles()[7] - score
    let predicted = -slopes[strongest] * step
    misses.append(abs(change - predicted) / abs(predicted))
    return [
      .number(step, decimals: 3), .number(predicted, decimals: 6), .number(change, decimals: 6),
    ]
  }
  page.add(
    "Does it hold?",
    [
      .paragraph(
        """
        Of the pixels with ink in the 7, the most salient one is in row \(strongest / 28 + 1), column \
        \(strongest % 28 + 1), with the derivative \(slopes[strongest].fixed(3)). Darkening it by a step \
        should change the score by minus the derivative times the step:
        """),
      .table(PageTable(columns: ["step", "predicted", "measured"], rows: checks)),
      .paragraph(
        """
        At the smallest step prediction and measurement differ by \(misses[0].percent), at the largest by \
        \(misses[misses.count - 1].percent): a large step leaves the linear piece of the network.
        """),
    ])

  // The original's picture: the signed gradient, stretched to grey.
  let values = try gradient.map.reshaped([10, 784]).doubles()
  let hidden = (0..<10).filter { sample in
    let own = values[(sample * 784)..<((sample + 1) * 784)]
    return -(own.min() ?? 0) > own.max() ?? 0
  }
  let stretched = try Pictures.stretched(gradient.map)
  page.addCorrections(
    [
      try Digits.table(
        "",
        ("original", { try Pictures.digit(stretched, sample: $0) }),
        ("right", { try Pictures.map(saliency, sample: $0, caption: "") })),
      .list([
        """
        It took the largest signed derivative, not the largest magnitude, and stretched each map from its \
        minimum (black) to its maximum (white). Zero becomes some grey, and the strongest pixel becomes \
        black, as if it did not matter, wherever its derivative is negative: here for \
        \(hidden.count) of the ten digits.
        """,
        """
        A second call on the same tensor added its gradient to the first one's, so that every further map \
        was too large. Here nothing is kept between calls.
        """,
        """
        Its constructor switched the network to training mode: dropout made maps random, and batch \
        normalisation changed its statistics.
        """,
      ]),
    ])

  page.add(
    "When it misleads",
    [
      .list([
        """
        Where a feature is saturated (more of it changes nothing), the gradient is zero although the feature \
        decides. Integrated gradients (lesson 6) and DeepLIFT (lesson 9) compare with a reference instead.
        """,
        "A single bright pixel means little; neighbouring inputs have other noise.",
        """
        Maps of two classes can look alike: those of each digit's own class and of the next one have a \
        correlation of \(try digits.classBlindness(Saliency(), of: network).fixed(2)) here.
        """,
      ])
    ])

  page.uses(network, squeezeNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/chelsea.jpg"
      + " --method saliency --method smoothgrad:of=saliency,seed=1 --output out/saliency"
  ]
  page.reading = [
    "simonyan2014deep", "baehrens2010explain", "smilkov2017smoothgrad", "adebayo2018sanity",
  ]
  page.thumbnail = try Pictures.row([
    Pictures.grey(digits.images, sample: 7, magnification: 6),
    Pictures.image(of: saliency, sample: 7, magnification: 6),
  ])
}
