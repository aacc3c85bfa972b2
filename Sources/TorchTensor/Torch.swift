internal import CSystem
internal import CTorch

/// The tensor library itself: its version and its threads.
public enum Torch {
  /// libtorch's version, such as `1.13.1`.
  public static var version: String { unsafe String(cString: ctorch_version()) }

  /// Whether the processor multiplies bfloat16 numbers itself.
  package static var hasNarrowProducts: Bool { ctorch_has_narrow_products() }

  /// How many threads one operator may use.
  public static var threadCount: Int { Int(ctorch_thread_count()) }

  /// How many processors the process may use: those that it is bound to, and no more than a container's
  /// quota.
  public static var processorCount: Int { Int(csystem_processors()) }

  /// Sets how many threads one operator may use, for the whole process.
  ///
  /// More than ``processorCount`` are slower. Beyond 16 or that, whichever is more, a larger number counts
  /// as this one: so many threads only wait for each other.
  public static func setThreadCount(_ count: Int) {
    precondition(count > 0, "at least one thread is needed")
    ctorch_set_thread_count(Int64(count))
  }

  /// How many bytes of large tensors are kept for reuse at most, those in use included; at first half
  /// of the memory that was free when the process began, within the limits of its container and its own
  /// (`ulimit -v`).
  public static var memoryLimit: Int { Int(ctorch_memory_limit()) }

  /// Sets how many bytes of large tensors are kept for reuse, for the whole process.
  public static func setMemoryLimit(_ bytes: Int) {
    precondition(bytes > 0, "some memory is needed")
    ctorch_set_memory_limit(Int64(bytes))
  }

  /// Has the library of matrix products take the memory that it works in, now while there is some.
  ///
  /// NB: OpenBLAS takes 128 MB at the first product and asks for ever where a limit (`ulimit -v`) leaves less.
  ///
  /// - Throws: ``TorchError`` when there is not so much.
  package static func reserveWorkspace() throws(TorchError) {
    try checkMemory(136 << 20, for: "matrix product")
    let side = try Tensor.full([128, 128], 1)
    let _: Tensor = try .call("aten::mm", .tensor(side), .tensor(side))
  }

  /// Refuses to take more memory than there is: Swift's own arrays end the process then.
  ///
  /// - Throws: ``TorchError`` in one sentence.
  package static func checkMemory(_ bytes: Int, for operation: String) throws(TorchError) {
    guard bytes < 0 || csystem_can_allocate(bytes) == 0 else { return }
    throw TorchError(
      operation: operation,
      message:
        "not enough memory for \(bytes) bytes; take fewer or smaller inputs, or allow more memory")
  }
}
