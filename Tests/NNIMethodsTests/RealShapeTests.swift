import NNIMethods
import NNITestSupport
import Testing

/// Deep networks of real shapes with random weights: nothing fails, and every ledger closes.
///
/// Captum's LRP gives 1e16 times the logit on a ResNet-18, and its DeepLIFT refuses the network.
@Suite struct RealShapeTests {
  static let networks = ["resnet50", "mobilenet_v2", "densenet121"]

  static let methods: [any AttributionMethod] = [
    LRP(.epsilon), LRP(.zPlus), LRP(.alphaBeta), LRPComposite(.epsilonPlus),
    LRPComposite(.epsilonGammaBox), LRPComposite(.epsilonAlpha2Beta1Flat), DeepLIFT(.rescale),
    DeepLIFT(.revealCancel), DeepTaylor(),
  ]

  @Test(arguments: networks) func ledgersClose(name: String) throws {
    let architecture = try Catalog.architecture(named: name)
    let graph = try architecture.build(.initialized(seed: 3))
    let model = try Model(graph, name: name, inputSpec: architecture.inputSpec)
      .converted(to: .float64)
    var numbers = SeededNumbers(8)
    let input = try numbers.tensor([1, 3, 64, 64])
    let baseline = Baseline.tensor(try numbers.tensor([1, 3, 64, 64]), name: "random")
    var recordings = SharedRecordings(model, input: input)
    for method in Self.methods {
      var method = method
      if var lift = method as? DeepLIFT {
        lift.baseline = baseline
        method = lift
      }
      let ledger = try recordings.attribute(method, target: .class(7)).ledger
      let scale = max(abs(ledger.score[0] - ledger.reference[0]), 1)
      // What is handed down can be large where relevance of both signs cancels (αβ, γ on deep nets):
      // rounding is relative to that.
      let carried = max(
        scale, abs(ledger.sum[0]), ledger.causes.values.map { abs($0[0]) }.max() ?? 0)
      let missing = ledger.causes[.unexplained]?[0] ?? 0
      #expect(abs(missing) < 1e-7 * carried, "\(name) \(method.name) \(method.optionValues)")
    }
  }
}
