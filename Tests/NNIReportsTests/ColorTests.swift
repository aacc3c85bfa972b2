import NNIReports
import Testing

@Suite struct ColorTests {
  @Test func writesHexadecimal() {
    #expect(Color(red: 0, green: 15, blue: 255).hexadecimal == "#000fff")
  }
}
