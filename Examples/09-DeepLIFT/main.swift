// DeepLIFT: what each difference from a reference contributes to the difference of the scores.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.deepLIFT.run { page in
  let network = try Shipped.model(named: "digits_cnn")
  let digits = try Digits()
  func explain(_ method: any AttributionMethod) throws -> Attribution {
    try method.attribute(network, input: digits.images, target: Digits.target)
  }
  let rules: [(name: PageText, rule: DeepLIFT.Rule)] = [
    ("Linear alone", .linear), ("Rescale", .rescale), ("RevealCancel", .revealCancel),
    ("genomics default", .genomics),
  ]
  let maps = try rules.map { try explain(DeepLIFT($0.rule)) }

  page.add(
    "The question",
    [
      .paragraph(
        """
        Compared with a reference input $x_0$ (here: black), why is the score as it is? Every unit has a \
        difference from its value for the reference, $Δ z$, and a multiplier $m$ that says how much of the score's \
        difference goes with it. Multipliers follow a chain rule; at the input contributions are $m_i Δ x_i$, and \
        they are complete:
        """),
      .formula(#"∑_i m_i Δ x_i = f_k(x) − f_k(x_0)"#),
      .paragraph(
        "Linear layers pass multipliers through $W^T$. A ReLU $y = max(z, 0)$ takes, by the rule Rescale,"
      ),
      .formula(#"m_z = m_y \frac{Δ y}{Δ z}"#),
      .paragraph(
        """
        and by RevealCancel a multiplier for each sign of the difference, averaged over the two orders in which \
        the positive and the negative part can arrive, as Shapley values are:
        """),
      .formula(
        #"Δ y^+ = \frac{1}{2} (y(z_0 + Δ z^+) − y(z_0)) + \frac{1}{2} (y(z_0 + Δ z^- + Δ z^+) − y(z_0 + Δ z^-))"#
      ),
    ])
  page.add(
    "Digits",
    [
      try Digits.table(
        of: zip(rules, maps).map { ($0.name, $1) }, over: digits.images),
      .heading("What to see"),
      .paragraph(
        """
        All lie on the ink, since black is the reference and cannot contribute. How near each is to gradient × input \
        stands in the ledger below; Rescale is complete. RevealCancel differs where a positive and a negative part \
        cancel in one unit: Rescale sees their small difference and nothing else, RevealCancel sees both.
        """),
    ])

  let gradient = try explain(GradientTimesInput()).map
  let integrated = try explain(IntegratedGradients(steps: 256)).map
  page.add(
    "The ledger",
    [
      .table(
        PageTable(
          "Summation to delta, largest of the ten digits; distances are relative, L2.",
          columns: [
            "rule", "largest residual", "distance to gradient × input", "to integrated gradients",
            "negative",
          ],
          rows: try zip(rules, maps).map { rule, map in
            [
              .text(rule.name), .short(map.ledger.residual.map(abs).max() ?? 0),
              .number(try map.map.relativeDistance(to: gradient), decimals: 4),
              .number(try map.map.relativeDistance(to: integrated), decimals: 4),
              .percent(try map.map.negativeShare()),
            ]
          })),
      .paragraph(
        """
        The Linear rule alone, with the derivative at ReLUs, is gradient × difference and not complete. The three \
        others are complete up to rounding, through max pools, too, for which each has a rule.
        """),
      .paragraph(
        """
        The genomics default (Rescale after convolutions, RevealCancel after dense layers) differs from RevealCancel \
        by only \(try maps[3].map.relativeDistance(to: maps[2].map).short.asFormula) here: in this network a max \
        pool stands between each convolution and its ReLU, one value comes out of a window, and a single \
        difference has nothing that could cancel.
        """),
    ])

  // What the original computed: multipliers of the masked gradient, stretched to grey.
  let signOnly = try GuidedBackpropagation()
    .attribute(network, input: digits.images, target: Digits.target)
  let right = maps[2]
  let multipliers = try Gradient().attribute(
    network, input: digits.images, target: Digits.target)
  let (grey, guided) = try (
    Pictures.stretched(multipliers.map), Pictures.stretched(signOnly.map)
  )
  page.addCorrections(
    [
      try Digits.table(
        "",
        ("its NoRule: multipliers, grey", { try Pictures.digit(grey, sample: $0) }),
        ("what its RevealCancel came down to", { try Pictures.digit(guided, sample: $0) }),
        ("right: RevealCancel", { try Pictures.map(right, sample: $0, caption: "") })),
      .list([
        "It returned multipliers $m$, not contributions $m Δ x$, so that black pixels had values and nothing summed to anything.",
        """
        Its RevealCancel only compared the sign of the signal with the sign of a unit's value, which is guided \
        backpropagation in all but name; the clean digits of its notebook were an artefact. (The row above \
        is guided backpropagation.) The correlation with the right map is \
        \(try signOnly.map.correlation(with: right.map).fixed(2)).
        """,
        """
        Its six rules are three methods: “Linear” changes nothing at linear layers, so that Linear is the \
        gradient, LinearRescale is Rescale, and LinearRevealCancel is RevealCancel. There they differed, \
        because their layers had random biases and multiplied by differences once a layer.
        """,
        "ReLUs that work in place overwrote the values that it compared; AlexNet and VGG gave the plain gradient.",
      ]),
    ])

  // Another reference asks another question.
  let mean = try digits.images.mean(over: [0], keepingAxes: true)
  let against = try explain(DeepLIFT(.rescale, baseline: .tensor(mean, name: "mean digit")))
  let several = try explain(
    DeepLIFT(
      .rescale,
      baseline: .several(
        (0..<10).map { digit in
          .tensor(try digits[digit], name: "\(digit)")
        })))
  let middle = try against.map.narrowed(axis: 2, to: 11..<17).narrowed(axis: 3, to: 11..<17)
    .sumPerSample().doubles()[0]
  page.add(
    "The reference is the question",
    [
      try Digits.table(
        "",
        ("against black", { try Pictures.map(maps[1], sample: $0, caption: "") }),
        ("against the mean", { try Pictures.map(against, sample: $0, caption: "") }),
        ("mean over all ten digits", { try Pictures.map(several, sample: $0, caption: "") })),
      .paragraph(
        """
        Against the mean digit, missing ink contributes as well: the empty middle of the 0, its inner 6 × 6 pixels, \
        holds \(middle.fixed(2)) of its score's difference of \
        \((against.ledger.score[0] - against.ledger.reference[0]).fixed(2)). The largest residual is \(((against.ledger.residual + several.ledger.residual).map(abs).max() ?? 0).short.asFormula).
        """),
    ])

  let alexNet = try Shipped.model(named: "alexnet_caltech99")
  let rocket = try Photograph("rocket")
  let input = try rocket.input(for: alexNet)
  let pictures = try [DeepLIFT.Rule.rescale, .revealCancel].map { rule in
    try rocket.figure(
      DeepLIFT(rule).attribute(alexNet, input: input, target: .predicted), of: alexNet,
      caption: "DeepLIFT, \(rule.rawValue).")
  }
  page.add(
    "A photograph",
    [
      .figures(
        [
          try rocket.figure(caption: "AlexNet says: \(try rocket.answer(of: alexNet)).")
        ] + pictures),
      .paragraph(
        """
        \(alexNet.inputSpec.labels.contains { $0.lowercased().contains("rocket") }
          ? "The network has a class of rockets."
          : "The answer must be wrong: this network has no class of rockets.") The maps show what \
        contributed to the class that it took instead of others, compared with a picture of the mean colour (zero \
        after normalisation).
        """),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        """
        A reference that the network has never seen, such as a photograph of one colour, may itself be some \
        class; look at its score in the ledger.
        """,
        "A sum that is right does not make each pixel right: there are many complete maps.",
        "RevealCancel looks into one layer at a time. What cancels across layers it cannot see.",
      ])
    ])

  page.uses(network, alexNet)
  page.commands = [
    "nni explain alexnet_caltech99 Sources/NNIShipped/Resources/photographs/rocket.jpg"
      + " --method deeplift-rescale --method deeplift-reveal-cancel --output out/deeplift"
  ]
  page.reading = ["shrikumar2017learning", "sundararajan2017axiomatic", "shrikumar2016not"]
  page.thumbnail = try Pictures.row(
    [0, 1, 2].map { try Pictures.image(of: maps[$0], sample: 9, magnification: 6) })
}
