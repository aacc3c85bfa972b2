import NNIModels
import NNITestSupport
import Testing

/// torchvision's published DenseNets, whose files use names of before its version 0.2.
struct DenseNetNamesTests {
  @Test func `Old names are understood`() throws {
    let network = try #require(try FormulaWeights.networks()["densenet121"])
    let state = try FormulaWeights.stateDict(network)
    // As in densenet121-a639ec97.pth: “features.denseblock1.denselayer1.norm.1.weight”.
    let old = state.map { name, value in
      let parts = name.replacing(/(denselayer\d+\.(?:norm|conv))([12])\./) { "\($0.1).\($0.2)." }
      return (parts, value)
    }
    #expect(old.count { $0.0.contains(".norm.1.") } == 4 * 58)
    let architecture = try Catalog.architecture(named: "densenet121")
    let input = try FormulaWeights.uniform(network.input, key: 1)
    let renamed = try architecture.build(WeightSource(Dictionary(uniqueKeysWithValues: old)))
    let wanted = try architecture.build(WeightSource(state))
    try expectClose(renamed.forward(input), wanted.forward(input), relative: 0, absolute: 0)
  }
}
