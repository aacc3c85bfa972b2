// DeConvNet: the network run backwards, from a class (full) or from a single filter (partial).

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.deconvolution.run { page in
  let network = try Shipped.model(named: "digits_cnn")
  // As in the original: what the average digit of each class excites.
  let means = try Digits.means()
  let full = try DeconvNet().attribute(network, input: means, target: Digits.target)
  // And single digits.
  let digits = try Digits()
  let single = try DeconvNet().attribute(network, input: digits.images, target: Digits.target)

  page.add(
    "The question",
    [
      .paragraph(
        """
        What pattern in the input made this unit fire? Every layer is run backwards: weights transposed, \
        biases left out, max pools opened at the places of their winners (the “switches” of the \
        forward pass), and at every ReLU what is negative in the backward pass is cut:
        """),
      .formula(#"g_{l − 1} = W_l^T max(g_l, 0)"#),
      .paragraph(
        """
        The seed is 1 at one class (full reconstruction), or the activation of one feature map (partial). \
        Only the switches make the picture belong to this input; without them the reconstruction of a class \
        would be the same for all.
        """),
    ])

  page.add(
    "Full reconstruction",
    [
      try Digits.table(
        """
        Red and blue are the signs of the reconstructed pattern: red like ink, blue like its \
        opposite. They do not say what speaks for the class and what against it: whatever was negative above \
        the first layer has been cut. Below each map the value from which on its colour is darkest.
        """,
        ("mean digit", { try Pictures.digit(means, sample: $0) }),
        ("reconstruction", { try Pictures.map(signed: full.map, sample: $0) }),
        ("one digit", { try Pictures.digit(digits.images, sample: $0) }),
        ("reconstruction", { try Pictures.map(signed: single.map, sample: $0) })),
      .heading("What to see"),
      .paragraph(
        """
        The map is a sum of first-layer filters, each at the places where it was a winner; their positive and \
        negative weights are its red and its blue. How much it resembles the picture can be counted: \
        maps and pictures have a correlation of \(try full.map.meanCorrelation(with: means).fixed(2)) for mean digits and of \
        \(try single.map.meanCorrelation(with: digits.images).fixed(2)) for single ones, on average over the ten.
        """),
    ])

  // One reconstruction for each filter of the two convolutions, of the mean 0.
  let zero = try means.narrowed(axis: 0, to: 0..<1)
  func filters(_ layer: NodeID) throws -> (figures: [PageFigure], strengths: [Double]) {
    let found = try PartialDeconvNet(layer: layer, channel: .all)
      .attribute(network, input: zero, target: .predicted)
    guard let channels = found.details["channels"] else { return ([], []) }
    // One scale for all, so that weak filters look weak.
    let largest = try channels.magnitude().maximum(over: [0, 1, 2, 3, 4]).item()
    let maps = try (0..<channels.shape[1]).map { try channels.selected(axis: 1, index: $0) }
    let figures = try maps.enumerated().map { filter, map in
      try Pictures.map(signed: map, scaling: .fixed(largest / 2), caption: "\(filter)")
    }
    return (
      figures, try maps.map { try $0.magnitude().flattened(from: 0).maximum(over: [0]).item() }
    )
  }
  let (lower, upper) = try (filters("features.relu1"), filters("features.relu2"))
  func weakest(_ strengths: [Double]) -> String {
    ((strengths.min() ?? 0) / (strengths.max() ?? 1)).percent
  }
  func grid(_ caption: PageText, _ figures: [PageFigure]) -> PageBlock {
    let rows = stride(from: 0, to: figures.count, by: 10).map { start in
      [PageTable.Cell.text("filters")]
        + figures[start..<(start + 10)].map { PageTable.Cell.picture($0) }
    }
    return .table(PageTable(caption, columns: [""] + (0..<10).map { _ in "" }, rows: rows))
  }
  page.add(
    "Partial reconstruction: one filter at a time",
    [
      grid(
        "The ten filters of the first convolution, for the mean 0.", lower.figures),
      grid(
        "The twenty filters of the second one, for the same input.", upper.figures),
      .heading("What to see"),
      .paragraph(
        """
        Each picture shows what in this 0 one filter answered to: for the first layer the filter itself at each \
        place where it won, for the second a pattern made of several of the first. All maps of a layer share one scale, \
        whose darkest colour is half the largest value. The weakest filter's largest value is \
        \(weakest(lower.strengths)) of the strongest one's in the first layer, \(weakest(upper.strengths)) in the second.
        """),
    ])

  // A photograph: the class, and the filter of the last convolution that fires most.
  let alexNet = try Shipped.model(named: "alexnet_caltech99")
  let coffee = try Photograph("coffee")
  let input = try coffee.input(for: alexNet)
  let cup = try DeconvNet().attribute(alexNet, input: input, target: .predicted)
  let filter = try PartialDeconvNet(layer: "features.11", position: .strongest)
    .attribute(alexNet, input: input, target: .predicted)
  page.add(
    "A photograph",
    [
      .figures([
        try coffee.figure(caption: "AlexNet says: \(try coffee.answer(of: alexNet))."),
        try coffee.figure(cup, of: alexNet, caption: "Full reconstruction of that class."),
        try coffee.figure(
          filter, of: alexNet,
          caption: "The strongest position of the strongest filter of the last layer."),
      ]),
      .paragraph(
        """
        The full reconstruction is not zero at \(try cup.map.nonzeroShare().percent) of the pixels. One position of one \
        filter sees only its receptive field: \(try filter.map.nonzeroShare().percent).
        """),
    ])

  // The original built its mirrored layers with PyTorch's random biases and never cleared them.
  func original(seed: UInt64) throws -> Tensor {
    let rules = try DeconvNet().rules(for: network.graph, of: network, input: means)
    let recording = try Recording(network, input: means)
    let trace = recording.trace
    // Each mirrored layer: where its output arrives, along which axes its bias is constant, and the bound.
    let layers: [(node: NodeID, bound: Double, spatial: Bool)] = [
      ("classifier.relu3", 0.316, false), ("flatten", 0.141, false),
      ("features.relu1", 0.063, true),
      ("input", 0.2, true),
    ]
    var (place, signal) = (trace.graph.output, try trace.output)
    for (index, layer) in layers.enumerated() {
      let arriving = try trace.propagate(
        [place: Signal(signal)], using: rules, reading: [layer.node])[layer.node]
      let channels = arriving.shape[1]
      let numbers = CounterRandom(seed: seed).uniforms(channels, stream: UInt64(index))
      let bias = try Tensor(numbers.map { (2 * Double($0) - 1) * layer.bound }, shape: [channels])
        .converted(to: arriving.dtype).aligned(toAxis: 1, rank: arriving.rank)
      (place, signal) = (layer.node, try arriving + bias)
    }
    return try Pictures.stretched(signal)
  }
  let clean = try Pictures.stretched(
    DeconvNet(seed: .logits).attribute(network, input: means, target: Digits.target).map)
  let (first, second) = (try original(seed: 1), try original(seed: 2))
  page.addCorrections(
    [
      try Digits.table(
        "",
        ("original, first object", { try Pictures.digit(first, sample: $0) }),
        ("original, second object", { try Pictures.digit(second, sample: $0) }),
        ("right", { try Pictures.map(signed: full.map, sample: $0, caption: "") })),
      .list([
        """
        Its mirrored layers were new PyTorch layers with random biases that were never set to zero, so that \
        two objects gave two results: these two differ from what the weights alone give by \
        \(try first.relativeDistance(to: clean).percent) and \
        \(try second.relativeDistance(to: clean).percent).
        """,
        """
        It started from all ten logits at once, with their signs. The picture mixes what speaks for the class \
        with what speaks against the others. (`deconvnet` with `seed=logits` does it on purpose.)
        """,
        "Each map was stretched from black to white by itself, so that zero is grey and weak filters look strong.",
        """
        It knew four kinds of layers and took them in the order of their declaration. Networks with dropout, batch \
        normalisation or an average pool, such as this AlexNet, were refused or came out wrong.
        """,
      ]),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        """
        The class matters less than for the gradient: the switches and the lower layers draw the picture. Magnitudes of the maps of a digit's own \
        class and of the next one have a correlation of \
        \(try digits.classBlindness(DeconvNet(), of: network).fixed(2)) here, those of the plain gradient one of \
        \(try digits.classBlindness(Gradient(), of: network).fixed(2)).
        """,
        "Values are not contributions and sum to nothing.",
        """
        What is sharp is not therefore true: the ReLUs in the backward pass remove negative signals that would \
        cancel others, in every network and for every class (Sixt et al. 2020).
        """,
      ])
    ])

  page.uses(network, alexNet)
  page.commands = [
    "nni explain alexnet_caltech99 Sources/NNIShipped/Resources/photographs/coffee.jpg"
      + " --method deconvnet --method deconvnet-partial:layer=features.11,position=strongest"
      + " --output out/deconvolution"
  ]
  page.reading = ["zeiler2014visualizing", "springenberg2015striving", "sixt2020when"]
  page.thumbnail = try Pictures.row([
    Pictures.grey(digits.images, sample: 0, magnification: 6),
    HeatMap(
      summing: single.map.selected(axis: 0, index: 0).elements(as: Float.self), channels: 1,
      height: 28, width: 28
    ).image(magnification: 6),
  ])
}
