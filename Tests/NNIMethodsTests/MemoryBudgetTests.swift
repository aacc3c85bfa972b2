@testable import NNIMethods
import NNITestSupport
import Testing

@Suite struct MemoryBudgetTests {
  @Test(arguments: [
    ("2GB", 2_000_000_000), ("1.5 gib", 1_610_612_736), ("800MB", 800_000_000), ("64kib", 65536),
    ("4096", 4096), ("12b", 12),
  ])
  func reads(text: String, bytes: Int) { #expect(MemoryBudget(text)?.bytes == bytes) }

  @Test(arguments: ["", "GB", "-2GB", "0", "0.2", "two", "2 TB and more", "inf", "nan", "1e30GB"])
  func refuses(text: String) { #expect(MemoryBudget(text) == nil) }

  @Test func fewerInputsGoTogetherWhereOneIsLarge() {
    #expect(MemoryBudget.inputsAtOnce(12_800_000) == 10)
    #expect(MemoryBudget.inputsAtOnce(12_800_000, most: 4) == 4)
    #expect(MemoryBudget.inputsAtOnce(1_000_000_000) == 1)
    #expect(MemoryBudget.inputsAtOnce(100) == 64)
  }

  @Test(arguments: ["integrated-gradients", "smoothgrad", "conductance", "occlusion"])
  func resultsAreTheSame(name: String) throws {
    let method = try Catalog.method(name, name == "occlusion" ? ["window": .number(4)] : [:])
    var model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let wanted = try method.attribute(model, input: input, target: .predicted)
    model.memoryBudget = MemoryBudget(bytes: 1)
    let got = try method.attribute(model, input: input, target: .predicted)
    #expect(try got.map.doubles() == wanted.map.doubles())
  }
}
