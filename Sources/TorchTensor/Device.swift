/// Where a tensor's values lie and its operators run.
public struct Device: Sendable, Hashable, CustomStringConvertible {
  /// libtorch's name, such as `cpu` or `cuda:0`.
  public let name: String

  /// The processor.
  public static let cpu = Device("cpu")

  /// A device by libtorch's name; whether it exists shows when a tensor is moved to it.
  public init(_ name: String) { self.name = name }

  public var description: String { name }
}
