extension InputSpec {
  /// Photographs as torchvision's classifiers want them: the shorter side resized to 256, the centre
  /// 224 × 224, channels normalised by ImageNet's mean and standard deviation.
  public static let imageNet = imageNet(224, resize: 256)

  /// MNIST's digits as they are: 28 × 28, grey, 0…1.
  public static let mnist = InputSpec(
    size: [28, 28], channels: .grey, labels: (0...9).map(String.init))

  /// Photographs normalised by ImageNet's mean and standard deviation: the shorter side is resized, and a square of
  /// the centre is taken.
  public static func imageNet(
    _ side: Int, resize: Int, _ interpolation: Interpolation = .bilinear
  ) -> InputSpec {
    InputSpec(
      size: [side, side], resize: resize, interpolation: interpolation,
      mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
  }

  /// Photographs with channels in −1…1: the shorter side is resized, and a square of the centre is taken.
  static func symmetric(
    _ side: Int, resize: Int, _ interpolation: Interpolation = .bilinear
  ) -> InputSpec {
    InputSpec(
      size: [side, side], resize: resize, interpolation: interpolation, mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5])
  }
}
