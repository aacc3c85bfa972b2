import NNIImages
import Testing

@testable import NNIReports

@Suite struct ReportPictureTests {
  @Test func scalesTheRegionAlong() throws {
    let photo = try Sample.photo(width: 90, height: 60)
    let picture = try ReportPicture(photo, fittingWidth: 45, height: 45)
    #expect(picture.image.width == 45 && picture.image.height == 30)
    #expect(abs(picture.region.x - photo.region.x / 2) < 1e-9)
    #expect(abs(picture.region.width - photo.region.width / 2) < 1e-9)
  }

  @Test func neverScalesUp() throws {
    let photo = try Sample.photo(width: 90, height: 60)
    #expect(try ReportPicture(photo, fittingWidth: 999, height: 999).image == photo.image)
  }
}
