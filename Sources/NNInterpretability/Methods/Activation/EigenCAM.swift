/// The projection of a layer's feature maps on their first principal direction, whatever the class.
///
/// With the feature maps as a matrix `A` of `h·w` rows and `K` columns, `A = UΣVᵀ`, the map is `A v₁`,
/// with the sign that makes its sum positive. As in the paper, columns are not centred;
/// pytorch-grad-cam centres them.
///
/// - Reference: Muhammad and Yeasin 2020, *Eigen-CAM*, equation 4 (`muhammad2020eigen`).
public struct EigenCAM: LayerMapMethod {
  /// The feature maps; empty takes the last node with spatial extent.
  public var layer: NodeID
  /// Whether negative values are cut.
  public var relu: Bool

  /// Creates the method.
  public init(layer: NodeID = "", relu: Bool = true) {
    self.layer = layer
    self.relu = relu
  }

  public var name: String { "eigen-cam" }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let record = try ActivationRecord(recording, layer: layer, target: target)
    let shape = record.activations.shape
    let matrix = try record.activations.reshaped([shape[0], shape[1], record.placeCount])
    // The first right singular vector of A is the last eigenvector of AᵀA, [N, K, K].
    let gram = try Tensor.call(
      "aten::bmm", .tensor(matrix), .tensor(matrix.transposed(1, 2)))
    let eigen = try Tensor.tensors(of: "aten::linalg_eigh", [.tensor(gram)])
    guard eigen.count == 2 else {
      throw InterpretabilityError(.unsupported, "eigen-cam: the eigenvectors could not be computed")
    }
    let direction = try eigen[1].selected(axis: 2, index: shape[1] - 1).unsqueezed(1)
    let projected = try Tensor.call("aten::bmm", .tensor(direction), .tensor(matrix))
    let sign = try projected.sum(over: [1, 2], keepingAxes: true)
    let oriented = try projected.negated().selected(
      where: sign.isLess(than: 0), otherwise: projected)
    return try record.attribution(
      oriented.reshaped(record.mapShape), relu: relu, by: self)
  }
}

extension EigenCAM: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        EigenCAM(), "Where a layer is most active in its main direction, whatever the class.",
        cites: ["muhammad2020eigen"])
    ]
  }
}
