// Occlusion: cover a part of the picture, ask the network again, compare.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.occlusion.run { page in
  let network = try Shipped.model(named: "digits_cnn")
  let digits = try Digits()
  let one = try digits[1]

  page.add(
    "The question",
    [
      .paragraph(
        """
        What does the network lose when it does not see this part? Occlusion needs no gradient and nothing \
        of the inside of the network: cover a window $w$, and take the fall of the score,
        """),
      .formula(#"D_w = f_k(x) − f_k(x \text{ with } w \text{ covered})"#),
      .paragraph("A pixel's value is the mean over all windows that cover it."),
    ])

  // The original's experiment: sixteen white blocks on a 1, and the probability that is left.
  let blocks = try Occlusion(window: 7, stride: 7, fill: .numbers([1]), score: .probability)
    .attribute(network, input: one, target: 1)
  let left = try blocks.details["scores"]?.doubles() ?? []
  let worst = left.indices.min { left[$0] < left[$1] } ?? 0
  func covered(_ block: Int) throws -> Tensor {
    var pixels = try one.doubles()
    for row in 0..<7 {
      for column in 0..<7 { pixels[(block / 4 * 7 + row) * 28 + block % 4 * 7 + column] = 1 }
    }
    return try Tensor(pixels, shape: one.shape, dtype: .float32)
  }
  let rows: [[PageTable.Cell]] = try (0..<2).map { half in
    try (0..<8).map { column in
      let block = half * 8 + column
      return .picture(try Pictures.digit(covered(block), caption: "\(left[block].percent)"))
    }
  }
  page.add(
    "Sixteen white blocks",
    [
      .paragraph(
        "Uncovered, the network gives this 1 a probability of \(blocks.ledger.score[0].percent)."),
      .table(
        PageTable(
          "The probability of a 1 that is left.", columns: (0..<8).map { _ in "" }, rows: rows)),
    ])

  // The block becomes evidence itself: what does the network see in the worst case?
  let case1 = try covered(worst)
  let seen = try ClassRanking.all(network(case1)).first?.entries.first
  let before = try DeepLIFT(.rescale).attribute(network, input: one, target: 1)
  let after = try DeepLIFT(.rescale).attribute(network, input: case1, target: 1)
  let other = try DeepLIFT(.rescale)
    .attribute(network, input: case1, target: .class(seen?.index ?? 1))
  let inBlock = try other.map
    .narrowed(axis: 2, to: (worst / 4 * 7)..<(worst / 4 * 7 + 7))
    .narrowed(axis: 3, to: (worst % 4 * 7)..<(worst % 4 * 7 + 7)).sum().item()
  let difference = other.ledger.score[0] - other.ledger.reference[0]
  let scale = try Pictures.common(before, after, other)
  // The second worst, which the original showed beside it.
  let second = left.indices.filter { $0 != worst }.min { left[$0] < left[$1] } ?? 0
  let case2 = try covered(second)
  let seen2 = try ClassRanking.all(network(case2)).first?.entries.first
  let after2 = try DeepLIFT(.rescale).attribute(network, input: case2, target: 1)
  let other2 = try DeepLIFT(.rescale)
    .attribute(network, input: case2, target: .class(seen2?.index ?? 1))
  let scale2 = try Pictures.common(before, after2, other2)
  // The same window covered with what the background is: black.
  let fills: [(PageText, Fill)] = [
    ("White (1).", .numbers([1])), ("Black (0).", .numbers([0])), ("Blurred.", .blur(deviation: 3)),
  ]
  let maps = try fills.map { name, fill in
    (
      name,
      try Occlusion(window: 7, stride: 2, fill: fill).attribute(network, input: one, target: 1)
    )
  }
  page.add(
    "The cover is evidence, too",
    [
      .paragraph(
        """
        The worst block is in row \(worst / 4 + 1), column \(worst % 4 + 1): \(left[worst].percent) are left, \
        and the network now says \(seen?.index ?? 1) with \((seen?.probability ?? 0).percent). DeepLIFT \
        (lesson 9) counts how much of that is the block itself, which is ink. Of the \
        \(difference.fixed(1)) by which the score of the \(seen?.index ?? 1) is above that of a black picture, \
        the block's pixels contribute \(inBlock.fixed(1)).
        """),
      .figures([
        try Pictures.map(
          before, scaling: scale, magnification: 8, caption: "The 1 as it is: what speaks for a 1."),
        try Pictures.map(
          after, scaling: scale, magnification: 8, caption: "Worst block: what speaks for a 1."),
        try Pictures.map(
          other, scaling: scale, magnification: 8,
          caption: "Worst block: what speaks for a \(seen?.index ?? 1)."),
      ]),
      .paragraph(
        """
        The second worst block is in row \(second / 4 + 1), column \(second % 4 + 1): \(left[second].percent) are \
        left, and the network says \(seen2?.index ?? 1) with \((seen2?.probability ?? 0).percent).
        """),
      .figures([
        try Pictures.map(
          before, scaling: scale2, magnification: 8,
          caption: "The 1 as it is, on the scale of this row."),
        try Pictures.map(
          after2, scaling: scale2, magnification: 8,
          caption: "Second worst block: what speaks for a 1."),
        try Pictures.map(
          other2, scaling: scale2, magnification: 8,
          caption: "Second worst block: what speaks for a \(seen2?.index ?? 1)."),
      ]),
      .paragraph(
        "So the answer depends on what the window is covered with. Three fills, windows of 7, stride 2:"
      ),
      .figures(
        try maps.map { name, map in try Pictures.map(map, magnification: 8, caption: name) }),
      .paragraph(
        """
        With black only ink that is taken away counts: a window without ink changes nothing. With white the \
        background counts, too, for ink there may make another digit. Of all magnitudes \
        \(try maps[0].1.map.shareWithoutInk(one).percent) lie on pixels without ink with white, \
        \(try maps[1].1.map.shareWithoutInk(one).percent) with black (windows reach beyond the stroke), \
        \(try maps[2].1.map.shareWithoutInk(one).percent) with the blur.
        """),
    ])

  // A photograph.
  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let coffee = try Photograph("coffee")
  let input = try coffee.input(for: squeezeNet)
  let sizes = try page.each([(16, 8), (32, 16), (64, 32)], "a photograph's windows") {
    window, stride in
    try Occlusion(window: window, stride: stride)
      .attribute(squeezeNet, input: input, target: .predicted)
  }
  page.add(
    "A photograph",
    [
      .paragraph("SqueezeNet says: \(try coffee.answer(of: squeezeNet)). Three sizes of windows:"),
      .figures(
        try zip(sizes, [16, 32, 64]).map { map, window in
          try coffee.figure(
            map, of: squeezeNet, caption: "Windows of \(window) × \(window) pixels.")
        }),
      .heading("What to see"),
      .paragraph(
        """
        The size of the window is part of the question. A pixel's largest value is \
        \(try sizes.map { try $0.map.maximum(over: [0, 1, 2, 3]).item().fixed(1) }.joined(separator: ", ")) logits for \
        windows of 16, 32 and 64 pixels; what is finer than a window cannot be seen. \
        Blue is where the score rises when something is covered: what distracts from the class. \
        The library computes only what a window changes in each layer; numbers are those of complete passes.
        """),
    ])

  // The original rounded probabilities to two digits.
  let rounded = left.map { ($0 * 100).rounded() / 100 }
  let ties = rounded.count - Set(rounded).count
  let logits = try Occlusion(window: 7, stride: 7, fill: .numbers([1]))
    .attribute(network, input: one, target: 1)
  page.addCorrections(
    [
      .figures([
        try Pictures.map(
          blocks, magnification: 8, caption: "Fall of the probability: saturated, all or nothing."),
        try Pictures.map(logits, magnification: 8, caption: "Fall of the logit: graded."),
      ]),
      .list([
        """
        It returned probabilities rounded to two decimals and looked up the worst block by value: of these \
        sixteen \(ties) repeat another's number.
        """,
        "A probability saturates. Whatever lies behind 99.9 % is invisible; the logit shows it.",
        "On colour images only the red channel was covered. Windows could not overlap, and there was no heat map.",
      ]),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        "The covered picture is one that the network has never been trained on.",
        "Two parts that can replace each other both get nothing when they are covered one at a time.",
        "Size, stride and fill are choices; state them with the picture.",
      ])
    ])

  page.uses(network, squeezeNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/coffee.jpg"
      + " --method occlusion:window=32,stride=16 --output out/occlusion"
  ]
  page.reading = ["zeiler2014visualizing"]
  page.thumbnail = try Pictures.row([
    Pictures.grey(case1, magnification: 6), coffee.overlay(sizes[1], of: squeezeNet),
  ])
}
