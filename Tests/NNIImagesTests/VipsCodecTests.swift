import Dispatch
import Synchronization
import Testing

@testable import NNIImages

@Suite struct VipsCodecTests {
  @Test func saysWhatFailed() {
    let failure = #expect(throws: VipsCodec.Failure.self) {
      _ = try VipsCodec.decode([0xFF, 0xD8, 0xFF, 0, 1, 2], pixelLimit: 100)
    }
    #expect(failure?.message.contains("\n") == false)
    #expect(failure?.message.isEmpty == false)
  }

  /// libvips has one text for all threads.
  @Test func saysSomethingWhereManyFailAtOnce() {
    let silent = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 200) { _ in
      do {
        _ = try VipsCodec.decode([0xFF, 0xD8, 0xFF, 0, 1, 2], pixelLimit: 100)
      } catch let failure as VipsCodec.Failure where !failure.message.isEmpty {
        return
      } catch {}
      silent.withLock { $0 += 1 }
    }
    #expect(silent.withLock { $0 } == 0)
  }
}
