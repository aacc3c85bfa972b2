// Grad-CAM: class activation maps for any network, at any layer.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.gradCAM.run { page in
  let digits = try Digits()
  let network = try Shipped.model(named: "digits_cam_extended")
  func explain(_ layer: NodeID, relu: Bool = true) throws -> Attribution {
    try GradCAM(layer: layer, relu: relu)
      .attribute(network, input: digits.images, target: Digits.target)
  }
  let layers: [NodeID] = ["relu1", "relu2", "relu3"]
  let maps = try layers.map { try explain($0) }

  // Where nothing is drawn, and for a class that is not there.
  let corners = try (0..<10).count {
    try maps[0].map.selected(axis: 0, index: $0).doubles()[0] > 0
  }
  let blindness = try layers.map {
    try digits.classBlindness(GradCAM(layer: $0, relu: false), of: network)
  }

  page.add(
    "The question",
    [
      .paragraph(
        """
        Where is what speaks for the class, in a network that does not end in an average and one dense layer? \
        Grad-CAM takes, in place of the class weights, the mean gradient of the score by each feature map:
        """),
      .formula(
        #"α_n = \frac{1}{h w} ∑_{x y} \frac{∂ f_k}{∂ A_{n x y}} , \text{ } M = max(∑_n α_n A_n , 0)"#
      ),
      .paragraph(
        "Where CAM is defined, the two agree up to the ReLU (lesson 10.1). And it works at every layer."
      ),
    ])
  page.add(
    "Digits: what depth does",
    [
      try Digits.table(
        """
        After the first, second and third convolution: maps of \
        \(maps.map { "\($0.map.shape[2]) × \($0.map.shape[3])" }.joined(separator: ", ")) positions.
        """,
        ("input", { try Pictures.digit(digits.images, sample: $0) }),
        ("relu1", { try Pictures.map(maps[0], sample: $0, magnification: 3, caption: "") }),
        ("relu2", { try Pictures.map(maps[1], sample: $0, magnification: 7, caption: "") }),
        ("relu3", { try Pictures.map(maps[2], sample: $0, magnification: 14, caption: "") })),
      .heading("What to see"),
      .paragraph(
        """
        Low layers are fine and know less of the class: one factor for a whole feature map cannot say where an \
        edge matters. Without the ReLU, magnitudes of the maps of a digit's own class and of the next one have a correlation of \
        \(blindness.map { $0.fixed(2) }.joined(separator: ", ")) from low to high: what is alike in both is \
        the picture. In the empty upper left corner \(corners) of the ten maps of the first layer are above zero: a filter with a \
        positive bias answers to nothing at all. The last \
        convolution is the usual choice (Selvaraju et al. 2017).
        """),
    ])

  // The same layer with gradients position by position, and the target changed.
  let other = try GradCAM(layer: "relu3").attribute(
    network, input: digits.images, target: .classes((0..<10).map { ($0 + 1) % 10 }))
  let strongest = try (0..<10).map { try peak(maps[2].map, $0) }
  let weakest = try (0..<10).map { try peak(other.map, $0) }
  let lower = (0..<10).count { weakest[$0] < strongest[$0] }
  page.add(
    "Another class",
    [
      try Digits.table(
        "",
        ("its own class", { try Pictures.map(maps[2], sample: $0, magnification: 14) }),
        ("the next class", { try Pictures.map(other, sample: $0, magnification: 14) })),
      .paragraph(
        """
        Below each map the value from which on its colour is darkest. Asked for a class that is not there, the \
        largest value is lower for \(lower) of the ten digits\(lower < 10 ? ", not for all" : ""): the height of a map is a \
        weighted activation, not a probability.
        """),
    ])

  // The original's normalisation: every map is stretched to 0…1, and an empty one divides 0 by 0.
  var (empty, all) = (0, 0)
  for model in [network, try Shipped.model(named: "digits_cam")] {
    for layer in layers {
      for index in 0..<10 {
        let map = try GradCAM(layer: layer)
          .attribute(model, input: digits.images, target: .class(index)).map
        empty += try (0..<10).count { try peak(map, $0) == 0 }
        all += 10
      }
    }
  }
  let stretched = try Pictures.stretched(other.map)
  page.addCorrections(
    [
      try Digits.table(
        "The next class again.",
        ("original", { try Pictures.digit(stretched, sample: $0, magnification: 14) }),
        (
          "right, on the scale of the right class",
          {
            try Pictures.map(
              other, sample: $0, scaling: .fixed(strongest[$0]), magnification: 14, caption: "")
          }
        )),
      .list([
        """
        Each map was stretched to 0…1. For the next class the peaks are, on average over the digits, \
        \((weakest.reduce(0, +) / strongest.reduce(0, +)).percent) of those of the right class; stretched, both \
        look equally sure.
        """,
        """
        A map without positive values became 0/0: NaN at every pixel. Of the \(all) maps of ten digits, ten \
        classes, three layers and both networks of lesson 10.1, \(empty) are all zero. That is an answer (nothing here \
        speaks for it), not a failure.
        """,
        "Only direct children of the network could be named, hooks stayed on the user's network, and maps were enlarged with aligned corners.",
      ]),
    ])

  let squeezeNet = try Shipped.model(named: "squeezenet1_1")
  let dog = try Photograph("friends_cc_by")
  let input = try dog.input(for: squeezeNet)
  let recording = try Recording(squeezeNet, input: input)
  let depths: [NodeID] = ["features.4.cat", "features.7.cat", "features.12.cat"]
  let figures = try depths.map { layer in
    let map = try GradCAM(layer: layer).attribute(recording, target: .predicted)
    return try dog.figure(map, of: squeezeNet, caption: "`\(layer.name)`")
  }
  // One recorded pass serves several methods and targets.
  let positions = try WeightedCAM(.layer, layer: "features.4.cat")
    .attribute(recording, target: .predicted)
  let guided = try GuidedGradCAM().attribute(squeezeNet, input: input, target: .predicted)
  page.add(
    "A photograph",
    [
      .paragraph("SqueezeNet says: \(try dog.answer(of: squeezeNet)). Grad-CAM from low to high:"),
      .figures(figures),
      .paragraph("Two relatives that are sharp:"),
      .figures([
        try dog.figure(caption: "The photograph."),
        try dog.figure(positions, of: squeezeNet, caption: "LayerCAM at `features.4.cat`."),
        try dog.figure(guided, of: squeezeNet, caption: "Guided Grad-CAM."),
      ]),
      .paragraph(
        """
        LayerCAM weighs each position by its own gradient and works at low layers. Guided Grad-CAM multiplies with \
        guided backpropagation: it looks precise, but its detail is that of an edge detector (lesson 6).
        """),
    ])
  page.add(
    "When it misleads",
    [
      .list([
        "A mean gradient may be zero where positions disagree; then the map misses what HiResCAM shows.",
        "The ReLU hides what speaks against the class. Ask with `relu=false` before you conclude that nothing does.",
        "A smooth blob looks convincing. It has as many numbers as the layer has positions.",
      ])
    ])

  page.uses(network, squeezeNet)
  page.commands = [
    "nni explain squeezenet1_1 Sources/NNIShipped/Resources/photographs/friends_cc_by.jpg"
      + " --method grad-cam:layer=features.7.cat --method grad-cam --method layer-cam:layer=features.4.cat"
      + " --method guided-grad-cam --output out/grad-cam"
  ]
  page.reading = [
    "selvaraju2017grad", "zhou2016learning", "draelos2020use", "jiang2021layercam",
    "chattopadhay2018grad",
  ]
  page.thumbnail = try Pictures.row(
    maps.map { try Pictures.image(of: $0, sample: 8, magnification: 168 / $0.map.shape[2]) })
}

/// The largest value of one map.
func peak(_ maps: Tensor, _ sample: Int) throws -> Double {
  try maps.selected(axis: 0, index: sample).maximum(over: [0, 1, 2]).item()
}
