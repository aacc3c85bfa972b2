// Taylor decomposition: of the whole network at once (simple), and layer by layer (deep).

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.taylor.run { page in
  let network = try Shipped.model(named: "digits_cnn")
  let digits = try Digits()
  func explain(_ method: any AttributionMethod) throws -> Attribution {
    try method.attribute(network, input: digits.images, target: Digits.target)
  }
  let simple = try explain(SimpleTaylor())
  let deep = try explain(DeepTaylor())
  // As the papers have it: a root where the decision changes, and the derivative there.
  let expansions = try page.each(Array(0..<10), "roots of ten digits") { digit in
    try Expansion(of: digits[digit], digit, by: network)
  }
  let rooted = expansions.compactMap { $0 }

  let likeness = try rooted.map { found in
    let product = try GradientTimesInput().attribute(
      network, input: digits[found.digit], target: .difference(found.digit, found.rival))
    return try product.map.correlation(with: found.attribution.map)
  }.mean
  func onBlack(_ found: Attribution) throws -> Double {
    try found.map.shareWithoutInk(digits.images)
  }

  page.add(
    "The question",
    [
      .paragraph(
        """
        How much of the score does each pixel hold? Expand the score around a root $x̃$, an input at which the \
        evidence is gone, $f(x̃) = 0$. The terms of first order are the pixels' shares:
        """),
      .formula(
        #"f (x) = f (x̃) + ∑_i R_i + … , \text{ } R_i = \frac{∂ f}{∂ x_i} (x̃) (x_i − x̃_i)"#),
      .paragraph(
        """
        So Bach et al. (2015, equation 14) and Montavon et al. (2017, equation 3) write it: a root near $x$, and the \
        derivative at the root. `taylor-simple:root=search,derivative=root` does so for a difference of two classes, \
        which is zero where the decision changes. It looks along the straight line from the digit to black only, \
        and not in all directions for the nearest root, which Bach et al. would like best.
        """),
      .paragraph(
        """
        What mostly bears the name, here, too, when nothing is asked (`taylor-simple`), is the gradient times the \
        input: the root is zero, and the derivative is taken at $x$. It is the same only where the network is \
        linear between $x$ and zero, and zero is a root: a network of ReLUs without biases is, along that line \
        (Montavon et al. 2018). Ours has biases, and its scores at zero are not zero.
        """),
      .paragraph(
        """
        Deep Taylor decomposition expands every layer by itself, \
        around a root that lies within the values the layer can take: inputs within $[l, h]$ at the first \
        layer, which gives the box rule, and activations that are not negative above, which gives the rule $z^+$ \
        (biases that are above zero take their share and are left out here):
        """),
      .formula(
        #"R_i = ∑_j \frac{x_i w_{i j} − l_i w_{i j}^+ − h_i w_{i j}^-}{∑_n (x_n w_{n j} − l_n w_{n j}^+ − h_n w_{n j}^-)} R_j , \text{ } R_j = ∑_k \frac{a_j w_{j k}^+}{∑_n a_n w_{n k}^+} R_k"#
      ),
    ])
  func pictures(_ name: PageText, _ picture: (Expansion) throws -> PageFigure) throws
    -> [PageTable.Cell]
  {
    [.text(name)] + (try rooted.map { .picture(try picture($0)) })
  }
  page.add(
    "Digits",
    [
      try Digits.table(
        "Below each map the value from which on its colour is darkest.",
        ("input", { try Pictures.digit(digits.images, sample: $0) }),
        ("simple: root zero, derivative at the digit", { try Pictures.map(simple, sample: $0) })),
      .table(
        PageTable(
          "The root on the path to black: the ink that is left, and the class that overtakes.",
          columns: [""] + rooted.map { "\($0.digit)" },
          rows: [
            try pictures("root") {
              try Pictures.digit($0.root, caption: "\($0.share.percent), \($0.rival)")
            },
            try pictures("simple: that root, derivative there") {
              try Pictures.map($0.attribution)
            },
          ])),
      try Digits.table("", ("deep", { try Pictures.map(deep, sample: $0) })),
      .heading("What to see"),
      .paragraph(
        """
        The second table shows how much of each digit's ink is left where the decision changes, and to which class. \
        \(rooted.count < 10
          ? "For \(10 - rooted.count) of the digits it never does: the network gives black the same class. "
          : "")\
        The map below is that of the digit rather than that class, and black pixels have none, for there root and digit are \
        the same. It and the gradient times the \
        input of the same difference have a correlation of \(likeness.fixed(2)) on average. With the derivative at \
        the digit, another root on this line would only multiply the map by a number.
        """),
      .paragraph(
        """
        The deep decomposition has no negative value where the score is positive, as \
        \(deep.ledger.score.count { $0 > 0 }) of the ten are: no rule changes the sign. \
        \(try onBlack(deep).percent) of it lies on pixels without ink: a black pixel has the lowest value of the box, and \
        where its weights are negative, ink in its place would have lowered the unit.
        """),
    ])

  // The books of all three.
  func row(_ name: PageText, _ digit: Int, _ ledger: Ledger, _ sample: Int) -> [PageTable.Cell] {
    [
      .text(name), .count(digit), .number(ledger.score[sample], decimals: 4),
      .number(ledger.reference[sample], decimals: 4), .number(ledger.sum[sample], decimals: 4),
      .number(ledger.residual[sample], decimals: 4),
    ]
  }
  func rows(_ name: PageText, _ found: Attribution) -> [[PageTable.Cell]] {
    [1, 7, 0].map { row(name, $0, found.ledger, $0) }
  }
  func missing(_ found: Attribution) -> Double {
    let ledger = found.ledger
    return (0..<10).map { abs(ledger.residual[$0] / (ledger.score[$0] - ledger.reference[$0])) }
      .mean
  }
  let lowest = try deep.map.minimum(over: [0, 1, 2, 3]).item()
  let gradientTimesInput = try explain(GradientTimesInput())
  let causes = deep.ledger.causes.sorted { $0.key.rawValue < $1.key.rawValue }
  page.add(
    "The ledger",
    [
      .table(
        PageTable(
          "What the map should sum to (score − score of the root), and what it does.",
          columns: ["", "digit", "score", "score of the root", "sum of the map", "missing"],
          rows: rows("simple, zero", simple)
            + rooted.filter { [1, 7, 0].contains($0.digit) }.map {
              row("simple, searched", $0.digit, $0.attribution.ledger, 0)
            }
            + rows("deep", deep))),
      .paragraph(
        """
        What is missing in the simple decomposition is what a plane cannot say of the network between root and digit: \
        on average over the digits \(missing(simple).percent) of the difference with the root zero, and \
        \((rooted.map { abs($0.attribution.ledger.residual[0] / $0.attribution.ledger.score[0]) }.mean).percent) \
        with the searched one. (That score is the difference of two classes.) In \
        the deep one it is known where it went; for the 7: \
        \(causes.map { "\($0.key.rawValue) \($0.value[7].fixed(4))" }.joined(separator: ", ")). \
        The smallest value of any deep map is \(lowest.short.asFormula).
        """),
      .paragraph(
        """
        Checks: simple Taylor at zero differs from gradient × input by \
        \(try simple.map.relativeDistance(to: gradientTimesInput.map).short.asFormula); deep Taylor from LRP \
        with the rules $z^+$ and z-box by \
        \(try deep.map.relativeDistance(to: explain(LRP(.zPlus, input: .zBox)).map).short.asFormula).
        """),
    ])

  // The original took the box −1…1 for pixels from 0 to 1.
  let wrongBox = try explain(DeepTaylor(low: .numbers([-1]), high: .numbers([1])))
  page.addCorrections(
    [
      try Digits.table(
        "Deep Taylor.",
        ("original: box −1…1", { try Pictures.map(wrongBox, sample: $0, caption: "") }),
        ("right: box 0…1", { try Pictures.map(deep, sample: $0, caption: "") })),
      .list([
        """
        Its box was −1…1 whatever the data; these pixels lie in 0…1. The maps differ by \
        \(try wrongBox.map.relativeDistance(to: deep.map).percent). With the wrong box a black pixel lies in \
        the middle of its range instead of at its end: \(try onBlack(wrongBox).percent) of all relevance is on \
        pixels without ink, against \(try onBlack(deep).percent) with the right one.
        """,
        "Its notebook no longer ran: the calls had other parameters than the classes.",
        "For photographs the box must follow the normalisation, channel by channel; here the model's description states it.",
      ]),
    ])

  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let cat = try Photograph("chelsea")
  let input = try cat.input(for: squeezeNet)
  let classes = try ClassRanking.all(squeezeNet(input)).first?.entries.prefix(2).map(\.index) ?? []
  func blindness(_ method: any AttributionMethod) throws -> Double {
    let maps = try classes.map {
      try method.attribute(squeezeNet, input: input, target: .class($0)).map
    }
    return try maps[0].correlation(with: maps[1])
  }
  let photographs = try [
    ("Simple Taylor.", SimpleTaylor() as any AttributionMethod), ("Deep Taylor.", DeepTaylor()),
  ]
  .map { caption, method in
    try cat.figure(
      method.attribute(squeezeNet, input: input, target: .predicted), of: squeezeNet,
      caption: PageText(caption))
  }
  page.add(
    "A photograph",
    [
      .figures(
        [try cat.figure(caption: "SqueezeNet says: \(try cat.answer(of: squeezeNet)).")]
          + photographs)
    ])
  page.add(
    "When it misleads",
    [
      .list([
        """
        Deep Taylor cannot say that something speaks against the class: all values have the sign of the score.
        """,
        "A pixel's relevance is a share of the score, not what the score would lose without the pixel (lesson 5 asks that).",
        """
        It shows much the same for every class: maps of the photograph's two most probable classes have a \
        correlation of \(try blindness(DeepTaylor()).fixed(2)), those of the simple decomposition one of \
        \(try blindness(SimpleTaylor()).fixed(2)). The deeper the network, the more so (Sixt et al. 2020).
        """,
      ])
    ])

  page.uses(network, squeezeNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/chelsea.jpg"
      + " --method taylor-simple --method taylor-deep --output out/taylor",
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/chelsea.jpg --target 285-282"
      + " --method taylor-simple:root=search,derivative=root --output out/taylor-root",
  ]
  page.reading = [
    "montavon2017explaining", "bach2015pixel", "montavon2018methods", "sixt2020when",
  ]
  page.thumbnail = try Pictures.row([
    Pictures.image(of: simple, sample: 3, magnification: 6),
    Pictures.image(of: deep, sample: 3, magnification: 6),
  ])
}

/// The expansion of a digit's class against the first one that overtakes it on the path to black, at the point
/// where it does.
struct Expansion {
  let digit: Int
  /// The class that is as probable there.
  let rival: Int
  /// The digit with so much of its ink that both classes have the same score.
  let root: Tensor
  /// How much that is.
  let share: Double
  let attribution: Attribution

  /// Searches the root; there is none where the network gives black the digit's own class.
  init?(of image: Tensor, _ digit: Int, by network: Model) throws {
    let found: Attribution
    do {
      found = try SimpleTaylor(root: .search).attribute(
        network, input: image, target: .class(digit))
    } catch let error as InterpretabilityError where error.code == .invalidOption {
      return nil
    }
    guard let root = found.details["root"] else { return nil }
    let logits = try network(root).doubles()
    self.digit = digit
    self.root = root
    rival = logits.indices.filter { $0 != digit }.max { logits[$0] < logits[$1] } ?? digit
    share = try root.sum().item() / image.sum().item()
    attribution = try SimpleTaylor(
      root: .fixed(.tensor(root, name: "border of the decision")), derivative: .root
    ).attribute(network, input: image, target: .difference(digit, rival))
  }
}
