// Layer-wise relevance propagation: the score handed down, layer by layer, by different rules.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.relevance.run { page in
  let network = try Shipped.model(named: "digits_cnn")
  let digits = try Digits()
  func explain(_ method: any AttributionMethod) throws -> Attribution {
    try method.attribute(network, input: digits.images, target: Digits.target)
  }
  let rules: [(name: PageText, method: LRP)] = [
    ("LRP-0", LRP(.zero, input: .zBox)),
    ("LRP-ε, ε = 0.25", LRP(.epsilon, epsilon: 0.25, input: .zBox)),
    ("LRP-γ, γ = 0.25", LRP(.gamma, input: .zBox)),
    ("LRP-α1β0", LRP(.alphaBeta, alpha: 1, beta: 0, input: .zBox)),
    ("LRP-α2β1", LRP(.alphaBeta, input: .zBox)),
  ]
  let composite = LRPComposite(.montavon)
  let methods: [(name: PageText, method: any AttributionMethod)] =
    rules.map { ($0.name, $0.method) } + [("composite", composite)]
  let maps = try methods.map { try explain($0.method) }

  page.add(
    "The question",
    [
      .paragraph(
        """
        Which pixels hold the score? Relevance starts as the score at the output and is handed down; each unit \
        $j$ divides what it has among its inputs $i$ in proportion to what they contributed. Nothing is \
        added or lost but what the ledger names.
        """),
      .formula(#"R_i = ∑_j \frac{z_{i j}}{∑_n z_{n j}} R_j , \text{ } z_{i j} = a_i w_{i j}"#),
      .paragraph("This is LRP-0. The other rules change the shares:"),
      .formula(#"\text{ε: } R_i = ∑_j \frac{a_i w_{i j}}{z_j + ε sign(z_j)} R_j"#),
      .formula(
        #"\text{γ, for } z_j > 0 \text{: } R_i = ∑_j \frac{a_i (w_{i j} + γ w_{i j}^+)}{∑_n a_n (w_{n j} + γ w_{n j}^+)} R_j"#
      ),
      .formula(
        #"\text{αβ: } R_i = ∑_j (α \frac{(a_i w_{i j})^+}{∑_n (a_n w_{n j})^+} − β \frac{(a_i w_{i j})^-}{∑_n (a_n w_{n j})^-}) R_j , \text{ } α − β = 1"#
      ),
      .paragraph(
        """
        At the pixels the box rule stands (lesson 7), because a pixel is not an activation. A composite takes \
        another rule at each depth: γ in the lower layers, ε in the middle, 0 in the upper ones, as Montavon et \
        al. 2019 advise.
        """),
    ])
  page.add(
    "Digits",
    [
      try Digits.table(
        of: zip(methods, maps).map { ($0.name, $1) }, over: digits.images),
      .heading("What to see"),
      .list([
        "LRP-0 is gradient × input but for the rule at the pixels, and has the gradient's noise.",
        """
        ε takes relevance from units whose contributions nearly cancel: the ledger below has it under stabilisers. \
        The negative share of all maps falls from \(try maps[0].map.negativeShare().percent) with LRP-0 to \
        \(try maps[1].map.negativeShare().percent).
        """,
        """
        γ favours what excites (negative share \(try maps[2].map.negativeShare().percent)); α1β0 counts nothing else \
        (\(try maps[3].map.negativeShare().percent)).
        """,
        "α2β1 counts exciting contributions twice and subtracts inhibiting ones once.",
      ]),
    ])

  page.add(
    "The ledger",
    [
      .paragraph(
        "Where the score of the 7 went. A rule conserves it up to what biases and stabilisers keep:"
      ),
      .table(
        PageTable(
          columns: [
            "rule", "score", "sum of the map", "biases", "stabilisers", "unexplained",
            "negative in all ten maps",
          ],
          rows: try zip(methods, maps).map { method, map in
            func part(_ cause: Ledger.Cause) -> Double { map.ledger.causes[cause]?[7] ?? 0 }
            return [
              .text(method.name), .number(map.ledger.score[7], decimals: 4),
              .number(map.ledger.sum[7], decimals: 4), .number(part(.bias), decimals: 4),
              .number(part(.stabilizer), decimals: 4), .number(part(.unexplained), decimals: 4),
              .percent(try map.map.negativeShare()),
            ]
          })),
    ])

  // Identities that tie the rules to other lessons.
  let zero = try explain(LRP(.zero)).map
  let product = try explain(GradientTimesInput()).map
  let wrongBox = try explain(
    LRP(.zero, input: .zBox, low: .numbers([-1]), high: .numbers([1]))
  ).map
  let wrong = try explain(LRP(.gamma, input: .zBox, low: .numbers([-1]), high: .numbers([1])))
  page.add(
    "Does it hold?",
    [
      .paragraph(
        """
        Without the box rule LRP-0 must be gradient × input, for networks of ReLUs and max pools: they differ by \
        \(try zero.relativeDistance(to: product).short.asFormula) (relative, L2). LRP-α1β0 with the box rule \
        must be deep Taylor: \
        \(try maps[3].map.relativeDistance(to: explain(DeepTaylor()).map).short.asFormula).
        """)
    ])
  page.addCorrections(
    [
      try Digits.table(
        "LRP-γ.",
        ("original: box −1…1", { try Pictures.map(wrong, sample: $0, caption: "") }),
        ("right: box 0…1", { try Pictures.map(maps[2], sample: $0, caption: "") })),
      .list([
        """
        The box rule used −1…1 for pixels in 0…1. For LRP-0 the maps differ by \
        \(try wrongBox.relativeDistance(to: maps[0].map).percent).
        """,
        """
        Its ε was a tenth of the root mean square of $z$ over the whole batch, added even where $z$ is negative, and \
        stood at max pools, too: a map depended on what else was in the batch. Here ε is a number.
        """,
        "LRP-0 had no stabiliser. One max-pool window of zeros made every pixel NaN; AlexNet gave nothing else.",
        "The class “predicted” was looked up once: a second image was explained for the first one's class.",
        "The colour scale followed the cubic mean of each map, so that weak and strong maps looked the same.",
      ]),
    ])

  // Photographs: the composites that are in use, on three kinds of networks.
  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let alexNet = try Shipped.model(named: "alexnet_caltech99")
  let efficientNet = try Shipped.model(named: "efficientnet_lite0")
  let coffee = try Photograph("coffee")
  let cases: [(Model, LRPComposite)] = [
    (squeezeNet, LRPComposite(.epsilonPlus)), (squeezeNet, LRPComposite(.epsilonAlpha2Beta1)),
    (squeezeNet, LRPComposite(.epsilonGammaBox)), (alexNet, LRPComposite(.epsilonGammaBox)),
    (efficientNet, LRPComposite(.epsilonPlusFlat)),
  ]
  var found: [Attribution] = []
  let pictures = try page.each(cases, "composites on a photograph") { model, method in
    let map = try method.attribute(model, input: coffee.input(for: model), target: .predicted)
    found.append(map)
    return try coffee.figure(
      map, of: model,
      caption: "\(model.name), \(method.preset.rawValue): \(try coffee.answer(of: model)).")
  }
  let alike = try [(0, 1), (0, 2), (1, 2)].map {
    try found[$0].map.correlation(with: found[$1].map)
  }
  page.add(
    "Photographs",
    [
      .figures([try coffee.figure(caption: "The photograph.")] + pictures),
      .paragraph(
        """
        Network and preset both decide the picture: the three presets on SqueezeNet explain one score, and their \
        maps have correlations of \(alike.map { $0.fixed(2) }.joined(separator: ", ")). The networks do not see the same \
        thing either: compare their answers.
        """),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        "The rule decides the picture. State rule and parameters; the page of `nni explain` always does.",
        """
        Rules that only look at what excites depend less on the class (Sixt et al. 2020): magnitudes of the maps of a \
        digit's own class and of the next one have a correlation of \
        \(try digits.classBlindness(LRP(.alphaBeta, alpha: 1, beta: 0, input: .zBox), of: network).fixed(2)) with α1β0, of \
        \(try digits.classBlindness(LRP(.zero, input: .zBox), of: network).fixed(2)) with LRP-0.
        """,
        "With LRP-0 a sum near zero in a denominator makes huge values of both signs that cancel.",
      ])
    ])

  page.uses(network, squeezeNet, alexNet, efficientNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/coffee.jpg"
      + " --method lrp-epsilon:epsilon=0.25 --method lrp-gamma"
      + " --method lrp-composite:preset=epsilon-gamma-box --output out/relevance"
  ]
  page.reading = [
    "bach2015pixel", "montavon2019layer", "kohlbrenner2020towards", "anders2021software",
    "sixt2020when",
  ]
  page.thumbnail = try Pictures.row(
    [0, 2, 4, 5].map { try Pictures.image(of: maps[$0], sample: 5, magnification: 6) })
}
