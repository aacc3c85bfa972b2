import Foundation
import NNITestSupport
import Synchronization
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels
@testable import NNITraining
@testable import NNIUncertainty
@testable import NNIVisualization

/// What takes several passes ends soon when its task is cancelled.
@Suite struct CancellationTests {
  /// CAM needs another net and makes one pass; the root of Taylor's expansion is not to be found on ours.
  static let methods = Catalog.methods.filter { !$0.readsAttention }.map(\.name).filter {
    !["cam", "taylor-simple"].contains($0)
  }

  @Test(arguments: methods) func `A method makes no pass after it was cancelled`(
    name: String
  ) async throws {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    let method = try WatchedRun.method(entry)
    let whole = PassCounter()
    try WatchedRun.run(method, whole)
    for last in [1, 2, whole.count / 2] where last >= 1 && last < whole.count {
      let counter = PassCounter(cancellingAt: last)
      let task = Task { try WatchedRun.run(method, counter) }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(counter.count == last)
    }
    // One pass alone ends at the next node.
    let counter = PassCounter(cancellingAt: 1)
    let task = Task { try WatchedRun.run(method, counter) }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test(arguments: methods) func `A method ends after the report at which it is cancelled`(
    name: String
  ) async throws {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    let method = try WatchedRun.method(entry)
    let told = ToldShares()
    let task = Task {
      try await method.attribute(
        SampleNets.mixed(), input: WatchedRun.input(), target: .classes([1, 4, 2])
      ) {
        told.add($0)
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    let result = await task.result
    guard told.list != [1] else { return }
    #expect(told.list.count == 1)
    #expect(throws: CancellationError.self) { try result.get() }
  }

  @Test(arguments: Catalog.metrics.map(\.name))
  func `A metric makes no pass after it was cancelled`(
    name: String
  ) async throws {
    let metric = try Catalog.metric(name)
    func evaluate(_ counter: PassCounter) throws {
      let input = try WatchedRun.input()
      let made = try Saliency().attribute(
        SampleNets.mixed(), input: input, target: .classes([1, 4, 2]))
      let subject = try MetricCase(
        WatchedRun.model(counter), input: input, method: Saliency(), target: .classes([1, 4, 2]),
        attribution: made)
      _ = try metric.evaluate(subject)
    }
    let whole = PassCounter()
    // Some metrics need an object or a larger image.
    do { try evaluate(whole) } catch is InterpretabilityError { return }
    for last in [1, whole.count / 2] where last >= 1 && last < whole.count {
      let counter = PassCounter(cancellingAt: last)
      let task = Task { try evaluate(counter) }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(counter.count == last)
    }
  }

  @Test func `Another task can cancel the asynchronous variant`() async throws {
    let counter = PassCounter()
    let model = try WatchedRun.model(counter)
    let input = try WatchedRun.input()
    // The computation waits for its cancellation, however busy the machine is.
    let gate = Gate()
    let task = Task {
      try await IntegratedGradients(steps: 4096).attribute(
        model, input: input, target: .class(1), progress: { _ in gate.pass() })
    }
    while !gate.isReached { try await Task.sleep(for: .milliseconds(1)) }
    task.cancel()
    gate.open()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(counter.count < 100)
  }
}

/// Holds a computation until it is opened.
private final class Gate: Sendable {
  private let state = Mutex((isReached: false, isOpen: false))

  var isReached: Bool { state.withLock { $0.isReached } }

  func open() { state.withLock { $0.isOpen = true } }

  func pass() {
    state.withLock { $0.isReached = true }
    while !state.withLock({ $0.isOpen }) { Thread.sleep(forTimeInterval: 0.001) }
  }
}
