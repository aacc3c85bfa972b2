/// What is known of a node's value when the tokens from some position on are replaced.
///
/// Axes are counted from the batch's, which is 0. A *row* is what a value holds at one position of its token
/// axis.
enum TokenState: Sendable {
  /// The whole value is that of the clean pass.
  case clean
  /// Along the axis the rows before the first replaced token are those of the clean pass.
  case rows(axis: Int)
  /// Products of rows with rows: those before the first replaced token are clean in the columns before it.
  case scores(AttentionScores)
  /// Rows before the first replaced token are clean, and zero in every column after their own position.
  ///
  /// A row that is NaN in all columns, since a mask hides all of them, counts as clean and stays so.
  case weights(query: Int, key: Int)
  /// Nothing is known.
  case whole

  /// The axis along which rows are computed again; `nil` where there is none.
  var rowAxis: Int? {
    switch self {
    case .rows(let axis), .weights(let axis, _): axis
    case .scores(let scores): scores.query
    case .clean, .whole: nil
    }
  }

  /// Whether nothing is known.
  var isWhole: Bool { if case .whole = self { true } else { false } }
}

/// What is known of attention's scores before their softmax: `S = P + M`.
///
/// `P` is a product of queries and keys, scaled by constants or led through functions that enlarge nothing; `M`
/// is what has been added whatever the tokens are, such as a mask.
struct AttentionScores: Sendable {
  /// The axis of the rows.
  var query: Int
  /// The axis of the columns.
  var key: Int
  /// `M` in the shape of the scores; `nil` before anything has been added.
  var mask: Tensor?
  /// The product, and `c` so that `|P| ≤ c · |product|`; `nil` where there is no such number.
  var bound: (product: Int, factor: Double)?
}
