public import Foundation
public import NNIImages

/// A place of a photograph, and how strongly a channel answers there.
public struct DatasetExample: Sendable {
  /// The photograph's file.
  public let file: URL
  /// The channel's value.
  public let value: Double
  /// The element of the channel's map: row and column; both 0 where the layer has no map.
  public let position: (row: Int, column: Int)
  /// The rows of the network's input that the element sees; they may reach beyond it.
  public let rows: Range<Int>
  /// The columns that it sees.
  public let columns: Range<Int>
  /// What it sees, cut from the photograph as the network gets it; beyond the border stands the mean colour,
  /// for that is what a padding of zeros means.
  public let patch: Image
}

/// Which places of which photographs excite a channel most, and which least.
public struct DatasetFindings: Sendable {
  /// The largest values, the largest first.
  public let strongest: [DatasetExample]
  /// The smallest values, the smallest first.
  public let weakest: [DatasetExample]
  /// How many photographs were looked at.
  public let photographs: Int
  /// The files that could not be read, and why.
  public let unreadable: [(file: URL, reason: String)]
  /// What an element of the channel sees; `nil` if the whole photograph.
  public let field: ReceptiveField?
}
