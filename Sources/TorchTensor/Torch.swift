internal import CTorch

/// The tensor library itself: its version and its threads.
public enum Torch {
  /// libtorch's version, such as `1.13.1`.
  public static var version: String { unsafe String(cString: ctorch_version()) }

  /// How many threads one operator may use.
  public static var threadCount: Int { Int(ctorch_thread_count()) }

  /// Sets how many threads one operator may use, for the whole process.
  public static func setThreadCount(_ count: Int) {
    precondition(count > 0, "at least one thread is needed")
    ctorch_set_thread_count(Int64(count))
  }

  /// How many bytes of large tensors are kept for reuse at most, those in use included; at first half
  /// of the memory that was free when the process began.
  public static var memoryLimit: Int { Int(ctorch_memory_limit()) }

  /// Sets how many bytes of large tensors are kept for reuse, for the whole process.
  public static func setMemoryLimit(_ bytes: Int) {
    precondition(bytes > 0, "some memory is needed")
    ctorch_set_memory_limit(Int64(bytes))
  }
}
