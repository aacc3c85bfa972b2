import Foundation
public import NNInterpretability

/// Numbers in sentences and captions.
extension Double {
  /// With so many decimals and a real minus sign.
  public func fixed(_ decimals: Int) -> String {
    formatted(
      .number.precision(.fractionLength(decimals)).grouping(.never).locale(Locale(identifier: "en"))
    )
    .replacingOccurrences(of: "-", with: "−")
  }

  /// With three significant digits, and a power of ten where it is very small or large.
  public var short: String {
    guard self != 0 else { return "0" }
    let magnitude = abs(self)
    guard magnitude < 1e-3 || magnitude >= 1e5 else {
      return formatted(
        .number.precision(.significantDigits(3)).grouping(.never).locale(Locale(identifier: "en"))
      )
      .replacingOccurrences(of: "-", with: "−")
    }
    let exponent = Int(log10(magnitude).rounded(.down))
    return "\((self / pow(10, Double(exponent))).fixed(1)) · 10^{\(exponent)}"
      .replacingOccurrences(of: "{-", with: "{−")
  }

  /// A share as percent, with one decimal; no line ends before the sign.
  public var percent: String { "\((self * 100).fixed(1))\u{A0}%" }
}

extension Tensor {
  /// `|self − other|₂ / |other|₂`, in double precision.
  public func relativeDistance(to other: Tensor) throws -> Double {
    let (own, others) = (try doubles(), try other.doubles())
    let difference = zip(own, others).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / others.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// How much of the sum of all magnitudes lies in negative elements.
  public func negativeShare() throws -> Double {
    let values = try doubles()
    let below = values.reduce(0) { $0 - min($1, 0) }
    return below / values.reduce(0) { $0 + abs($1) }
  }

  /// Pearson's correlation of all elements, in double precision.
  public func correlation(with other: Tensor) throws -> Double {
    let (own, others) = (try doubles(), try other.doubles())
    let count = Double(own.count)
    let (mean, otherMean) = (own.reduce(0, +) / count, others.reduce(0, +) / count)
    let pairs = zip(own, others).map { ($0 - mean, $1 - otherMean) }
    let product = pairs.reduce(0) { $0 + $1.0 * $1.1 }
    let squares = pairs.reduce((0, 0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
    return product / (squares.0 * squares.1).squareRoot()
  }
}

extension String {
  /// The text as a formula of a page's text.
  public var asFormula: String { "$\(self)$" }
}
