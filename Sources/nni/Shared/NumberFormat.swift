import Foundation

/// Numbers in tables and sentences for a person.
extension Double {
  /// With four decimals.
  var fourDecimals: String { formatted(.number.precision(.fractionLength(4)).grouping(.never)) }

  /// A share as a percentage with two decimals.
  var percentage: String { formatted(.percent.precision(.fractionLength(2))) }
}
