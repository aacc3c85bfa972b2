/// Which kernels compute convolutions.
public enum ConvolutionAlgorithm: String, Sendable, Codable, CaseIterable {
  /// The fastest for each shape, by oneDNN: Winograd's F(4×4, 3×3) for 3×3 kernels where it pays. It
  /// differs from ``direct`` by about 1e-6 of the largest value. Only in float32, with two spatial axes,
  /// on processors with AVX-512; everything else is ``direct``.
  ///
  /// - Reference: Lavin and Gray 2016, *Fast Algorithms for Convolutional Neural Networks*
  ///   (`lavin2016fast`).
  case automatic
  /// libtorch's own, which sum products in the plain way.
  case direct
}
