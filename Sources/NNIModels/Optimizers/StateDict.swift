/// A network's parameters under PyTorch's names, such as `features.conv1.weight`.
public typealias StateDict = [String: Tensor]

extension StateDict {
  /// The parameters that are learnt: all but batch norm's running statistics.
  public var learnt: StateDict { filter { !Self.isStatistic($0.key) } }

  /// Batch norm's running statistics, which are recorded and not learnt.
  public var statistics: StateDict { filter { Self.isStatistic($0.key) } }

  /// The same parameters as another type.
  public func converted(to dtype: DType) throws -> StateDict {
    try mapValues { try $0.converted(to: dtype) }
  }

  private static func isStatistic(_ name: String) -> Bool {
    name.hasSuffix(".running_mean") || name.hasSuffix(".running_var")
  }
}

extension ArchitectureEntry {
  /// The parameters of the network with the given weights, by name.
  ///
  /// With ``WeightSource/initialized(_:)`` these are where training begins.
  /// - Throws: What ``build(_:imageSize:)`` throws.
  public func stateDict(_ weights: WeightSource) throws -> StateDict {
    try laidOut(weights).parameters
  }
}
