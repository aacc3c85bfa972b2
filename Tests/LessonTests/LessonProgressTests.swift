import NNIReports
import NNITestSupport
import NNInterpretability
import Testing

@testable import LessonSupport

/// Lessons say what they do, and what they say of the shipped networks is so.
@Suite struct LessonProgressTests {
  @Test func aLineNamesLessonPartAndTime() {
    let progress = LessonProgress(.dropout, isWatched: false)
    let line = progress.line("digits by 100 passes", "64 of 1000 …")
    #expect(line == "11 Dropout as uncertainty: digits by 100 passes 64 of 1000 … 0 s")
    let long = progress.line(String(repeating: "x", count: 200), "done")
    #expect(long.count < 100)
  }

  @Test func eachGivesTheResultsInOrder() throws {
    let page = LessonPage(.saliency)
    #expect(page.each([3, 1, 2], "numbers") { $0 * 2 } == [6, 2, 4])
    struct Stop: Error {}
    #expect(throws: Stop.self) { try page.each([1], "x") { _ in throw Stop() } }
  }

  /// The networks of digits state how good they are on digits that they were not trained on.
  @Test(arguments: ["digits_cnn", "digits_dropout", "digits_evidential"])
  func filesStateTheTestAccuracy(name: String) throws {
    let accuracy = try #require(try DigitNetworks.testAccuracy(of: name))
    #expect(accuracy > 0.9 && accuracy < 1)
    #expect(try DigitNetworks.testAccuracy(of: "squeezenet1_1") == nil)
    #expect(try "\(DigitNetworks.caution(name))".contains("for training"))
  }

  @Test func sharesAndCorrelationsAreThoseOfTheirFormulas() throws {
    let map = try Tensor([1.0, -3, 0, 2, 5, 1, 0, 0], shape: [2, 1, 2, 2])
    let ink = try Tensor([1.0, 0, 0, 1, 0, 1, 1, 1], shape: [2, 1, 2, 2])
    #expect(try abs(map.shareWithoutInk(ink) - 8.0 / 12) < 1e-12)
    #expect(try map.nonzeroShare() == 5.0 / 8)
    let other = try Tensor([2.0, -6, 0, 4, -5, -1, 0, 0], shape: [2, 1, 2, 2])
    // One sample twice as large, one turned over: 1 and −1.
    #expect(try abs(map.meanCorrelation(with: other)) < 1e-12)
  }
}
