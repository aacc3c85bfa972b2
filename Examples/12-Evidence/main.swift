// Evidential deep learning: a network that collects evidence, and may have none.

import Foundation
import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.evidence.run { page in
  let network = try Shipped.model(named: "digits_evidential")
  let evidential = EvidentialModel(network)
  let plain = try Shipped.model(named: "digits_cnn")
  page.add(
    "The question",
    [
      .paragraph(
        """
        Probabilities must sum to one, so a softmax cannot say "none of these". Evidential learning reads the \
        logits $z_k$ as evidence: what is negative counts as none. With $K$ classes the evidence $e_k$ \
        gives a Dirichlet distribution, whose mean is the prediction, and a share of belief $u$ that no \
        evidence speaks for:
        """),
      .formula(
        #"e_k = max(z_k, 0),   S = Σ_k (e_k + 1),   p_k = \frac{e_k + 1}{S},   u = \frac{K}{S}"#),
      .paragraph(
        """
        $u$ is 1 without any evidence: the network says "I do not know", and every class has the \
        probability $1 / K$. It is trained with the expected squared error under that distribution and a \
        growing penalty on evidence for wrong classes, which shall teach it to be silent where it would be \
        wrong.
        """),
    ])

  // The loss against numbers worked out with another implementation.
  let example = try Tensor([2.0, -1, 0.5, 0, 0, 0], shape: [2, 3], dtype: .float64)
  let labels = try Tensor([Int64(0), 2], shape: [2])
  let losses = try [0, 5, 10].map { epoch in
    try EvidentialLoss(annealing: 10).value(example, labels: labels, epoch: epoch).item()
  }
  let known = [0.61946386, 0.64328271, 0.66710150]
  let test = try DatasetSplit().parts(of: Shipped.digits()).test
  let validation = try evidential.validate(on: test)
  let found = try evidential(test.inputs(Array(test.labels.indices)))
  // Without evidence there is no class, and so an error; `nil` equals no label.
  let isWrong = zip(found.decided, test.labels).map { $0 != $1 }
  let isSilent = found.decided.map { $0 == nil }
  func area(_ isCounted: [Bool]) throws -> String {
    let pairs = zip(zip(found.vacuity, isWrong), isCounted).filter(\.1).map(\.0)
    let (wrong, right) = (pairs.filter(\.1).map(\.0), pairs.filter { !$0.1 }.map(\.0))
    guard !wrong.isEmpty, !right.isEmpty else { return "not defined" }
    return try ReceiverOperatingCharacteristic.area(positives: wrong, negatives: right).fixed(3)
  }
  let silence = isSilent.count { $0 }
  let wrongDecisions = zip(isWrong, isSilent).count { $0 && !$1 }
  page.add(
    "Does it hold?",
    [
      .table(
        PageTable(
          "The loss of two samples with logits (2, −1, 0.5) and (0, 0, 0) and classes 0 and 2",
          columns: ["epoch", "PyTorch", "here"],
          rows: zip([0, 5, 10], zip(known, losses)).map {
            [.count($0), .number($1.0, decimals: 7), .number($1.1, decimals: 7)]
          })),
      .paragraph(
        """
        On \(test.count) of the shipped digits the mean $u$ is \(validation.meanVacuity.fixed(3)). About \(silence) of them \
        the network is silent: no evidence for any class, $u$ = 1. If silence counts as an error the \
        accuracy is \(validation.scores.accuracy.percent); of the digits on which it decides, \
        \(validation.accuracyWithEvidence.percent) are right. Right answers have \
        \(validation.evidenceWhereRight.fixed(1)) of evidence on average, the others \
        \(validation.evidenceWhereWrong.fixed(1)).
        """),
      .paragraph(
        """
        Does $u$ find errors? If silence counts as one, an error has the larger $u$ with probability \
        \(try area(isSilent.map { _ in true })) (AUROC). That flatters it: the \(silence) silent digits are errors because \
        $u$ is 1. \(wrongDecisions == 0
          ? "It decides wrongly on none of these digits, so that there is no other error to find."
          : "It decides wrongly on \(wrongDecisions) digits; among those on which it decides the probability is \(try area(isSilent.map { !$0 })).")
        """),
      .paragraph(try DigitNetworks.caution("digits_evidential")),
    ])

  // A 1 that is turned.
  let digit = try TurningDigit()
  let turned = try evidential(digit.images)
  let softmax = try ClassProbabilities.logits(plain(digit.images)).map(ClassProbabilities.softmax)
  let logits = try ClassProbabilities.logits(network(digit.images))
  let classes = TurningDigit.leading(softmax)
  page.add(
    "A 1 falls over",
    [
      .figures([
        try PageFigure(
          RotationChart(
            "Softmax network", angles: digit.turns,
            curves: classes.map { k in .init("\(k)", softmax.map { $0[k] }) },
            pictures: digit.pictures
          )),
        try PageFigure(
          RotationChart(
            "Evidential network", angles: digit.turns,
            curves: classes.map { k in .init("\(k)", turned.probabilities.map { $0[k] }) }
              + [.init("u", turned.vacuity)], pictures: digit.pictures)),
      ]),
      .table(
        PageTable(
          columns: ["angle", "softmax", "evidential", "$u$", "largest logit", "evidence in all"],
          rows: digit.angles.indices.map { index in
            let (k, best) = (softmax[index].largest, turned.predicted[index])
            let isSilent = turned.vacuity[index] == 1
            return [
              .text(.plain(digit.names[index])),
              .text(.plain("\(k), \(softmax[index][k].percent)")),
              .text(
                .plain(
                  isSilent ? "no class" : "\(best), \(turned.probabilities[index][best].percent)")),
              .percent(turned.vacuity[index]), .number(logits[index].max() ?? 0, decimals: 2),
              .number(turned.strength[index] - 10, decimals: 2),
            ]
          })),
      .heading("What to see"),
      .paragraph(
        """
        Between the upright 1 and what it may become there are \
        \(turned.vacuity.count { $0 == 1 }) of \(digit.angles.count) angles at which no logit is above zero: $u$ is \
        exactly 100 %, and no class is predicted. The softmax network is at least \
        \((softmax.compactMap { $0.max() }.min() ?? 0).percent) sure of something at every angle.
        """),
    ])

  // Explanations of both.
  let lrp = LRPComposite(.epsilonAlpha2Beta1)
  let own = try lrp.attribute(network, input: digit.images, target: .predicted)
  let base = try lrp.attribute(plain, input: digit.images, target: .predicted)
  func explained(
    _ attribution: Attribution, _ index: Int, isDecided: Bool = true
  ) throws -> PageTable.Cell {
    let ledger = attribution.ledger
    return .picture(
      try Pictures.map(
        attribution, sample: index,
        caption: """
          \(isDecided ? "" : "no class; largest logit: ")\(attribution.classes[index]), \
          logit $\(ledger.score[index].short)$, sum $\(ledger.sum[index].short)$
          """))
  }
  // What becomes of the surest logit: the rules keep a part of it in biases.
  let first = own.ledger
  let kept = first.causes.filter { abs($0.value[0]) >= 0.005 }
    .sorted { $0.key.rawValue < $1.key.rawValue }
    .map { "\($0.key.rawValue) \($0.value[0].fixed(2))" }.joined(separator: ", ")
  page.add(
    "What the explanations say",
    [
      .table(
        PageTable(
          "LRP for the largest logit; below each map the class, its logit and the sum of the map",
          columns: ["angle", "input", "softmax network", "evidential network", "$u$"],
          rows: try digit.angles.indices.map { index in
            [
              .text(.plain(digit.names[index])),
              .picture(try Pictures.digit(digit.images, sample: index)),
              try explained(base, index),
              try explained(own, index, isDecided: turned.decided[index] != nil),
              .percent(turned.vacuity[index]),
            ]
          })),
      .heading("What to see"),
      .paragraph(
        """
        Relevance starts from the logit, but its sum is not the logit: of the evidential network's \
        \(first.score[0].fixed(2)) at \(digit.names[0]) the map holds \(first.sum[0].fixed(2)); the rest, \
        \(first.residual[0].fixed(2)), is what the ledger names: \(kept). Biases below zero make \
        the sum larger than the logit. Where the network has no evidence the largest logit is not above zero, \
        relevance starts below zero, and the map turns blue: it shows what speaks against a class \
        that was not chosen. Read such a map as the absence of an answer.
        """),
    ])

  // Without evidence there is no slope either; before the ReLU there is.
  let place = digit.angles.indices.first { turned.vacuity[$0] == 1 } ?? turned.vacuity.largest
  let silent = try digit[place]
  let vacuity = try UncertaintyMeasure.vacuity.model(of: network)
  let speaking = try digit[max(place - 1, 0)]
  let causes = try GradientTimesInput().attribute(vacuity, input: speaking, target: .class(0))
  let dead = try Gradient().attribute(vacuity, input: silent, target: .class(0))
  let steepest = try dead.map.doubles().map { abs($0) }.max() ?? 0
  page.add(
    "What makes it silent",
    [
      .paragraph(
        """
        $u$ is a number like any score and can be explained. One step before silence, at \
        \(digit.names[max(place - 1, 0)]), red marks ink that makes the network less sure, blue ink that \
        still gives it evidence. At \(digit.names[place]), where $u$ is \
        \(turned.vacuity[place].percent), the largest derivative of $u$ by any pixel is \
        \(steepest == 0 ? "exactly 0" : "$\(steepest.short)$"): \
        behind the ReLU nothing changes, and gradient methods have nothing to say.
        """),
      .figures([
        try Pictures.digit(
          speaking, magnification: 7, caption: PageText(digit.names[max(place - 1, 0)])),
        try Pictures.map(causes, magnification: 7, caption: "gradient × input of $u$"),
      ]),
    ])

  // The original's picture: the mean u of a training run's validation, and ties broken at random.
  page.addCorrections(
    [
      .figures(
        try digit.angles.indices.filter { turned.vacuity[$0] == 1 }.map { index in
          try Pictures.map(
            own, sample: index,
            caption: "shown as \"predicted as \(own.classes[index])\", uncertainty 100 %")
        }),
      .list([
        """
        It labelled such maps "predicted as …", although all ten classes have the same probability and \
        the choice between them is arbitrary: its list of the best two classes changes with the \
        version of PyTorch. Here there is no class without evidence.
        """,
        """
        Every map had a scale of its own, so that the map of a silent network looks as strong as that of \
        a sure one. The sums below the maps above tell them apart.
        """,
        """
        Validation ran in training mode, on the training set, with the penalty's weight of epoch 1; and \
        its training routine fails with the loss that the notebook passes. `nni train` has the recipe, and the \
        table above holds the loss to its known values.
        """,
      ]),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        """
        Evidence is learned. Nothing forces a network to have none for an input far from all training data; \
        check $u$ on data of another kind (`nni calibrate --stranger`).
        """,
        "$u$ is one number for an ambiguous digit and an unknown one; dropout (lesson 11) has two.",
        "The penalty's weight decides how silent a network is. Compare $u$ within one network only.",
      ])
    ])
  page.uses(network, plain)
  let sample = "--sample \(TurningDigit.position) --rotate 0:-54:-6"
  let method = "--method lrp-composite:preset=epsilon-alpha2-beta1"
  page.commands = [
    "nni uncertainty digits_evidential \(sample) --evidential \(method) --output out/evidential",
    "nni uncertainty digits_cnn \(sample) --over none \(method) --output out/base",
  ]
  page.reading = ["sensoy2018evidential", "bach2015pixel", "montavon2019layer"]
  page.thumbnail = try Pictures.row([
    Pictures.grey(digit.images, sample: place, magnification: 6),
    Pictures.image(of: own, sample: place, magnification: 6),
  ])
}
