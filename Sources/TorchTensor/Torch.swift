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
}
