/// In which numbers convolutions and dense layers multiply.
public enum ProductPrecision: String, Sendable, Codable, CaseIterable {
  /// In those of their tensors.
  case full
  /// In bfloat16, numbers of 8 bits: weights, activations and signals are rounded where they meet in a product, sums
  /// and everything else are float32.
  ///
  /// Only in float32, at layers with many channels, from 32 rows on, and on processors that multiply such numbers
  /// (AVX512_BF16, AMX); everything else is ``full``. Maps differ from float32's by parts of a hundredth and more.
  case bfloat16

  /// Whether this processor has such products.
  public var isAvailable: Bool { self == .full || Torch.hasNarrowProducts }
}
