import Testing

@testable import NNIReports

@Suite struct ReportPhotoTests {
  @Test func explainsTheMarkedClassElseTheFirst() throws {
    var photo = try Sample.photo()
    #expect(photo.explained?.className == Sample.hostile)
    photo.predictions[0].isExplained = false
    photo.predictions[1].isExplained = true
    #expect(photo.explained?.className == "other")
    photo.predictions[1].isExplained = false
    #expect(photo.explained?.className == Sample.hostile)
  }
}
