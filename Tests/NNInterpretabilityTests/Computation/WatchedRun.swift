import NNITestSupport
import Synchronization

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels
@testable import NNITraining
@testable import NNIUncertainty
@testable import NNIVisualization

/// A layer that changes nothing and tells each time it computes.
struct TellingLayer: Layer {
  let onForward: @Sendable () -> Void

  var kind: LayerKind { .structural }

  func forward(_ inputs: [Tensor]) throws -> Tensor {
    onForward()
    return inputs[0]
  }
}

/// Counts, and cancels the current task at a number.
final class PassCounter: Sendable {
  private let passes = Mutex(0)
  private let last: Int

  /// Cancels at the pass of that number.
  init(cancellingAt last: Int = .max) { self.last = last }

  var count: Int { passes.withLock { $0 } }

  func add() {
    let count = passes.withLock {
      $0 += 1
      return $0
    }
    if count == last { withUnsafeCurrentTask { $0?.cancel() } }
  }
}

/// All shares that were told.
final class ToldShares: Sendable {
  private let told = Mutex<[Double]>([])

  var list: [Double] { told.withLock { $0 } }

  func add(_ progress: ComputationProgress) { told.withLock { $0.append(progress.fraction) } }
}

/// What every member of the catalogue is run on.
enum WatchedRun {
  /// The mixed net with a node before all others that tells of each pass.
  static func model(_ counter: PassCounter) throws -> Model {
    let usual = try SampleNets.mixed()
    var graph = Graph(input: usual.graph.input)
    let told = try graph.add(
      TellingLayer { counter.add() }, as: "told", after: [usual.graph.input])
    for node in usual.graph.nodes.dropFirst() {
      try graph.add(
        node.layer, as: node.id, after: node.inputs.map { $0 == usual.graph.input ? told : $0 })
    }
    return try Model(graph, name: "told")
  }

  /// A method with options that let it run on that net, in its longest form.
  static func method(_ entry: MethodEntry) throws -> any AttributionMethod {
    let known = Set(entry.options.map(\.name))
    var options: [String: OptionValue] = [:]
    if known.contains("low") { options = ["low": .number(-4), "high": .number(4)] }
    if known.contains("layer") { options["layer"] = .text("concat") }
    if known.contains("window") { options["window"] = .number(4) }
    if known.contains("channel") { options["channel"] = .text("all") }
    if known.contains("root") { options["root"] = .text("search") }
    if known.contains("baseline"), entry.name.hasPrefix("deeplift") {
      options["baseline"] = .list([.text("zero"), .text("zero"), .text("zero")])
    }
    return try entry.method(options)
  }

  /// A batch with several samples, so that what goes sample by sample takes several turns.
  static func input() throws -> Tensor { try SampleNets.mixedInput(3) }

  /// Half the memory of anything, so that groups are small.
  static func run(_ method: any AttributionMethod, _ counter: PassCounter) throws {
    _ = try method.attribute(model(counter), input: input(), target: .classes([1, 4, 2]))
  }
}
