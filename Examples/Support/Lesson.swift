/// One topic: a program that computes something, and the page that it writes about it.
///
/// ```swift
/// Lesson.saliency.run { page in
///   let network = try Shipped.model(named: "digits_am")
///   …
///   page.add("The question", [.paragraph("Which pixels …")])
/// }
/// ```
public struct Lesson: Sendable, Hashable {
  /// The number of the topic, such as `3` or `8.2`.
  public let number: String
  /// What the topic is called.
  public let title: String
  /// What it shows, in one sentence for the index.
  public let summary: String
  /// The folder of its page within the gallery; sorted, folders are in the order of the topics.
  public let folder: String
  /// The name of the program.
  public let program: String

  /// Describes a topic.
  public init(
    _ number: String, _ title: String, folder: String, program: String, summary: String
  ) {
    self.number = number
    self.title = title
    self.folder = folder
    self.program = program
    self.summary = summary
  }
}
