// A vision transformer: where attention looks, what that says, and how relevance passes through it.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.visionTransformer.run { page in
  let network = try Shipped.model(named: "digits_vit")
  let digits = try Digits()
  let methods: [(name: PageText, method: any AttributionMethod)] = [
    ("attention, last block", try Catalog.method("attention")),
    ("attention rollout", try Catalog.method("attention-rollout")),
    ("generic attention", try Catalog.method("generic-attention")),
    ("transformer attribution", try Catalog.method("transformer-attribution")),
    ("Grad-CAM", GradCAM()),
    ("gradient × input", GradientTimesInput()),
    ("integrated gradients", IntegratedGradients(steps: 64)),
    ("AttnLRP", TransformerLRP(.attentionAware)),
    ("CP-LRP", TransformerLRP(.conservative)),
    ("DeepLIFT", DeepLIFT(.rescale)),
  ]
  let maps = try page.each(methods, "maps of ten digits") {
    try $0.method.attribute(network, input: digits.images, target: Digits.target)
  }

  page.add(
    "The question",
    [
      .paragraph(
        """
        A vision transformer cuts a picture into patches, here 7 × 7 of 4 × 4 pixels, makes a vector of each, and puts a \
        class token before them. In every block, tokens gather from each other what their attention weighs:
        """),
      .formula(#"A = softmax(\frac{Q K^T}{√d}) , \text{ } Y = A V"#),
      .paragraph(
        """
        In the end the class token alone decides. Where did it look? The weights $A$ answer at once, and it is tempting \
        to stop there. Rollout follows them through all blocks, with half of each token kept by the skip connection:
        """),
      .formula(#"R = ∏_l \frac{1}{2} (I + A_l)"#),
      .paragraph(
        """
        But the weights say what is mixed, not what for. Gradient-weighted attention asks which weights matter for a class. \
        AttnLRP hands the score itself back: half to the weights and half to the values at each product, the derivative \
        at the softmax, a constant divisor at each norm. CP-LRP gives the weights nothing.
        """),
    ])
  page.add(
    "Digits",
    [
      .table(
        PageTable(
          "", columns: [""] + (0..<10).map { "\($0)" },
          rows: [
            [.text("input")]
              + (try (0..<10).map { .picture(try Pictures.digit(digits.images, sample: $0)) })
          ]
            + (try zip(methods, maps).map { method, map in
              [.text(method.name)]
                + (try (0..<10).map {
                  .picture(
                    try Pictures.map(map, sample: $0, magnification: 84 / map.map.shape[3]))
                })
            }))),
      .heading("What to see"),
      .paragraph(
        """
        The first five have one value for a patch: that is how fine tokens are. Gradient × input, AttnLRP and DeepLIFT \
        go on to the pixels. No reshape function was needed anywhere: grid, class token and layout are read from the graph.
        """),
    ])

  let blindness = try page.each(methods, "maps of another class") {
    try digits.classBlindness($0.method, of: network)
  }
  page.add(
    "Which maps know the class?",
    [
      .paragraph(
        "How alike are the maps of a digit's own class and of the next class? 1 means: the map does not depend on the class."
      ),
      .table(
        PageTable(
          columns: ["method", "correlation of magnitudes"],
          rows: zip(methods, blindness).map { [.text($0.name), .number($1, decimals: 3)] })),
      .paragraph(
        """
        Attention and rollout are the same for every class: the weights are computed before anyone asks for one. \
        They cannot tell why this is a 3 and not an 8.
        """),
    ])

  // Where the score goes: the ledger of both relevance methods.
  let names = ["input", "class-token", "positions", "biases", "rest"]
  func shares(_ attribution: Attribution) throws -> [Double] {
    let ledger = attribution.ledger
    return names.map { name in
      let values = ledger.rows.first { $0.name == name }?.values ?? ledger.score.map { _ in 0 }
      return zip(values, ledger.score).map { $0 / $1 }.mean
    }
  }
  page.add(
    "Where relevance goes",
    [
      .paragraph(
        """
        Pixels are not all that a transformer adds up. The class token, the table of positions and the biases have their \
        parts of the score. As shares of it, averaged over the ten digits:
        """),
      .table(
        PageTable(
          columns: ["method", "pixels", "class token", "positions", "biases", "rest"],
          rows: [
            [.text("AttnLRP")] + (try shares(maps[7])).map { .percent($0) },
            [.text("CP-LRP")] + (try shares(maps[8])).map { .percent($0) },
          ])),
      .paragraph(
        """
        The rest of AttnLRP is what softmaxes keep, whose derivative conserves nothing; CP-LRP sends nothing through them \
        and sums to the score. A black pixel cannot have relevance, but its position can: `positions` is a map of its own.
        """),
      .figures(
        try [0, 3, 7].map { digit in
          try Pictures.map(
            signed: maps[8].details["positions"] ?? maps[8].map, sample: digit, magnification: 12,
            caption: "CP-LRP: the relevance of positions, for the \(digit).")
        }),
    ])

  // Take away what a map ranks highest, patch by patch.
  let test = try DatasetSplit().parts(of: Shipped.digits()).test
  let count = 100
  let images = try test.inputs(Array(0..<count))
  let labels = Array(test.labels.prefix(count))
  let patches = 49
  func perPatch(_ map: Tensor) throws -> [[Double]] {
    let values = try map.sum(over: [1], keepingAxes: true)
    let side = values.shape[2] / 7
    let sums = try values.reshaped([count, 7, side, 7, side]).sum(over: [2, 4])
    let all = try sums.doubles()
    return (0..<count).map { Array(all[$0 * patches..<($0 + 1) * patches]) }
  }
  func probability(_ gone: [Set<Int>]) throws -> [Double] {
    let kept = try Tensor(
      gone.flatMap { set in (0..<patches).map { set.contains($0) ? Float(0) : 1 } },
      shape: [count, 1, 7, 1, 7, 1])
    let masks = try kept.expanded(to: [count, 1, 7, 4, 7, 4]).reshaped([count, 1, 28, 28])
    let found = try network(images * masks).softmax(along: 1).doubles()
    return labels.enumerated().map { found[$0 * 10 + $1] }
  }
  let compared = [0, 1, 2, 4, 5, 6, 7, 8, 9]
  var curves = try page.each(compared, "removal of patches") { index in
    let map = try methods[index].method.attribute(
      network, input: images, target: .classes(labels)
    ).map
    return (
      name: methods[index].name.plainText,
      curve: try RemovalCurves(ranks: perPatch(map), probability: probability)
    )
  }
  let random = CounterRandom(seed: 5)
  let draws = (0..<count).map { random.uniforms(patches, stream: UInt64($0)).map(Double.init) }
  curves.append(("random", try RemovalCurves(ranks: draws, probability: probability)))
  let ink = try RemovalCurves(ranks: perPatch(images), probability: probability)
  curves.append(("ink alone", ink))
  page.add(
    "Do they find what matters?",
    [
      .paragraph(
        "\(count) test digits lose their patches, those that a map ranks highest first. A good map makes the probability fall early."
      ),
      .figure(
        try RemovalCurves.chart(
          "Patches taken away",
          curves.filter {
            ["attention, last block", "AttnLRP", "integrated gradients", "random", "ink alone"]
              .contains($0.name)
          })),
      RemovalCurves.table(curves),
      .paragraph(
        """
        Two rows are controls. A random order is what any map must beat. “Ink alone” takes the brightest patches first \
        and knows nothing of the network: a map that is not better than that may just show the digit.
        """),
      .paragraph(try DigitNetworks.caution("digits_vit")),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        "Attention is not an explanation: it is the same for each class, and a token with much weight and a small value counts as much as one with a large one.",
        "The class token is a sink: much weight rests on it, and rollout multiplies that through all blocks.",
        "A norm's divisor as a constant is a convention. DeepLIFT takes it as it is; where the maps differ, both are right about different questions.",
        "Taking patches away makes pictures that the network never saw. Look at the controls.",
      ])
    ])

  page.uses(network)
  page.commands = [
    "nni inspect digits_vit --method attn-lrp",
    "nni plan digits_vit --method integrated-gradients:tolerance=0.01",
  ]
  page.reading = [
    "dosovitskiy2021image", "vaswani2017attention", "abnar2020quantifying", "chefer2021generic",
    "chefer2021transformer", "achtibat2024attnlrp", "ali2022xai",
  ]
  page.thumbnail = try Pictures.row(
    [0, 2, 7, 9].map { index in
      try Pictures.image(
        of: maps[index], sample: 3, magnification: 168 / maps[index].map.shape[3])
    })
}
