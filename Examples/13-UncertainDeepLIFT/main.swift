// DeepLIFT where the network, the input or the probabilities are uncertain.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.uncertainDeepLIFT.run { page in
  let plain = try Shipped.model(named: "digits_cnn")
  let thinned = try Shipped.model(named: "digits_dropout")
  let method = DeepLIFT(.revealCancel)
  let parts = try DatasetSplit().parts(of: Shipped.digits())
  let digit = try TurningDigit([0])
  let input = digit.images
  page.add(
    "The question",
    [
      .paragraph(
        """
        DeepLIFT says what each difference from a reference contributed to the score. How much does that depend on \
        the network that was asked, on noise in the input, and on how probabilities are scaled? Over \
        members $t$ each pixel's contribution has a mean, a deviation, and a ratio of the two:
        """),
      .formula(
        #"m_i = \frac{1}{T} Σ_t R_i^t,   s_i^2 = \frac{1}{T − 1} Σ_t (R_i^t − m_i)^2,   certainty = \frac{|m_i|}{s_i}"#
      ),
    ])

  // One network, one pass with dropout, many passes.
  let exact = try method.attribute(plain, input: input, target: .class(1))
  let whole = try method.attribute(thinned, input: input, target: .class(1))
  let members = try MonteCarloDropout(thinned, passes: 200, seed: 1)
  let many = try UncertainAttribution(method, over: members).attribute(input, target: .class(1))
  let singles = try page.each(Array(1...30), "single passes") { seed in
    try UncertainAttribution(
      method, over: MonteCarloDropout(thinned, passes: 1, seed: UInt64(1000 + seed))
    ).attribute(input, target: .class(1)).mean
  }
  // Where all maps are zero there is no sign to agree on.
  let agreement = try many.meanSignAgreement()[0] ?? 0
  func distance(_ maps: [Attribution]) throws -> Double {
    let distances = try maps.map { try $0.map.relativeDistance(to: many.mean.map) }
    return distances.mean
  }
  let scale = try Pictures.common(exact, singles[0], singles[1], many.mean)
  page.add(
    "Dropout",
    [
      .figures([
        try Pictures.digit(input, magnification: 5, caption: "the input"),
        try Pictures.map(
          exact, scaling: scale, magnification: 5, caption: "network without dropout"),
        try Pictures.map(
          singles[0], scaling: scale, magnification: 5, caption: "one thinned network"),
        try Pictures.map(singles[1], scaling: scale, magnification: 5, caption: "another"),
        try Pictures.map(many.mean, scaling: scale, magnification: 5, caption: "mean of 200"),
      ]),
      .figure(try PageFigure(UncertaintyGrid("200 passes", many))),
      .heading("What to see"),
      .paragraph(
        """
        A single pass is \(try distance(singles).percent) away from the mean of 200 (relative distance, \
        mean of \(singles.count) passes); the whole network, with dropout off, is \
        \(try distance([whole]).percent) away. Where not all maps are zero, a pass has the sign of the mean in \
        \(agreement.percent) of all cases. Each map sums to its own network's score less that network's score for the \
        reference, black. The scores are \
        \((many.scores[0].min() ?? 0).fixed(1)) to \((many.scores[0].max() ?? 0).fixed(1)), on average \
        \(many.mean.ledger.score[0].fixed(2)); less the reference's \(many.mean.ledger.reference[0].fixed(2)) that is \
        \((many.mean.ledger.score[0] - many.mean.ledger.reference[0]).fixed(2)), and the mean map sums to \
        \(many.mean.ledger.sum[0].fixed(2)).
        """),
    ])

  // Noise on the input: how much of it before the network changes its mind?
  let deviations = [0.1, 0.2, 0.3, 0.4, 0.5]
  let votes = try page.each(deviations, "votes of noisy copies") { deviation in
    try PredictiveDistribution(
      InputNoise(plain, deviation: deviation, passes: 1000, seed: 1), input: input
    ).votes[0]
  }
  // Explained where the votes are most divided.
  let divided = votes.map { 1000 - Double($0.max() ?? 0) }.largest
  let noise = try InputNoise(plain, deviation: deviations[divided], passes: 1000, seed: 1)
  let voted = try UncertainAttribution(method, over: noise).attributeByClass(input, .voted)
  let strength = deviations[divided].fixed(1)
  // Is it this 1 alone?
  let ones = parts.test.labels.indices.filter { parts.test.labels[$0] == 1 }.prefix(10)
  let others = try PredictiveDistribution(
    InputNoise(plain, deviation: 0.5, passes: 200, seed: 1), input: parts.test.inputs(Array(ones))
  ).votes.map { Double($0[1]) / 200 }
  page.add(
    "Noise on the input",
    [
      .table(
        PageTable(
          "Votes of 1000 noisy copies of the digit",
          columns: ["deviation"] + (0..<10).map { "\($0)" },
          rows: zip(deviations, votes).map { deviation, votes in
            [.number(deviation, decimals: 1)] + votes.map { .count($0) }
          })),
      .figure(
        try PageFigure(
          UncertaintyGrid("Noise of deviation \(strength), by the class it was taken for", voted) {
            "\($0)"
          }, caption: "Each panel is the mean map of the copies that were taken for its class.")),
      .heading("What to see"),
      .paragraph(
        """
        A mean map shows what the copies that were taken for a class have in common: red contributes to the class's \
        score, blue against it. Beside the stroke there is nothing but noise. A map of few votes is the mean of few \
        copies, and shows their noise. With the deviation of 0.5 that the original took, this 1 is taken for a 1 by \
        \(votes[4][1]) of 1000 copies, the first \(others.count) ones of the test part by \
        \((others.min() ?? 0).percent) to \((others.max() ?? 0).percent) of 200 copies each: how much noise is much \
        depends on digit and network. The original reports 1568 of 2000 for its own 1 and network.
        """),
    ])

  // Calibration: fitted on one part, judged on another.
  let logits = try plain.logits(of: parts.validation)
  let temperature = try TemperatureScaling(logits: logits, labels: parts.validation.labels)
  let judged = try ClassProbabilities.logits(plain.logits(of: parts.test))
  let before = try CalibrationReport(
    probabilities: judged.map(ClassProbabilities.softmax), labels: parts.test.labels)
  let after = try CalibrationReport(
    probabilities: temperature.probabilities(judged), labels: parts.test.labels)
  let isBetter =
    after.scores.negativeLogLikelihood < before.scores.negativeLogLikelihood
  let mistakes = try zip(ClassProbabilities.logits(logits), parts.validation.labels)
    .count { $0.largest != $1 }
  let errors = ((1 - before.scores.accuracy) * Double(parts.test.count)).rounded()
  let scaled = try temperature.applied(to: plain)
  let calibrated = try method.attribute(scaled, input: input, target: .class(1))
  let change = try (calibrated.map * temperature.temperature).relativeDistance(to: exact.map)
  let linear = try DeepLIFT(.linear).attribute(plain, input: input, target: .class(1))
  page.add(
    "Calibration",
    [
      .paragraph(
        """
        Temperature scaling divides all logits by one number $T$, fitted to the negative log-likelihood of \
        \(parts.validation.count) digits. They should be digits that the network has not seen, or its confidence on them \
        is not that on new ones. Here $T$ = \
        \(temperature.temperature.fixed(4)); the loss goes from \
        \(temperature.likelihoodBefore.fixed(4)) to \(temperature.likelihoodAfter.fixed(4)). On \
        \(parts.test.count) other digits it goes from \(before.scores.negativeLogLikelihood.fixed(4)) to \
        \(after.scores.negativeLogLikelihood.fixed(4)), and the expected calibration error from \
        \((100 * before.expectedError).fixed(2))\u{A0}% to \((100 * after.expectedError).fixed(2))\u{A0}%. \
        \(isBetter
          ? "The temperature carries over."
          : "The temperature does not carry over to them.") \
        The network errs on \(mistakes) of the digits that it was fitted to and on \(Int(errors)) of those: a temperature \
        can only learn from errors, and there are few.
        """),
      .paragraph(try DigitNetworks.caution("digits_cnn")),
      .figures([
        try PageFigure(ReliabilityDiagram("As it is", before)),
        try PageFigure(ReliabilityDiagram("Divided by T", after)),
      ]),
      .figures([
        try Pictures.map(
          exact, scaling: Pictures.common(exact, calibrated), magnification: 5, caption: "before"),
        try Pictures.map(
          calibrated, scaling: Pictures.common(exact, calibrated), magnification: 5,
          caption: "after, on the same scale"),
      ]),
      .paragraph(
        """
        The map, before (left) and after. DeepLIFT is linear in the last layer, so the map of a \
        calibrated logit is the old one divided by $T$: every value becomes \
        \((1 / temperature.temperature).fixed(3)) times what it was. Multiplied by $T$ again the map differs from the old one by \
        $\(change.short)$ (relative, L2). So temperature scaling makes a map stronger or weaker and changes neither the order of its pixels \
        nor the ratio of any two; on a scale of its own it looks the same. That holds for maps of logits; \
        those of a probability change in shape, too.
        """),
    ])

  // The same question of a network for photographs.
  try PhotographCalibration.add(to: &page)

  // The original's pictures.
  let stretchedMean = try singles.reduce(input.zerosLike()) {
    try $0 + Pictures.stretched($1.map) / Double(singles.count)
  }
  let zeros = try singles.map { single in
    let values = try single.map.doubles()
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return -low / (high - low)
  }
  page.addCorrections(
    [
      .figures([
        try Pictures.digit(
          Pictures.stretched(stretchedMean), magnification: 5,
          caption: "mean of \(singles.count) stretched maps"),
        try Pictures.map(many.mean, magnification: 5, caption: "mean of the maps"),
        try Pictures.map(
          linear, magnification: 5, caption: "another rule: not an effect of calibration"),
      ]),
      .list([
        """
        It stretched every single map from its minimum to its maximum and averaged the results. Zero, which \
        should mean nothing, becomes a grey between \((zeros.min() ?? 0).percent) and \
        \((zeros.max() ?? 0).percent) of white, another one in each pass, and maps of weak and of strong \
        scores count alike.
        """,
        """
        "Before" and "after" calibration were explained with different rules. What looks like an effect of \
        calibration is the rule: the linear rule's map differs from RevealCancel's by \
        \(try linear.map.relativeDistance(to: exact.map).percent), while calibration multiplies all values by the same \
        \((1 / temperature.temperature).fixed(3)).
        """,
        """
        The histogram called "after" shows the uncalibrated probabilities; the "reliability diagram" is a \
        histogram of them and compares nothing with accuracy; the labels of the photographs were numbers \
        of folders, so that hardly any was right.
        """,
        """
        $T$ was searched by 100 steps of 0.01, so that it cannot move further than about 1 from where it \
        starts. Here it is the root of the likelihood's slope, bracketed and found by \
        Newton's method.
        """,
        """
        Its DeepLIFT gives multipliers, not contributions, and added random biases to those of the linear \
        rule (lesson 9).
        """,
      ]),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        """
        A map of means can show a digit that no single network sees. Look at the deviation, too.
        """,
        """
        The ratio of mean and deviation is large for pixels of tiny, steady contributions: \
        certain does not mean important.
        """,
        """
        With \(parts.test.count) digits and \(before.scores.accuracy.percent) right, \
        \(before.bins.count { $0.count < 20 }) of the \(before.bins.count) bins of the reliability diagram hold fewer than 20 \
        samples; mind their error bars.
        """,
      ])
    ])
  page.uses(plain, thinned)
  let sample = "--sample \(TurningDigit.position)"
  page.commands = [
    "nni uncertainty digits_dropout \(sample) --passes 200 --seed 1 --method deeplift-reveal-cancel"
      + " --output out/deeplift-dropout",
    "nni uncertainty digits_cnn \(sample) --over input-noise --noise \(strength) --passes 1000 --seed 1"
      + " --method deeplift-reveal-cancel --by-class voted --output out/deeplift-noise",
    "nni calibrate digits_cnn --output out/calibration",
  ]
  page.reading = [
    "shrikumar2017learning", "gal2016dropout", "guo2017calibration", "bykov2021explaining",
  ]
  page.thumbnail = try Pictures.row([
    Pictures.image(of: singles[0], magnification: 6),
    Pictures.image(of: many.mean, magnification: 6),
  ])
}
