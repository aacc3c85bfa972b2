import Foundation
import NNInterpretability
import Testing

@Suite struct CatalogTests {
  @Test func namesAreUnique() {
    for names in [
      Catalog.methods.map(\.name), Catalog.entries(of: OperatorEntry.self).map(\.name),
      Catalog.entries(of: ArchitectureEntry.self).map(\.name),
      Catalog.entries(of: ModelFormat.self).map(\.name), Catalog.recipes.map(\.name),
      Catalog.metrics.map(\.name),
    ] {
      #expect(Set(names).count == names.count)
      #expect(!names.isEmpty)
    }
  }

  @Test func everyCitationStandsInTheBibliography() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appending(path: "Sources/NNInterpretability/NNInterpretability.docc/Bibliography.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let cited =
      Catalog.methods.map { ($0.name, $0.citations) }
      + Catalog.metrics.map { ($0.name, $0.citations) }
    for (name, citations) in cited {
      #expect(!citations.isEmpty, "\(name)")
      for key in citations { #expect(text.contains("`\(key)`"), "\(key)") }
    }
  }

  @Test(arguments: Catalog.methods.map(\.name)) func defaultsCanBeSetAsTheyAreShown(
    name: String
  ) throws {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    #expect(entry.name == (try entry.method().name))
    for option in entry.options where !option.standard.isEmpty {
      let method = try entry.method([option.name: .text(option.standard)])
      #expect(method.optionValues[option.name]?.description == option.standard)
    }
  }

  @Test func anUnknownNameListsTheNearest() {
    let error = #expect(throws: InterpretabilityError.self) { try Catalog.method("gradcam") }
    #expect(error?.message.contains("grad-cam") == true)
    let other = #expect(throws: InterpretabilityError.self) {
      try Catalog.method("integrated-gradients", ["step": .number(3)])
    }
    #expect(other?.message.contains("steps") == true)
    let plain = #expect(throws: InterpretabilityError.self) {
      try Catalog.method("attention", ["steps": .number(3)])
    }
    #expect(plain?.message.contains("no options") == true)
  }
}
