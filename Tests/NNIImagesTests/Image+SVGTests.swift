import NNIImages
import Testing

@Suite struct ImageSVGTests {
  @Test func drawsAtAScale() throws {
    let svg = """
      <svg xmlns="http://www.w3.org/2000/svg" width="4" height="2">\
      <rect width="4" height="2" fill="#0080ff"/></svg>
      """
    let image = try Image(svg: svg, scale: 3)
    #expect(try image == Image(width: 12, height: 6, filledWith: [0, 128, 255, 255]))
  }

  @Test func refusesWhatCannotBeDrawn() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='4000' height='2000'/>"
    #expect(code { _ = try Image(svg: "<svg", scale: 1) } == .damaged)
    #expect(code { _ = try Image(svg: svg, scale: 0) } == .invalidRequest)
    #expect(code { _ = try Image(svg: svg, scale: 1, pixelLimit: 1000) } == .tooLarge)
  }
}
