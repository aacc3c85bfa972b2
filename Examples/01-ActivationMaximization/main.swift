// Activation maximization: an image is optimised until a class's score is as high as it can be.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.activationMaximization.run { page in
  let network = try Shipped.model(named: "digits_cnn")
  // A network of the same form, trained apart: does it read the digits, too?
  let judge = try Shipped.model(named: "digits_am")
  let canvas = try ImageCanvas(network)
  let digits = try Digits()
  let means = try Digits.means()
  let goal = Objective.each((0..<10).map { .classLogProbability($0) })

  page.add(
    "The question",
    [
      .paragraph(
        """
        Which image would the network like best as a 4? Begin with some image, ask for the derivative of the \
        class's score by its pixels, and change the image along it, again and again. What should \
        come out is a prototype of the class, as the network sees it:
        """),
      .formula(#"x^* = argmax_x log p_k(x) − λ |x − x_0|"#),
      .paragraph(
        """
        $p_k$ is the probability of class $k$. The second term is the prior: it keeps the image near \
        something plausible, $x_0$, or small if $x_0$ is zero. Without one the network is asked about images \
        that no one ever showed it, and it answers just as firmly.
        """),
    ])

  // The four experiments: ten images at once, one for each class.
  struct Experiment {
    let name: String
    let start: ImageStart
    let penalty: Objective
    let rate: Double
    var decay = 0.0
    var probability = 0.999
  }
  let experiments = [
    Experiment(
      name: "from a digit, drawn to the class's mean", start: .images(digits.images),
      penalty: 1e-3 * .distance(to: means), rate: 5e-3),
    Experiment(
      name: "from noise, drawn to the class's mean", start: .uniform,
      penalty: 1e-3 * .distance(to: means), rate: 0.02),
    Experiment(
      name: "from noise, drawn to zero", start: .uniform, penalty: 1e-3 * .l2Norm, rate: 0.02),
    Experiment(
      name: "from the class's mean", start: .images(means), penalty: 1e-3 * .l2Norm, rate: 5e-3),
  ]
  func maximize(_ experiment: Experiment) throws -> (images: Tensor, steps: [Int]) {
    let maximization = ActivationMaximization(
      goal - experiment.penalty, parameterization: PixelParameterization(bound: .none),
      start: experiment.start, method: .adam(AdamOptimizer(weightDecay: experiment.decay)),
      learningRate: experiment.rate, steps: 2000,
      stopping: StoppingRule(probability: experiment.probability), classes: Array(0..<10),
      count: 10, seed: 1)
    var state = try maximization.begin(on: network)
    try maximization.run(on: network, from: &state) {
      page.doing("\(experiment.name): step", $0.step, of: $0.steps)
    }
    return (try maximization.images(state, for: network), state.history.images.map(\.steps))
  }
  func probabilities(_ model: Model, _ images: Tensor) throws -> [Double] {
    try ClassRanking.all(model(images)).enumerated().map { digit, ranking in
      ranking.entries.first { $0.index == digit }?.probability ?? 0
    }
  }
  /// Rows of a table: the images, how long they took, and what both networks say of them.
  func rows(_ name: String, _ images: Tensor, steps: [Int] = []) throws -> [[PageTable.Cell]] {
    let pixels = try canvas.pixels(images)
    let pictures = try (0..<10).map {
      PageTable.Cell.picture(try Pictures.digit(pixels, sample: $0))
    }
    let own = try probabilities(network, images).map { PageTable.Cell.number($0, decimals: 3) }
    let other = try probabilities(judge, images).map { PageTable.Cell.number($0, decimals: 3) }
    let counts = steps.isEmpty ? [] : [["steps"] + steps.map { PageTable.Cell.count($0) }]
    return [[.text(.plain(name))] + pictures] + counts
      + [["probability"] + own, ["other network"] + other]
  }
  func table(_ caption: PageText, _ rows: [[PageTable.Cell]]) -> PageBlock {
    .table(PageTable(caption, columns: [""] + (0..<10).map { "\($0)" }, rows: rows))
  }
  let results = try experiments.map { try maximize($0) }
  let moved = try (results[0].images - digits.images).magnitude().flattened(from: 0)
    .maximum(over: [0]).item()
  page.add(
    "Four starts",
    [
      table(
        """
        Each image stops when the network gives its class the probability 0.999. Below it: the steps, that \
        probability, and what a network says that was trained apart.
        """,
        try zip(experiments, results).flatMap {
          try rows($0.name, $1.images, steps: $1.steps)
        }),
      .heading("What to see"),
      .paragraph(
        """
        From a real digit \(results[0].steps.map { Double($0) }.mean.fixed(1)) steps are enough on average, and no pixel \
        moves by more than \(moved.fixed(2)). From noise drawn to zero it takes \
        \(results[2].steps.map { Double($0) }.mean.fixed(0)), and \
        of the ten images that the network is sure of, the other network gives \
        \(try probabilities(judge, results[2].images).count { $0 < 0.5 }) less than one half: what convinces one need \
        not convince another. What looks like a digit comes from the prior, not from the network.
        """),
    ])

  // With a generator: the image is G(z), and the code z is optimised.
  let generators = try ["digits_gan_generator", "digits_dcgan_generator"].map {
    try Shipped.model(named: $0)
  }
  let made = try page.each(generators, "codes of generators") { generator in
    let maximization = ActivationMaximization(
      goal - 1e-2 * .codeNorm,
      parameterization: try CodeParameterization(generator),
      transforms: .standard(for: canvas), steps: 256, count: 10, seed: 1)
    var state = try maximization.begin(on: network)
    try maximization.run(on: network, from: &state)
    return try maximization.images(state, for: network)
  }
  page.add(
    "In the space of codes",
    [
      .paragraph(
        """
        A generator was trained to make images that look like digits. If the image is what it makes of a code, \
        $x = G(z)$, and the code is optimised, the image stays within what it can draw:
        """),
      .formula(#"z^* = argmax_z log p_k(G(z)) − λ |z|^2"#),
      table(
        "Probabilities as above, after 256 steps.",
        try zip(generators, made).flatMap { try rows($0.name, $1) }),
      .paragraph(
        """
        The dense generator draws blurred digits, the convolutional one clear strokes, not all of them whole. \
        A code may begin at another digit and stay there, for between two digits lies nothing that the generator \
        can draw. So the best of 256 random codes is where each begins. And the network sees each image \
        slightly shifted, scaled and turned, without which some codes lead to images that only this one \
        network reads as it should. Where the other network's probability is low, the generator drew something that \
        only this network takes for the class.
        """),
    ])

  // Larger networks: three ways to write an image.
  let alexNet = try Shipped.model(named: "alexnet_caltech99")
  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let channels: [(name: String, model: Model, node: NodeID, channel: Int)] = [
    ("AlexNet", alexNet, "features.3", 20), ("AlexNet", alexNet, "features.8", 42),
    ("SqueezeNet", squeezeNet, "features.4.cat", 30),
    ("SqueezeNet", squeezeNet, "features.7.cat", 42),
    ("SqueezeNet", squeezeNet, "features.10.cat", 100),
  ]
  let photographs = try Shipped.photographs.map { try Image(contentsOf: $0) }
  /// What one image reached, and how it lies beside photographs.
  struct Feature {
    let score: Double
    let statistics: ImageStatistics
    let cell: PageTable.Cell
  }
  let features = try page.each(channels, "channels of larger networks") {
    _, model, node, channel in
    let canvas = try ImageCanvas(model, size: [128, 128])
    let ways: [any Parameterization] = [
      PixelParameterization(), FourierParameterization(),
      MACOParameterization(try MagnitudeSpectrum(of: photographs, for: model, on: canvas)),
    ]
    return try ways.map { way -> Feature in
      let maximization = ActivationMaximization(
        .channel(node, channel), parameterization: way, transforms: .standard(for: canvas),
        steps: 256, size: [128, 128], seed: 3)
      var state = try maximization.begin(on: model)
      try maximization.run(on: model, from: &state)
      let images = try maximization.images(state, for: model)
      let score = state.history.images[0].scores.last ?? 0
      let found = try ImageStatistics(of: canvas.pixels(images.converted(to: .float64)))
      let figure = try PageFigure(
        canvas.pictures(images)[0], description: "\(way.name), \(model.name) \(node):\(channel)",
        caption: .plain(
          "activation \(score.short), slope \(found.slope.fixed(1)), \(found.saturation.percent) at the ends"
        ))
      return Feature(score: score, statistics: found, cell: .picture(figure))
    }
  }
  let featureRows = zip(channels, features).map { channel, cells -> [PageTable.Cell] in
    [.text(.plain("\(channel.name) \(channel.node), channel \(channel.channel)"))]
      + cells.map(\.cell)
  }
  /// The slopes of a way's images, from the smallest to the largest.
  func slopes(_ way: Int) -> String { range(features.map { $0[way].statistics.slope }) }
  func range(_ values: [Double]) -> String {
    "\((values.min() ?? 0).fixed(1)) to \((values.max() ?? 0).fixed(1))"
  }
  /// For how many channels a way gives the highest activation (or the lowest).
  func count(_ way: Int, isLowest: Bool = false) -> Int {
    features.count { cells in
      let scores = cells.map(\.score)
      return scores[way] == (isLowest ? scores.min() : scores.max())
    }
  }
  var whole = squeezeNet.inputSpec
  (whole.size, whole.resize) = ([128, 128], 128)
  let photographSlopes = try photographs.map { photograph in
    let pixels = try ImageCanvas(squeezeNet, size: [128, 128])
      .pixels(whole.tensor(from: photograph).tensor.converted(to: .float64))
    return try ImageStatistics(of: pixels).slope
  }
  page.add(
    "Channels of larger networks",
    [
      .paragraph(
        """
        For photographs the prior can lie in how the image is written. As pixels, each is free, and \
        high frequencies win. As waves (Fourier coefficients, colours decorrelated), a step changes all \
        frequencies alike, as they occur in photographs. With MACO only the phases are free, and every \
        frequency keeps the magnitude that it has in real photographs.
        """),
      .table(
        PageTable(
          """
          256 steps at 128 × 128 pixels; the objective is the channel's mean activation. Below it the slope $s$ of the \
          power spectrum, which falls as $1/f^s$ ($s$ of the shipped photographs: \(range(photographSlopes))), and the \
          share of values that are black or white.
          """,
          columns: ["channel", "pixels", "Fourier", "MACO"], rows: featureRows)),
      .heading("What to see"),
      .paragraph(
        """
        Pixels give the highest activation for \(count(0)) of the \(channels.count) channels; elsewhere their steps found \
        no way out of the noise. Their slopes are \(slopes(0)): dots and stripes at the scale of pixels. Fourier's \
        are \(slopes(1)), MACO's \(slopes(2)), beside \(range(photographSlopes)) of photographs. MACO's activation is the \
        lowest for \(count(2, isLowest: true)) of \(channels.count), as it may not choose its contrasts. What is seen \
        are textures: weaves, tufts, rings, stacks of discs; where Fourier's picture is a few black and white fields, \
        the channel answers to large even areas. Nothing looks like a whole object.
        """),
    ])

  // The original's settings, for what they do.
  let zero = Experiment(
    name: "noise, drawn to zero", start: .uniform, penalty: 1e-1 * .l2Norm, rate: 5e-3, decay: 5e-3)
  let still = Experiment(
    name: "mean, rate 6 · 10⁻⁶", start: .images(means), penalty: 8e-2 * .l2Norm, rate: 6e-6,
    decay: 5e-3)
  let reached = try [zero, still].map { experiment in
    let images = try maximize(experiment).images
    let difference = try (images - means).magnitude().flattened(from: 0).maximum(over: [0]).item()
    return (try probabilities(network, images), difference)
  }
  page.addCorrections(
    [
      .list([
        .plain(
          """
          Adam's weight decay of 0.005 pulled every image towards zero, beside a penalty that did the same. From \
          noise drawn to zero, \(reached[0].0.count { $0 >= 0.999 }) of ten digits reach 0.999 with its settings here \
          in 2,000 steps; without the decay and with a weaker penalty \
          \(try probabilities(network, results[2].images).count { $0 >= 0.999 }) do, as above.
          """),
        .plain(
          """
          From the class's mean with its rate of 6 · 10⁻⁶ no pixel moves by more than \
          \(reached[1].1.short) in 2,000 steps: the notebook shows the mean it began with.
          """),
        """
        The penalty is written $|x − x_0|^2$ in its text and is $|x − x_0|$ in its code; started at the mean, \
        its derivative was 0/0 and the whole image became NaN after one step. Here the derivative at zero is zero.
        """,
        """
        The second experiment printed the probabilities of the first one's images, so that its figures said nothing.
        """,
        """
        In code space it began with one random code: with its generator 4, 5 and 7 failed. It ran the DCGAN in \
        training mode, where batch normalisation over one image makes another image than the one that is shown.
        """,
      ])
    ])

  page.add(
    "When it misleads",
    [
      .list([
        "One image is one answer. A class with two forms has two; the diversity objective asks for several.",
        "What looks natural comes from the prior. The weaker it is, the more the image says of the network.",
        """
        A high score is no evidence that the network uses what the image shows: compare with the patches of real \
        photographs that excite the channel (nni examples).
        """,
      ])
    ])

  page.uses(network, judge, alexNet, squeezeNet)
  for model in generators { page.uses(model) }
  page.commands = [
    "nni maximize digits_cnn --all-classes --score logprob --parameterization pixels --bound none"
      + " --start class-mean --stop-at 0.999 --output out/prototypes",
    "nni maximize digits_cnn --all-classes --score logprob --seed 1 --generator digits_dcgan_generator"
      + " --output out/codes",
    "nni maximize squeezenet1_1 --channel features.7.cat:42 --parameterization maco --size 128"
      + " --output out/channel",
  ]
  page.reading = [
    "erhan2009visualizing", "simonyan2014deep", "nguyen2016synthesizing", "olah2017feature",
    "fel2023unlocking",
  ]
  let drawn = try canvas.pixels(made[1])
  page.thumbnail = try Pictures.row([2, 4, 7].map { try Pictures.grey(drawn, sample: $0) })
}
