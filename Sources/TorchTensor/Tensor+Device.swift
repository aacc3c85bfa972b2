internal import CTorch

extension Tensor {
  /// The same values on another device.
  ///
  /// - Throws: ``TorchError`` when this libtorch has no such device.
  public func moved(to device: Device) throws(TorchError) -> Tensor {
    guard device != self.device else { return self }
    return try unsafe .produced(by: "Tensor.moved(to: \(device))", shapes: [shape]) {
      unsafe ctorch_to_device(handle.pointer, device.name, $0)
    }
  }
}
