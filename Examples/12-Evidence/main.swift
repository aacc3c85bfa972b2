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
        growing penalty on evidence for wrong classes, so that it learns to be silent where it would be \
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
  let isWrong = zip(found.predicted, test.labels).map { $0 != $1 }
  let pairs = Array(zip(found.vacuity, isWrong))
  let area = try ReceiverOperatingCharacteristic.area(
    positives: pairs.filter(\.1).map(\.0), negatives: pairs.filter { !$0.1 }.map(\.0))
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
        On \(test.count) test digits the accuracy is \(validation.scores.accuracy.percent) and \
        the mean $u$ \(validation.meanVacuity.fixed(3)). Where the network is right it has \
        \(validation.evidenceWhereRight.fixed(1)) of evidence on average, where it is wrong \
        \(validation.evidenceWhereWrong.fixed(1)). A wrongly classified digit has the larger $u$ with \
        probability \(area.fixed(3)): of the \(isWrong.count { $0 }) digits that count as wrong it is silent \
        about \(pairs.count { $0.0 == 1 && $0.1 }), that is, $u$ = 1, and has an opinion on \
        \(pairs.count { $0.0 < 1 && $0.1 }).
        """),
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
        \(turned.vacuity.count { $0 == 1 }) of \(digit.angles.count) angles at which all logits are \
        negative and $u$ is exactly 100 %. The softmax network is at least \
        \((softmax.compactMap { $0.max() }.min() ?? 0).percent) sure of something at every angle.
        """),
    ])

  // Explanations of both.
  let lrp = LRPComposite(.epsilonAlpha2Beta1)
  let own = try lrp.attribute(network, input: digit.images, target: .predicted)
  let base = try lrp.attribute(plain, input: digit.images, target: .predicted)
  func explained(_ attribution: Attribution, _ index: Int) throws -> PageTable.Cell {
    .picture(
      try Pictures.map(
        attribution, sample: index,
        caption: """
          \(attribution.classes[index]): sum $\(attribution.ledger.sum[index].short)$
          """))
  }
  page.add(
    "What the explanations say",
    [
      .table(
        PageTable(
          "LRP for the largest logit; below each map its class and its sum",
          columns: ["angle", "input", "softmax network", "evidential network", "$u$"],
          rows: try digit.angles.indices.map { index in
            [
              .text(.plain(digit.names[index])),
              .picture(try Pictures.digit(digit.images, sample: index)),
              try explained(base, index), try explained(own, index),
              .percent(turned.vacuity[index]),
            ]
          })),
      .heading("What to see"),
      .paragraph(
        """
        Relevance starts from the logit. Where the evidential network has no evidence the largest logit is \
        negative, relevance starts below zero, and the map turns blue: it shows what speaks against a class \
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
        check $u$ on data of another kind (`nni calibrate --ood`).
        """,
        "$u$ mixes an ambiguous digit with an unknown one; dropout (lesson 11) tells them apart.",
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
