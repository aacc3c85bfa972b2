/// A name and its value, such as an option of a method or a version of a program.
public struct ReportFact: Sendable, Hashable {
  /// What is stated.
  public var name: String
  /// Its value, ready to be read.
  public var value: String

  /// States a fact.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
