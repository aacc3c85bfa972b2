// CAM: the feature maps of the last convolution, added up with the weights of the class.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.classActivation.run { page in
  let digits = try Digits()
  // Two networks that differ in the size of their last feature maps.
  let small = try Shipped.model(named: "digits_cam")
  let large = try Shipped.model(named: "digits_cam_extended")
  let coarse = try CAM().attribute(small, input: digits.images, target: Digits.target)
  let fine = try CAM().attribute(large, input: digits.images, target: Digits.target)

  page.add(
    "The question",
    [
      .paragraph(
        """
        Where is what speaks for the class? A network that ends in a global average of its feature maps $A_n$ and \
        one dense layer has the answer in its last layer: exchange the average and the sum,
        """),
      .formula(
        #"f_k = ∑_n w_{k n} \frac{1}{h w} ∑_{x y} A_{n x y} + b_k = \frac{1}{h w} ∑_{x y} M_{x y} + b_k"#
      ),
      .formula(#"M_{x y} = ∑_n w_{k n} A_{n x y}"#),
      .paragraph(
        """
        and each position of the map $M$ holds its share of the score. The map has the resolution of the last \
        feature maps; it is enlarged only for the eye.
        """),
    ])
  let enlarged = try (
    bilinear: resized(fine.map, "aten::upsample_bilinear2d"),
    bicubic: resized(fine.map, "aten::upsample_bicubic2d")
  )
  page.add(
    "Digits",
    [
      try Digits.table(
        "Maps of 3 × 3 and of 6 × 6 positions.",
        ("input", { try Pictures.digit(digits.images, sample: $0) }),
        ("3 × 3", { try Pictures.map(signed: coarse.map, sample: $0, magnification: 28) }),
        ("6 × 6", { try Pictures.map(signed: fine.map, sample: $0, magnification: 14) }),
        (
          "6 × 6, bilinear",
          { try Pictures.map(signed: enlarged.bilinear, sample: $0, caption: "") }
        ),
        ("6 × 6, bicubic", { try Pictures.map(signed: enlarged.bicubic, sample: $0, caption: "") })),
      .heading("What to see"),
      .paragraph(
        """
        Nine positions divide a digit coarsely, thirty-six a little finer. \
        Enlarging adds no knowledge: a smooth picture of a 6 × 6 map has still 36 numbers. Below the maps the value \
        from which on a colour is darkest; red speaks for the class, blue against it.
        """),
    ])

  let size = Double(fine.map.shape[2] * fine.map.shape[3])
  let signed = try GradCAM(relu: false).attribute(
    large, input: digits.images, target: Digits.target)
  let biases = try denseBias(of: large)
  let worst = (0..<10).map { digit in
    abs(fine.ledger.score[digit] - fine.ledger.sum[digit] / size - biases[digit])
  }.max()
  page.add(
    "Does it hold?",
    [
      .paragraph(
        """
        Mean of the map plus bias must be the score: over the ten digits they differ by at most \
        \((worst ?? 0).short.asFormula). And Grad-CAM (lesson 10.2) without its ReLU must be the same map divided \
        by the \(Int(size)) positions: they differ by \
        \(try (signed.map * size).relativeDistance(to: fine.map).short.asFormula).
        """)
    ])

  // The original: minimum to 0, maximum to 1, before enlarging.
  let stretched = try resized(
    Pictures.stretched(fine.map), "aten::upsample_bicubic2d", aligned: true)
  let (low, high) = try (
    stretched.minimum(over: [0, 1, 2, 3]).item(), stretched.maximum(over: [0, 1, 2, 3]).item()
  )
  let negative = try fine.map.isLess(than: 0).converted(to: .float32).mean(over: [0, 1, 2, 3])
    .item()
  page.addCorrections(
    [
      try Digits.table(
        "",
        ("original", { try Pictures.digit(stretched, sample: $0) }),
        ("right", { try Pictures.map(signed: enlarged.bicubic, sample: $0, caption: "") })),
      .list([
        """
        It moved the minimum to 0 and the maximum to 1. What speaks against the class becomes a weak “for”: \
        \(negative.percent) of the values are negative.
        """,
        """
        It did so before enlarging. With bicubic interpolation the picture then runs from \(low.fixed(3)) to \
        \(high.fixed(3)), outside its own scale.
        """,
        """
        It enlarged with aligned corners, which stretches the map by half a cell on each side; a position no longer \
        lies over what it saw.
        """,
        "It took “the second last parameter” for the class weights, whatever that was.",
      ]),
    ])

  let efficientNet = try Shipped.model(named: "efficientnet_lite0")
  let alexNet = try Shipped.model(named: "alexnet_caltech99")
  let brushes = try Photograph("paintbrushes_cc_by")
  let cat = try Photograph("chelsea")
  func figure(_ photograph: Photograph, _ model: Model) throws -> PageFigure {
    let map = try CAM().attribute(model, input: photograph.input(for: model), target: .predicted)
    return try photograph.figure(
      map, of: model,
      caption: """
        \(model.name), \(map.map.shape[2]) × \(map.map.shape[3]) positions: \
        \(try photograph.answer(of: model)).
        """)
  }
  page.add(
    "Photographs",
    [
      .figures([
        try figure(brushes, efficientNet), try figure(cat, efficientNet), try figure(cat, alexNet),
      ]),
      .paragraph(
        """
        Both networks end as CAM wants it (this AlexNet has a global average and one dense layer). SqueezeNet has a convolution and a ReLU where CAM wants the dense layer; the method says so instead of \
        guessing, and Grad-CAM serves.
        """),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        "A position has seen more than the cell it is drawn on: the receptive field of the last layer may be the whole picture.",
        """
        The bias is in no map. Here it is at most \((biases.map(abs).max() ?? 0).fixed(2)), of scores from \
        \((fine.ledger.score.min() ?? 0).fixed(1)) to \((fine.ledger.score.max() ?? 0).fixed(1)); where it is large, the map explains a small part.
        """,
        "Only the last layer is looked at; what made the feature maps fire stays open.",
      ])
    ])

  page.uses(small, large, efficientNet, alexNet)
  page.commands = [
    "nni explain efficientnet_lite0 Sources/NNIShipped/Resources/photographs/paintbrushes_cc_by.jpg"
      + " --method cam --output out/class-activation"
  ]
  page.reading = ["zhou2016learning", "selvaraju2017grad"]
  page.thumbnail = try Pictures.row([
    Pictures.image(of: coarse, sample: 2, magnification: 56),
    Pictures.image(of: fine, sample: 2, magnification: 28),
  ])
}

/// Maps `[N, 1, h, w]` at the digits' size.
func resized(_ maps: Tensor, _ name: String, aligned: Bool = false) throws -> Tensor {
  try .call(name, .tensor(maps), .ints([28, 28]), .bool(aligned), .none, .none)
}

/// The biases of a network's last layer, one a class.
func denseBias(of model: Model) throws -> [Double] {
  let dense = model.graph.nodes.compactMap { $0.layer as? DenseLayer }.last
  return try dense?.bias?.doubles() ?? [Double](repeating: 0, count: 10)
}
