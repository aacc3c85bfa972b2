/// A convolution and the ReLU after it in one pass over memory: `max(w · a + b, 0)`.
///
/// Stands in graphs where only the result counts (see ``FuseConvolutionsRewrite``); rules that tell the two
/// apart do not apply to it.
package struct RectifiedConvolutionLayer: Layer {
  /// The convolution.
  let convolution: ConvolutionLayer

  package var kind: LayerKind { .activation }

  package func forward(_ inputs: [Tensor]) throws -> Tensor {
    try convolution.forward(inputs, isRectified: true)
  }

  package func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    Self(convolution: try convolution.mapParameters(transform))
  }
}

extension RectifiedConvolutionLayer: LocalLayer {
  package func view(of shapes: [[Int]]) -> LocalView? {
    guard var view = convolution.view(of: shapes),
      let unpadded = view.unpadded as? ConvolutionLayer
    else { return nil }
    view.unpadded = Self(convolution: unpadded)
    return view
  }
}

extension RectifiedConvolutionLayer: MultiplyAddLayer {
  func multiplyAdds(for output: [Int]) -> Int { convolution.multiplyAdds(for: output) }
}
