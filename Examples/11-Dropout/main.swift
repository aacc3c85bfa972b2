// Dropout at test time: many thinned networks instead of one, and what their disagreement tells.

import Foundation
import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.dropout.run { page in
  let network = try Shipped.model(named: "digits_dropout")
  let members = try MonteCarloDropout(network, passes: 500, seed: 1)
  page.add(
    "The question",
    [
      .paragraph(
        """
        A softmax divides 100 % among its classes for any input, even for one that is no digit, and its largest \
        share says little about that. How would we notice that the network is guessing? Dropout, which switches units \
        off at random during training, leaves us a family of thinned networks. Kept at test time, it asks many \
        of them. Where they agree, the answer does not depend on which units were there; where they do \
        not, it does. The mean over $T$ passes and its entropy are
        """),
      .formula(
        #"p = \frac{1}{T} Σ_t softmax(z_t),   H(p) = \frac{1}{T} Σ_t H(p_t) + I"#),
      .paragraph(
        """
        The first part of the entropy is what each network is unsure of by itself, as of an ambiguous digit. The \
        second, the mutual information $I$, is what the networks disagree about, as on a digit unlike those they \
        learned from (Depeweg et al. 2018).
        """),
    ])

  // Is the mean of many passes as good as the network without dropout?
  let test = try DatasetSplit().parts(of: Shipped.digits()).test
  let whole = try ClassProbabilities.logits(network.logits(of: test)).map(
    ClassProbabilities.softmax)
  let point = try ClassificationScores(probabilities: whole, labels: test.labels)
  let one = try PredictiveValidation(MonteCarloDropout(network, passes: 1, seed: 1), on: test)
  let hundred = try PredictiveValidation(
    MonteCarloDropout(network, passes: 100, seed: 1), on: test
  ) { page.doing("digits by 100 passes", $0, of: $1) }
  func row(_ name: PageText, _ scores: ClassificationScores) -> [PageTable.Cell] {
    [
      .text(name), .percent(scores.accuracy), .number(scores.negativeLogLikelihood, decimals: 4),
      .number(scores.brier, decimals: 4),
    ]
  }
  let isWrong = zip(hundred.probabilities, hundred.labels).map { $0.largest != $1 }
  let isWholeWrong = zip(whole, test.labels).map { $0.largest != $1 }
  func detects(_ values: [Double], _ isWrong: [Bool]) throws -> String {
    let pairs = Array(zip(values, isWrong))
    guard isWrong.contains(true) else { return "(no error to find)" }
    return try ReceiverOperatingCharacteristic.area(
      positives: pairs.filter(\.1).map(\.0), negatives: pairs.filter { !$0.1 }.map(\.0)
    ).fixed(3)
  }
  let entropies = whole.map { $0.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
  let costs = hundred.scores.negativeLogLikelihood > point.negativeLogLikelihood
  page.add(
    "What it costs in accuracy",
    [
      .table(
        PageTable(
          "\(test.count) of the shipped digits",
          columns: ["", "accuracy", "NLL", "Brier"],
          rows: [
            row("without dropout", point), row("one pass", one.scores),
            row("mean of 100 passes", hundred.scores),
          ])),
      .paragraph(
        """
        One thinned network is right about \(one.scores.accuracy.percent) of the digits, the whole one about \
        \(point.accuracy.percent), the mean of 100 about \(hundred.scores.accuracy.percent). Averaging makes \
        probabilities less extreme, which \(costs ? "costs" : "gains") likelihood here. Does the uncertainty find errors? \
        A wrongly classified digit has a larger entropy than a rightly classified one with probability \
        \(try detects(hundred.entropy, isWrong)), a larger mutual information with probability \
        \(try detects(hundred.mutualInformation, isWrong)) (the area under the ROC curve; 0.5 would be chance; \
        \(isWrong.count { $0 }) digits are wrong). The plain network's softmax has an entropy, too, and finds its own \
        \(isWholeWrong.count { $0 }) errors with \(try detects(entropies, isWholeWrong)): on digits like those of the \
        training dropout need not know more.
        """),
      .paragraph(try DigitNetworks.caution("digits_dropout")),
    ])

  // A 1 that is turned.
  let digit = try TurningDigit()
  let softmax = try ClassProbabilities.logits(network(digit.images)).map(ClassProbabilities.softmax)
  var passes: [[[Double]]] = []
  let found = try PredictiveDistribution(
    members, input: digit.images, each: { passes.append($1) })
  let classes = TurningDigit.leading(found.mean)
  // A softmax of the mean logits is the geometric mean of the passes' probabilities, scaled to sum to one.
  let geometric = passes.map { passes in
    ClassProbabilities.softmax(
      (passes.first ?? []).indices.map { k in passes.map { log(max($0[k], 1e-300)) }.mean })
  }
  // Where one softmax is surest compared with the passes.
  let gaps = digit.angles.indices.map { (softmax[$0].max() ?? 0) - (found.mean[$0].max() ?? 0) }
  let surest = gaps.largest
  let unsure = found.mutualInformation.largest
  let sure = passes[unsure].count { ($0.max() ?? 0) > 0.9 }
  let parties = found.votes[unsure].count { $0 > 0 }
  func curves(_ rows: [[Double]]) -> [CurveChart.Curve] {
    classes.map { k in CurveChart.Curve("\(k)", rows.map { $0[k] }) }
  }
  page.add(
    "A 1 falls over",
    [
      .figures([
        try PageFigure(
          RotationChart(
            "Without dropout", angles: digit.turns, curves: curves(softmax),
            pictures: digit.pictures)),
        try PageFigure(
          RotationChart(
            "Mean of \(members.count) passes", angles: digit.turns, curves: curves(found.mean),
            pictures: digit.pictures)),
      ]),
      .figure(
        try PageFigure(
          ScatterChart(
            "What each pass says",
            groups: classes.map { k in
              .init("\(k)", passes.map { $0.map { $0[k] } })
            }, inputs: digit.names, pictures: digit.pictures, y: ChartAxis("probability"),
            opacity: 0.3))),
      .figure(try LogitScatter.figure(members, digit, classes: classes, passes: 200)),
      .table(
        PageTable(
          columns: [
            "angle", "without dropout", "mean of passes", "deviation", "votes", "entropy", "$I$",
          ],
          rows: digit.angles.indices.map { index in
            let (whole, best) = (softmax[index].largest, found.mean[index].largest)
            return [
              .text(.plain(digit.names[index])),
              .text(.plain("\(whole), \(softmax[index][whole].percent)")),
              .text(.plain("\(best), \(found.mean[index][best].percent)")),
              .number(found.variance[index][best].squareRoot(), decimals: 3),
              .text(.plain("\(found.votes[index][best]) of \(found.passes)")),
              .number(found.entropy[index], decimals: 3),
              .number(found.mutualInformation[index], decimals: 3),
            ]
          })),
      .heading("What to see"),
      .paragraph(
        """
        The upright 1 is a 1 for \(found.votes[0][1]) of \(found.passes) passes. As it falls, points spread. At \
        \(digit.names[found.mutualInformation.largest]), where the mutual information is largest, \
        \(sure) passes give more than 90 % to some digit, and \(parties) digits get votes: single networks are \
        sure, but of different digits. One softmax can hide that: at \
        \(digit.names[surest]) it gives \(softmax[surest][softmax[surest].largest].percent) to the \
        \(softmax[surest].largest), which \(found.votes[surest][softmax[surest].largest]) of \
        \(found.passes) passes vote for and which has \
        \(found.mean[surest][softmax[surest].largest].percent) in their mean.
        """),
    ])

  // Explanations where the networks disagree most.
  let place = found.mutualInformation.largest
  let input = try digit[place]
  let lrp = LRPComposite(.epsilonAlpha2Beta1)
  let fewer = try MonteCarloDropout(network, passes: 200, seed: 1)
  let uncertain = try UncertainAttribution(lrp, over: fewer)
  let voted = try uncertain.attributeByClass(input, .voted)
  let every = try uncertain.attributeByClass(input, .every)
  func mapSums(_ found: ClasswiseAttribution) throws -> [(k: Int, sum: Double)] {
    try (0..<10).compactMap { k in try found.maps[0][k].map { (k, try $0.sum().item()) } }
  }
  let (own, totals) = try (mapSums(voted), mapSums(every))
  let most = (0..<10).max { voted.votes[0][$0] < voted.votes[0][$1] } ?? 0
  let largest = totals.max { $0.sum < $1.sum }?.k ?? 0
  let spread = try uncertain.attribute(input, explaining: .fixed(.predicted))
  let small = try MonteCarloDropout(network, passes: 50, seed: 1)
  let causes = try [UncertaintyMeasure.mutualInformation, .predictiveEntropy].map { measure in
    let whole = try measure.model(of: small)
    let map = try GradientTimesInput().attribute(whole, input: input, target: .class(0))
    return UncertaintyGrid(
      "\(measure)", panels: [.init("", map: try .certain(HeatMap(map, sample: 0)))],
      columns: 1, unit: "nats", panelWidth: 220)
  }
  page.add(
    "Explained at \(digit.names[place])",
    [
      .paragraph(
        """
        Here the mutual information is largest, \(found.mutualInformation[place].fixed(3)) nats. \
        Relevance (LRP, ε above, α2β1 in the convolutions) of 200 passes, in three ways. All maps of \
        a figure have one scale.
        """),
      .figure(
        try PageFigure(
          UncertaintyGrid("Each pass explained for its own vote", voted) { "\($0)" },
          caption: "The mean map of those passes that chose a class; nothing where none did.")),
      .figure(
        try PageFigure(
          UncertaintyGrid("All passes explained for every class", every) { "\($0)" },
          caption: "Red speaks for the class, blue against it.")),
      .figure(
        try PageFigure(UncertaintyGrid("The class of the network without dropout", spread))),
      .heading("What makes it unsure"),
      .paragraph(
        """
        Mutual information is a number that 50 networks compute together, so it can be explained like any \
        score. Here by gradient × input: to first order, red ink makes them disagree more, blue ink less.
        """),
      .figures(try causes.map { try PageFigure($0) }),
      .heading("What to see"),
      .paragraph(
        """
        Explained for their own votes, the maps say nothing of how many there are: each is the mean of the networks \
        that chose a class, and their sums are (behind each, how many of 200 chose it) \
        \(own.map { "\($0.k): \($0.sum.fixed(1)) (\(voted.votes[0][$0.k]))" }.joined(separator: ", ")). \
        Explained for every class by all passes, maps can be compared. Their sums are \
        \(totals.map { "\($0.k): \($0.sum.fixed(1))" }.joined(separator: ", ")). The largest is that of the \
        \(largest)\(largest == most ? ", which also has most votes" : "; most votes has the \(most)"). A sum is no \
        logit: biases keep a part, and a vote depends on the differences in each single pass. The \
        last panel fades what changes from pass to pass.
        """),
    ])

  // The original's pictures: sums, each stretched to its own extremes.
  let sums = try uncertain.attributeByClass(input, .voted, gathering: .sum)
  let shown = (0..<10).filter { sums.maps[0][$0] != nil }
  let strengths = try shown.compactMap { k in try sums.maps[0][k]?.doubles().map { abs($0) }.max() }
  let confidence = digit.angles.indices.map {
    (found.mean[$0].max() ?? 0, geometric[$0].max() ?? 0)
  }
  let widest =
    confidence.indices.max {
      confidence[$0].1 - confidence[$0].0 < confidence[$1].1 - confidence[$1].0
    } ?? 0
  page.addCorrections(
    [
      .figures(
        try shown.map { k in
          let votes = sums.votes[0][k]
          return try Pictures.map(
            signed: sums.maps[0][k] ?? input, magnification: 4,
            caption: "\(k): sum of \(votes) \(votes == 1 ? "map" : "maps"), a scale of its own")
        }),
      .list([
        """
        It summed the maps of a class and gave each sum a scale of its own, as above. A class that \
        \(shown.map { sums.votes[0][$0] }.min() ?? 0) of 200 passes chose looks as important as one that \
        \(shown.map { sums.votes[0][$0] }.max() ?? 0) chose, though the largest values differ by a factor of \
        $\(((strengths.max() ?? 1) / max(strengths.min() ?? 1, 1e-30)).short)$. \
        A class that nobody chose became a solid dark blue square.
        """,
        """
        It averaged logits, not probabilities. The softmax of mean logits hides what the passes disagree \
        about: at \(digit.names[widest]) its largest probability is \(confidence[widest].1.percent), that of the mean \
        of the passes' probabilities \(confidence[widest].0.percent).
        """,
        """
        It drew a new mask for every class that it explained, so that maps of one figure belong to \
        different networks. Here a pass is one network, whatever is asked of it.
        """,
        """
        Its "test" loader held the training set, so that its accuracies are those of digits seen before. (So are \
        those above, and it is said there; `nni uncertainty digits_dropout --validate --data mnist` takes the test set.) \
        It switched the whole network to training mode, which changes batch normalisation as well, and \
        nothing was seeded.
        """,
      ]),
    ])

  page.add(
    "When it misleads",
    [
      .list([
        """
        The spread depends on the rate of dropout, which is set when the network is trained, and not on how much \
        data there were. Its size is no probability of being wrong.
        """,
        "Networks of one family share their blind spots: they can all be wrong and agree.",
        "A small number of passes gives unsteady maps; the standard error falls as $1 / √T$.",
      ])
    ])
  page.uses(network)
  let sample = "nni uncertainty digits_dropout --sample \(TurningDigit.position)"
  let turned = "--rotate=\(Int(digit.angles[place])):\(Int(digit.angles[place])):1"
  page.commands = [
    "\(sample) --rotate 0:-54:-6 --passes 500 --seed 1 --output out/dropout",
    "\(sample) \(turned) --passes 200 --seed 1 --method lrp-composite:preset=epsilon-alpha2-beta1"
      + " --by-class every --output out/dropout-every",
    "\(sample) \(turned) --passes 50 --seed 1 --method gradient-x-input --of mutual-information"
      + " --output out/dropout-why",
  ]
  page.reading = [
    "gal2016dropout", "srivastava2014dropout", "houlsby2011bayesian", "depeweg2018decomposition",
    "bykov2021explaining",
  ]
  page.thumbnail = try Pictures.row(
    [0, place, 9].map { try Pictures.grey(digit.images, sample: $0, magnification: 6) })
}
