/// Parts of an input that are replaced one after the other.
protocol InputParts: Sendable {
  /// How many parts there are.
  var count: Int { get }
  /// Which elements belong to each of some parts: `bool`, and with the sample's axes after the first
  /// two it broadcasts over `[N, m, C, …]`.
  func masks(_ range: Range<Int>) throws -> Tensor
  /// The box that holds each part, for one sample, or for all of them if they have the same parts;
  /// `nil` where the input's axes are not channels, rows and columns.
  func boxes() throws -> [[Box]]?
  /// Which elements of a region belong to each patch's part: `bool`, broadcasts over
  /// `[patches, C, height, width]`.
  func masks(_ patches: [Patch], in region: PatchRegion) throws -> Tensor
}

extension InputParts {
  /// Every part of every sample as a patch, the parts of a sample in a row; `nil` where parts have no
  /// boxes.
  func patches(samples: Int) throws -> [Patch]? {
    try boxes().map { Patch.patches($0, samples: samples) }
  }
}
