extension InputSpec {
  /// Photographs as torchvision's classifiers want them: the shorter side resized to 256, the centre
  /// 224 × 224, channels normalised by ImageNet's mean and standard deviation.
  public static let imageNet = InputSpec(
    size: [224, 224], resize: 256, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])

  /// MNIST's digits as they are: 28 × 28, grey, 0…1.
  public static let mnist = InputSpec(
    size: [28, 28], channels: .grey, labels: (0...9).map(String.init))
}
