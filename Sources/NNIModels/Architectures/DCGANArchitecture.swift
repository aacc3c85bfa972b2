/// Generators of five transposed convolutions: the one of PyTorch's DCGAN tutorial (64 × 64), and the
/// original package's for digits (28 × 28); and a discriminator for the latter.
///
/// The discriminator takes images in −1…1 and gives the probability that one is real, `[N, 1]`; its
/// number of filters (`ndf`) follows from the weights.
///
/// They take codes `[N, z]` or `[N, z, 1, 1]` and give images in −1…1. The length of a code, the
/// number of filters (`ngf`) and of image channels follow from the weights.
///
/// - Reference: Radford et al. 2016, *Unsupervised Representation Learning with Deep Convolutional
///   Generative Adversarial Networks*, figure 1 (`radford2016unsupervised`).
public enum DCGANArchitecture {
  private static func layOut(_ net: inout NetworkBuilder, isForDigits: Bool) throws {
    let code = net.extent(of: "main.0.weight", axis: 0, default: 100)
    let filters = net.extent(of: "main.12.weight", axis: 0, default: 64)
    let channels = net.extent(of: "main.12.weight", axis: 1, default: isForDigits ? 1 : 3)
    try net.add(ReshapeLayer([code, 1, 1]), as: "code")
    var inputs = code
    for (index, factor) in [(0, 8), (3, 4), (6, 2), (9, 1)] {
      let outputs = factor * filters
      try net.transposedConvolution(
        "main.\(index)", inputs, outputs, kernel: 4, stride: index == 0 ? 1 : 2,
        padding: index == 0 ? 0 : 1)
      try net.batchNorm("main.\(index + 1)", outputs)
      try net.relu("main.\(index + 2)")
      inputs = outputs
    }
    if isForDigits {
      // A kernel of one pixel that crops two from each side: 32 × 32 becomes 28 × 28.
      try net.transposedConvolution("main.12", inputs, channels, kernel: 1, padding: 2)
    } else {
      try net.transposedConvolution("main.12", inputs, channels, kernel: 4, stride: 2, padding: 1)
    }
    try net.add(ActivationLayer(.tanh), as: "main.13")
  }
}

extension DCGANArchitecture {
  private static func layOutDiscriminator(_ net: inout NetworkBuilder) throws {
    let filters = net.extent(of: "main.0.weight", axis: 0, default: 16)
    var inputs = net.extent(of: "main.0.weight", axis: 1, default: 1)
    // 28 × 28 → 14 × 14 → 7 × 7 → 3 × 3.
    for (index, factor) in [(0, 1), (2, 2), (5, 4)] {
      try net.convolution(
        "main.\(index)", inputs, factor * filters, kernel: 4, stride: 2, padding: .each(1),
        hasBias: false)
      if index > 0 { try net.batchNorm("main.\(index + 1)", factor * filters) }
      try net.add(ActivationLayer(.leakyReLU(0.2)), as: "main.\(index == 0 ? 1 : index + 2)")
      inputs = factor * filters
    }
    try net.convolution("main.8", inputs, 1, kernel: 3, hasBias: false)
    try net.add(FlattenLayer(), as: "flatten")
    try net.add(ActivationLayer(.sigmoid), as: "main.9")
  }
}

extension DCGANArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry("dcgan_face64", "DCGAN generator of 64 × 64 images") {
        try layOut(&$0, isForDigits: false)
      },
      ArchitectureEntry("mnist_dcgan_generator", "DCGAN generator of 28 × 28 digits") {
        try layOut(&$0, isForDigits: true)
      },
      ArchitectureEntry(
        "mnist_dcgan_discriminator", "DCGAN discriminator of real and generated digits",
        inputSpec: InputSpec(
          size: [28, 28], channels: .grey, mean: [0.5], std: [0.5], labels: ["real"])
      ) { try layOutDiscriminator(&$0) },
    ]
  }
}
