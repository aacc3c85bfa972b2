/// A layer whose work is weighted sums, which is nearly all the work of a network.
protocol MultiplyAddLayer: Layer {
  /// How many products are added up for an output of that shape, without the batch axis.
  func multiplyAdds(for output: [Int]) -> Int
}

extension ConvolutionLayer: MultiplyAddLayer {
  func multiplyAdds(for output: [Int]) -> Int {
    weight.count * output.dropFirst().reduce(1, *)
  }
}

extension DenseLayer: MultiplyAddLayer {
  func multiplyAdds(for output: [Int]) -> Int {
    weight.count * output.dropLast().reduce(1, *)
  }
}

extension TransposedConvolutionLayer: MultiplyAddLayer {
  /// Each input meets each weight of its group once; the inputs are counted from the output's extents.
  func multiplyAdds(for output: [Int]) -> Int {
    weight.count * output.dropFirst().reduce(1, *) / window.stride.reduce(1, *)
  }
}
