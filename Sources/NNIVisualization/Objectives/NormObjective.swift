/// How large an image, or the code that it is made of, is; subtracted from an objective it keeps it small.
///
/// - `l2`: `Σ x²`, as in the paper;
/// - `l2norm`: `√Σ x²`, as the original package has it, whose derivative at zero counts as zero;
/// - `l1`: `Σ |x|`.
///
/// The image is measured as the network takes it, normalised.
///
/// - Reference: Simonyan et al. 2014, *Deep Inside Convolutional Networks*, equation 1
///   (`simonyan2014deep`).
public struct NormObjective: ObjectiveTerm {
  /// Which norm.
  public enum Norm: String, Sendable, CaseIterable {
    case squared = "l2"
    case euclidean = "l2norm"
    case absolute = "l1"
  }

  /// What is measured.
  public enum Subject: String, Sendable {
    /// The image.
    case image
    /// What is optimised.
    case code
  }

  /// Which norm.
  public var norm: Norm
  /// What is measured.
  public var subject: Subject
  /// What is subtracted before, such as a class's mean image: `[1, …]`, or one for each image.
  public var center: Tensor?

  /// Creates a term.
  public init(_ norm: Norm, of subject: Subject = .image, center: Tensor? = nil) {
    self.norm = norm
    self.subject = subject
    self.center = center
  }

  public var text: String {
    "\(center == nil ? "" : "mean-")\(subject == .code ? "code-" : "")\(norm.rawValue)"
  }

  public func source(in graph: Graph) throws -> ObjectiveSource {
    subject == .code ? .parameters : .image
  }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    var value = try only(inputs, in: batch)
    if let center {
      guard center.shape.dropFirst() == value.shape.dropFirst() else {
        throw InterpretabilityError(
          .invalidInput,
          "\(text): the mean has shape \(center.shape), the image \(value.shape)")
      }
      value = try value - own(center, in: batch).converted(to: value.dtype).moved(to: value.device)
    }
    switch norm {
    case .absolute: return try value.magnitude().orderedSumPerSample()
    case .squared: return try value.squared().orderedSumPerSample()
    case .euclidean: return try value.squared().orderedSumPerSample().squareRootOrZero()
    }
  }

  /// The centres of a batch's images.
  private func own(_ center: Tensor, in batch: ObjectiveBatch) throws -> Tensor {
    guard center.shape[0] > 1 else { return center }
    guard batch.first + batch.images <= center.shape[0] else {
      throw InterpretabilityError(
        .invalidInput,
        "\(text): there are \(center.shape[0]) means, but image \(batch.first + batch.images)")
    }
    return try center.narrowed(axis: 0, to: batch.first..<(batch.first + batch.images))
  }
}

/// How much neighbouring pixels differ; subtracted from an objective it keeps an image smooth.
///
/// `Σ |x_{i,j+1} − x_{i,j}|^p + |x_{i+1,j} − x_{i,j}|^p` over channels and places.
///
/// - Reference: Mahendran and Vedaldi 2015, *Understanding Deep Image Representations by Inverting
///   Them*, section 3.2 (`mahendran2015understanding`), there of both differences together.
public struct TotalVariationObjective: ObjectiveTerm {
  /// Whether differences are squared.
  public var isSquared: Bool

  /// Creates a term.
  public init(isSquared: Bool = false) { self.isSquared = isSquared }

  public var text: String { isSquared ? "tv2" : "tv" }

  public func source(in graph: Graph) throws -> ObjectiveSource { .image }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    let image = try only(inputs, in: batch)
    guard image.rank == 4 else {
      throw InterpretabilityError(
        .unsupported, "total variation needs images [N, C, H, W], not \(image.shape)")
    }
    var sum = try Tensor.full([batch.rows], 0, dtype: image.dtype).moved(to: image.device)
    for axis in [2, 3] where image.shape[axis] > 1 {
      let extent = image.shape[axis]
      let difference =
        try image.narrowed(axis: axis, to: 1..<extent)
        - image.narrowed(axis: axis, to: 0..<extent - 1)
      sum =
        try sum
        + (isSquared ? difference.squared() : difference.magnitude()).orderedSumPerSample()
    }
    return sum
  }
}

extension Objective {
  /// `Σ x²` of the image.
  public static var l2: Objective { Objective(NormObjective(.squared)) }

  /// `√Σ x²` of the image.
  public static var l2Norm: Objective { Objective(NormObjective(.euclidean)) }

  /// `Σ |x|` of the image.
  public static var l1: Objective { Objective(NormObjective(.absolute)) }

  /// The differences between neighbouring pixels.
  public static var totalVariation: Objective { Objective(TotalVariationObjective()) }

  /// `Σ z²` of what is optimised, such as a generator's code.
  public static var codeNorm: Objective { Objective(NormObjective(.squared, of: .code)) }

  /// The distance to a mean image: `[1, C, H, W]`, or one for each image.
  public static func distance(
    to mean: Tensor, norm: NormObjective.Norm = .euclidean
  ) -> Objective {
    Objective(NormObjective(norm, center: mean))
  }
}
