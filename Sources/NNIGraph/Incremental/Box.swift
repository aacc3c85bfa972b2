/// A rectangle of a map: rows and columns.
package struct Box: Sendable, Hashable {
  package var rows: Range<Int>
  package var columns: Range<Int>

  package init(rows: Range<Int>, columns: Range<Int>) {
    self.rows = rows
    self.columns = columns
  }

  /// The smallest box that holds both.
  package func union(_ other: Box) -> Box {
    Box(rows: rows.hull(other.rows), columns: columns.hull(other.columns))
  }

  /// The outputs of a layer that see an element of this box of its input.
  func seen(through window: Window, height: Int, width: Int) -> Box {
    Box(
      rows: window.outputs(seeing: rows, axis: 0, extent: height),
      columns: window.outputs(seeing: columns, axis: 1, extent: width))
  }
}

extension Range<Int> {
  /// The smallest range that holds both; an empty one counts for nothing.
  fileprivate func hull(_ other: Range<Int>) -> Range<Int> {
    if isEmpty { return other }
    if other.isEmpty { return self }
    return Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}

extension Window {
  /// The outputs along an axis of that extent that see one of these inputs.
  ///
  /// Output `o` sees the inputs from `o·stride − padding` to `o·stride − padding + reach`, where
  /// `reach = (size − 1)·dilation`.
  func outputs(seeing inputs: Range<Int>, axis: Int, extent: Int) -> Range<Int> {
    guard !inputs.isEmpty else { return 0..<0 }
    let (step, shift) = (stride[axis], paddingBefore[axis])
    let lowest = max(0, inputs.lowerBound + shift - reach(axis))
    let highest = max(-1, inputs.upperBound - 1 + shift)
    let end = min(extent, (highest + step) / step)
    let first = (lowest + step - 1) / step
    return first < end ? first..<end : 0..<0
  }

  /// The first input that an output sees; it may lie before the map.
  func firstInput(of output: Int, axis: Int) -> Int { output * stride[axis] - paddingBefore[axis] }

  /// How many inputs a row of outputs sees.
  func inputCount(of outputs: Int, axis: Int) -> Int {
    (outputs - 1) * stride[axis] + reach(axis) + 1
  }

  private func reach(_ axis: Int) -> Int { (size[axis] - 1) * dilation[axis] }
}
