/// The sides of a window, or the steps between windows: one for all axes, or one for each.
///
/// Written `8`, `5x1` or `4x8x8`, in the order of the input's axes after the channels: rows before columns.
public struct WindowExtent: Sendable, Hashable {
  /// One number for all axes, or one for each axis; none where the method decides.
  public var sides: [Int]

  /// What the method finds fit for the input.
  public static let automatic = WindowExtent([])

  /// The same along every axis.
  public init(_ side: Int) { sides = [side] }

  /// One for each axis, such as `[rows, columns]`.
  public init(_ sides: [Int]) { self.sides = sides }

  /// Reads `8` or `5x1`; `nil` for what is no list of whole numbers from 1 to 65536.
  public init?(_ text: String) {
    let parts = text.split(omittingEmptySubsequences: false) { "x×X".contains($0) }.map { Int($0) }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, numbers.allSatisfy((1...65536).contains) else { return nil }
    self.init(numbers)
  }

  /// One number for each of `count` axes.
  ///
  /// - Throws: ``InterpretabilityError`` when there are more or fewer.
  func along(_ count: Int, _ option: String) throws -> [Int] {
    if sides.count == 1 { return [Int](repeating: sides[0], count: count) }
    guard sides.count == count else {
      throw InterpretabilityError(
        .invalidOption,
        "\(option) \(self) has \(sides.count) sides; the input has \(count) "
          + (count == 1 ? "axis" : "axes") + " that windows lie on")
    }
    return sides
  }
}

extension WindowExtent: CustomStringConvertible {
  public var description: String {
    sides.isEmpty ? "automatic" : sides.map(String.init).joined(separator: "x")
  }
}

extension WindowExtent: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public init(integerLiteral value: Int) { self.init(value) }

  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension MethodOption {
  /// The sides of a window: `8`, or `5x1` for one of each axis; `automatic` where the method can decide.
  static func windowExtent(
    _ name: String, _ path: any WritableKeyPath<Method, WindowExtent> & Sendable, _ summary: String,
    canBeAutomatic: Bool = false
  ) -> Self {
    let accepted =
      "a whole number from 1 to 65536, or one for each axis, such as 5x1"
      + (canBeAutomatic ? ", or automatic" : "")
    return MethodOption(
      name, summary, accepts: accepted,
      get: { method in
        let extent = method[keyPath: path]
        return extent.sides.count == 1
          ? .number(Double(extent.sides[0])) : .text(extent.description)
      },
      set: { value, method in
        if canBeAutomatic, case .text("automatic") = value {
          method[keyPath: path] = .automatic
          return
        }
        let numbers =
          if case .list(let list) = value { list.compactMap(\.number) } else { [Double]() }
        let text =
          numbers.isEmpty
          ? value.description
          : numbers.map { OptionValue.number($0).description }.joined(separator: "x")
        guard let extent = WindowExtent(text) else { throw refusal(value, accepted) }
        method[keyPath: path] = extent
      })
  }
}
