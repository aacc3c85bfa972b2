import NNIModels
import Foundation
import NNITestSupport
import Testing

@Suite struct CSVTableTests {
  private static let sound: [(String, [[String]])] = [
    ("a,b\n1,2\n", [["1", "2"]]), ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
    ("a,b\n\"1,x\",\"2\"\"y\"\"\"\n", [["1,x", "2\"y\""]]),
    ("a,b\n\"line\nbreak\",\n\n\n,z\n", [["line\nbreak", ""], ["", "z"]]),
    ("\u{FEFF}a,b\nä,日本\n", [["ä", "日本"]]), ("a,b\n\"\",\"\"\n", [["", ""]]), ("a,b", []),
  ]

  @Test(arguments: sound)
  func readsWhatTheStandardDescribes(_ text: String, _ rows: [[String]]) throws {
    let table = try CSVTable(text, name: "t.csv")
    #expect(table.header == ["a", "b"] && table.rows == rows)
  }

  private static let broken: [(String, String)] = [
    ("", "empty"), ("\n\n", "empty"), ("a,b\n1\n", "line 2: 1 fields"),
    ("a,b\n\"x\ny\",2\n1,2,3\n", "line 4: 3 fields"), ("a,b\n\"x,2\n", "line 2: a quote is opened"),
    ("a,b\nx\"y,2\n", "line 2: a quote stands"), ("a,b\n\"x\"y,2\n", "line 2: after a quoted"),
    ("a,a\n", "“a” twice"), ("a,b\n1\r,2\n", "line 2"),
  ]

  @Test(arguments: broken)
  func whatIsWrongIsNamedWithItsLine(_ text: String, _ words: String) throws {
    let error = #expect(throws: InterpretabilityError.self) { try CSVTable(text, name: "t.csv") }
    #expect(error?.message.contains(words) == true, "\(error as Any)")
    #expect(error?.message.hasPrefix("t.csv") == true)
  }

  @Test func columnsAndLinesAreFound() throws {
    let table = try CSVTable("a,b\n\n\"1\n\",2\n3,4\n", name: "t.csv")
    #expect(try table.column("b") == ["2", "4"])
    #expect(table.line(ofRow: 0) == 3 && table.line(ofRow: 1) == 5)
    let error = #expect(throws: InterpretabilityError.self) { try table.column("label") }
    #expect(error?.message.contains("“a”, “b”") == true)
  }

  @Test func filesThatAreNoTextAreRefused() throws {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "t.csv")
      try Data([0x61, 0xFF, 0xFE]).write(to: file)
      #expect(throws: InterpretabilityError.self) { try CSVTable(contentsOf: file) }
      #expect(throws: InterpretabilityError.self) { try CSVTable(contentsOf: folder) }
    }
  }
}
