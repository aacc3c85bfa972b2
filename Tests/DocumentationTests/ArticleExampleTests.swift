import Foundation
import NNIImages
import NNIShipped
import NNInterpretability
import Testing

/// The articles' examples compile, or this would not; those that name no files run, too.
@Suite(.serialized) struct ArticleExampleTests {
  @Test(arguments: ArticleExample.all.filter { !$0.namesFiles }) func exampleRuns(
    example: ArticleExample
  ) async throws {
    let model = try Shipped.model(named: "squeezenet1_1")
    let file = try #require(
      Shipped.photographs.first { $0.lastPathComponent == "chelsea.jpg" })
    let photograph = try Image(contentsOf: file)
    let (input, _) = try model.inputSpec.tensor(from: photograph)
    try await example.run(model, input, photograph)
  }

  @Test func blocksAreFound() {
    #expect(ArticleExample.all.count >= 20)
    #expect(ArticleExample.all.contains { $0.article == "NNInterpretability" && $0.namesFiles })
  }
}
