/// A method whose options can be without effect on a network, which it then says.
public protocol NotingMethod: AttributionMethod {
  /// What a reader must know of the options, each in one sentence.
  func notes(for model: Model) throws -> [String]
}
