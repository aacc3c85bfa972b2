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
  let near = try explain(
    SimpleTaylor(root: .fixed(.tensor(digits.images * 0.75, name: "faded"))))
  let deep = try explain(DeepTaylor())

  page.add(
    "The question",
    [
      .paragraph(
        """
        How much of the score does each pixel hold? Expand the score around a point $x̃$ that has none of it; \
        the terms of first order are the pixels' shares:
        """),
      .formula(#"R_i = \frac{∂ f_k}{∂ x_i} (x_i − x̃_i)"#),
      .paragraph(
        """
        With $x̃ = 0$ this is the gradient times the input. It is exact for a network that is linear between \
        $x̃$ and $x$, and ours is not. Deep Taylor decomposition therefore expands every layer by itself, \
        around a root that lies within the values the layer can take: inputs within $[l, h]$ at the first \
        layer, which gives the box rule, and activations that are not negative above, which gives the rule $z^+$:
        """),
      .formula(
        #"R_i = ∑_j \frac{x_i w_{i j} − l_i w_{i j}^+ − h_i w_{i j}^-}{∑_n (x_n w_{n j} − l_n w_{n j}^+ − h_n w_{n j}^-)} R_j , \text{ } R_j = ∑_k \frac{a_j w_{j k}^+}{∑_n a_n w_{n k}^+} R_k"#
      ),
    ])
  page.add(
    "Digits",
    [
      try Digits.table(
        "",
        ("input", { try Pictures.digit(digits.images, sample: $0) }),
        ("simple, root at zero", { try Pictures.map(simple, sample: $0) }),
        ("simple, root a faded digit", { try Pictures.map(near, sample: $0) }),
        ("deep", { try Pictures.map(deep, sample: $0) })),
      .heading("What to see"),
      .paragraph(
        """
        The simple decomposition is signed and restless, and its root hardly changes its look: the derivative \
        is taken at the digit, the root only says how much of it is asked about (here three quarters of the \
        ink stay). The deep one is never negative, and broader than the \
        stroke: a black pixel within the box carries information, too, for ink in its place would change the digit.
        """),
    ])

  // The books of all three.
  func rows(_ name: PageText, _ found: Attribution) -> [[PageTable.Cell]] {
    [1, 7, 0].map { digit in
      let ledger = found.ledger
      return [
        .text(name), .count(digit), .number(ledger.score[digit], decimals: 4),
        .number(ledger.reference[digit], decimals: 4), .number(ledger.sum[digit], decimals: 4),
        .number(ledger.residual[digit], decimals: 4),
      ]
    }
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
          rows: rows("simple, zero", simple) + rows("simple, faded", near)
            + rows("deep", deep))),
      .paragraph(
        """
        What is missing in the simple decomposition are the higher orders: the closer the root, the less. In \
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
  let ink = try Tensor.call("aten::ceil", .tensor(digits.images))
  func onBlack(_ found: Attribution) throws -> Double {
    let total = try found.map.sum().item()
    return try 1 - (found.map * ink).sum().item() / total
  }
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
  let pictures = try [
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
        [try cat.figure(caption: "SqueezeNet says: \(try cat.answer(of: squeezeNet)).")] + pictures)
    ])
  page.add(
    "When it misleads",
    [
      .list([
        "Deep Taylor cannot say that something speaks against the class: no value is negative.",
        "A pixel's relevance is a share of the score, not what the score would lose without the pixel (lesson 5 asks that).",
        "It is nearly blind to the class in deep networks; compare two classes.",
      ])
    ])

  page.uses(network, squeezeNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/chelsea.jpg"
      + " --method taylor-simple --method taylor-deep --output out/taylor"
  ]
  page.reading = ["montavon2017explaining", "bach2015pixel"]
  page.thumbnail = try Pictures.row([
    Pictures.image(of: simple, sample: 3, magnification: 6),
    Pictures.image(of: deep, sample: 3, magnification: 6),
  ])
}
