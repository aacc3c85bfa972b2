/// One quantity that an image is made to raise: a channel, a class, a norm.
///
/// A term is a function of some values of a batch, made of operators that can be differentiated; its
/// derivative is never written by hand.
public protocol ObjectiveTerm: Sendable {
  /// The term as an objective's text has it, such as `conv5:42`.
  var text: String { get }
  /// Which values it is a function of.
  ///
  /// - Throws: ``InterpretabilityError`` when the graph lacks them.
  func source(in graph: Graph) throws -> ObjectiveSource
  /// The term for each row of a batch, `[rows]`.
  ///
  /// - Parameters:
  ///   - inputs: The values of the source, `[rows, …]` each.
  ///   - batch: Which images the rows are.
  /// - Returns: One number for each row.
  /// - Throws: ``InterpretabilityError`` when the values do not have what the term reads.
  func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor
}

/// What an objective's term is a function of.
public enum ObjectiveSource: Sendable {
  /// The values of some nodes for the transformed image.
  case nodes([NodeID])
  /// The image before transforms, `[N, C, H, W]`, as the network takes it.
  case image
  /// The numbers that are optimised, such as a generator's code.
  case parameters
  /// The logits of each member of a distribution for the transformed image.
  case members(any ModelDistribution)
}

/// Which images the rows of a batch are: `copies` views of each of `images` images, those of an image in
/// a row.
public struct ObjectiveBatch: Sendable, Hashable {
  /// The position of the first image among all that are made together.
  public let first: Int
  /// How many images there are.
  public let images: Int
  /// How many transformed views there are of each.
  public let copies: Int

  /// What the network's output is.
  public let output: OutputMeaning

  /// Creates a batch.
  public init(
    first: Int = 0, images: Int, copies: Int = 1, output: OutputMeaning = OutputMeaning()
  ) {
    self.first = first
    self.images = images
    self.copies = copies
    self.output = output
  }

  /// The number of rows.
  public var rows: Int { images * copies }
}

extension ObjectiveTerm {
  /// The one value that a term reads, if it has as many rows as the batch.
  func only(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    guard inputs.count == 1, inputs[0].rank >= 1, inputs[0].shape[0] == batch.rows else {
      throw InterpretabilityError(
        .invalidInput,
        "\(text) reads one value of \(batch.rows) rows, and was given "
          + inputs.map { "\($0.shape)" }.joined(separator: " and "))
    }
    return inputs[0]
  }
}
