/// What the text of an objective may refer to beside the network.
public struct ObjectiveContext: Sendable {
  /// The network, whose nodes and classes are named.
  public var model: Model
  /// The image of `inversion` and `caricature`, `[1, C, H, W]` as the network takes it.
  public var image: Tensor?
  /// The mean images of `mean-l2` and the like: one, or one for each image.
  public var mean: Tensor?
  /// The members of `entropy` and `mutual-information`.
  public var members: (any ModelDistribution)?
  /// The directions of `dot`, `cosine` and `dot-cosine`, by name.
  public var directions: @Sendable (String) throws -> Tensor

  /// A context with a network alone.
  public init(_ model: Model) {
    self.model = model
    directions = { name in
      throw InterpretabilityError(
        .invalidOption, "there is no direction “\(name)”: no file with directions was given")
    }
  }
}
