import NNITestSupport
import NNInterpretability
import Testing

/// What other packages add to the catalogue; entries of a kind of its own, so that no other test meets them.
@Suite struct CatalogRegistrationTests {
  /// A kind that nothing of this package is of.
  private struct Mark: CatalogEntry {
    let name: String
  }

  private enum First: Cataloged {
    static var entries: [any CatalogEntry] { [Mark(name: "b"), Mark(name: "a")] }
  }

  private enum Second: Cataloged {
    static var entries: [any CatalogEntry] { [Mark(name: "c")] }
  }

  private enum SameNameAsFirst: Cataloged {
    static var entries: [any CatalogEntry] { [Mark(name: "z"), Mark(name: "a")] }
  }

  private enum TwiceTheSame: Cataloged {
    static var entries: [any CatalogEntry] { [Mark(name: "y"), Mark(name: "y")] }
  }

  private struct AnotherGradient: AttributionMethod, Cataloged {
    static var entries: [any CatalogEntry] { [MethodEntry(AnotherGradient(), "Another.")] }
    var name: String { "gradient" }
    var optionValues: [String: OptionValue] { [:] }

    func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution {
      try Gradient().attribute(model, input: input, target: target)
    }
  }

  private func register(_ types: [any Cataloged.Type]) -> String? {
    do {
      try Catalog.register(types)
      return nil
    } catch { return "\(error)" }
  }

  @Test func manyTasksMayRegisterTheSame() async throws {
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<64 {
        group.addTask {
          #expect(
            register(task.isMultiple(of: 2) ? [First.self] : [Second.self, First.self]) == nil)
          #expect(Catalog.entries(of: Mark.self).count <= 3)
        }
      }
    }
    #expect(Catalog.entries(of: Mark.self).map(\.name) == ["a", "b", "c"])
    #expect(try Catalog.entry(named: "b", of: Mark.self, called: "mark").name == "b")
    #expect(Catalog.entries.filter { $0 is Mark }.count == 3)
    #expect(register([SameNameAsFirst.self])?.contains("Mark named “a”") == true)
    #expect(register([TwiceTheSame.self])?.contains("Mark named “y”") == true)
    // What failed left nothing behind.
    #expect(Catalog.entries(of: Mark.self).map(\.name) == ["a", "b", "c"])
  }

  @Test func builtInNamesAreTaken() throws {
    let before = Catalog.methods.count
    #expect(register([AnotherGradient.self])?.contains("MethodEntry named “gradient”") == true)
    #expect(Catalog.methods.count == before)
    #expect(try Catalog.method("gradient") is Gradient)
  }

  /// A kind finds what all modules have of it, though it knows only its own module's list.
  @Test func everyKindListsWhatAllModulesHave() {
    func check<Entry: CatalogEntry>(_ kind: Entry.Type) {
      let all = Catalog.entries.compactMap { ($0 as? Entry)?.name }
      #expect(Catalog.entries(of: kind).map(\.name) == all.sorted() && !all.isEmpty)
    }
    check(MethodEntry.self)
    check(MetricEntry.self)
    check(RuleEntry.self)
    check(OperatorEntry.self)
    check(ArchitectureEntry.self)
    check(ModelFormat.self)
    check(TrainingRecipe.self)
    let kinds = Set(Catalog.entries.map { "\(type(of: $0))" })
    #expect(kinds.subtracting(["Mark"]).count == 7, "\(kinds): a new kind belongs above")
  }
}
