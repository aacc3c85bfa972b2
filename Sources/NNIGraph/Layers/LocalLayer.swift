/// A layer whose output at a place depends only on what its inputs hold around that place.
///
/// Where a part of the input changes, only the outputs that see it need to be computed again.
public protocol LocalLayer: Layer {
  /// What each output sees; `nil` when for these inputs it is no window, or not the same everywhere.
  ///
  /// - Parameter shapes: The shape of each input for one sample, `[C, H, W]`.
  /// - Returns: The window that an output sees.
  func view(of shapes: [[Int]]) -> LocalView?
}

/// What each element of a layer's output sees: a window over the last two axes of every input.
public struct LocalView: Sendable {
  /// Size, stride, padding and dilation; a negative padding leaves elements out.
  public var window: Window
  /// What lies beyond the border of the inputs.
  public var border: Double
  /// The layer for inputs that bring their border along.
  public var unpadded: any Layer

  /// Creates a view.
  public init(window: Window, border: Double = 0, unpadded: any Layer) {
    self.window = window
    self.border = border
    self.unpadded = unpadded
  }

  /// Each output sees the elements at its own place.
  public init(ofOnePlace layer: any Layer) {
    self.init(window: Window([1, 1]), unpadded: layer)
  }
}

extension LocalLayer {
  /// Each output sees the elements at its own place, in inputs of one height and width.
  func viewOfOnePlace(_ shapes: [[Int]]) -> LocalView? {
    let extents = Set(shapes.map { $0.suffix(2) })
    return extents.count == 1 ? LocalView(ofOnePlace: self) : nil
  }
}

/// A layer that treats every place of `[N, C, H, W]` alike and alone.
protocol PointwiseLayer: LocalLayer {}

extension PointwiseLayer {
  public func view(of shapes: [[Int]]) -> LocalView? { viewOfOnePlace(shapes) }
}

extension ActivationLayer: PointwiseLayer {}
extension BatchNormLayer: PointwiseLayer {}
extension ChannelAffineLayer: PointwiseLayer {}
extension DropoutLayer: PointwiseLayer {}
extension IdentityLayer: PointwiseLayer {}
extension LocalResponseNormLayer: PointwiseLayer {}
extension PReLULayer: PointwiseLayer {}
extension ProductLayer: PointwiseLayer {}
extension SumLayer: PointwiseLayer {}
