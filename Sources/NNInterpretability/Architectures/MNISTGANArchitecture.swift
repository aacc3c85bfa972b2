/// The original package's dense generator and discriminator of digits.
///
/// The generator takes codes `[N, z]` or `[N, z, 1, 1]` and gives images `[N, 1, 28, 28]` in 0…1; z
/// follows from the weights. The discriminator gives the probability that a digit is real, `[N, 1]`.
///
/// - Reference: Goodfellow et al. 2014, *Generative Adversarial Nets* (`goodfellow2014generative`).
public enum MNISTGANArchitecture {
  private static func layOut(
    _ net: inout NetworkBuilder, inputs: Int, outputs: Int
  ) throws {
    let hidden = net.extent(of: "dense1.weight", axis: 0, default: 128)
    try net.add(FlattenLayer(), as: "flatten")
    try net.dense("dense1", net.extent(of: "dense1.weight", axis: 1, default: inputs), hidden)
    try net.relu("relu")
    try net.dense("dense2", hidden, outputs)
    try net.add(ActivationLayer(.sigmoid), as: "sigmoid")
  }
}

extension MNISTGANArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "mnist_generator", "Dense generator of digits from a code of 100 numbers",
        output: OutputStatement(.regression)
      ) {
        try layOut(&$0, inputs: 100, outputs: 28 * 28)
        try $0.add(ReshapeLayer([1, 28, 28]), as: "view")
      },
      ArchitectureEntry(
        "mnist_discriminator", "Dense discriminator of real and generated digits",
        inputSpec: InputSpec(size: [28, 28], channels: .grey, labels: ["real"])
      ) { try layOut(&$0, inputs: 28 * 28, outputs: 1) },
    ]
  }
}
