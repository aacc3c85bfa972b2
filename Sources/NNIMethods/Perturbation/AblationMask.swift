/// Which elements of an input are replaced together.
public enum AblationMask: Sendable {
  /// Windows side by side, the last ones cut at the border.
  case windows
  /// Regions of similar colour, found by ``SLIC`` in each sample.
  case superpixels
  /// Labels, whole numbers: over the spatial axes (`[H, W]`, or `[features]`), or over all axes with an
  /// extent of 1 or the input's for batch and channels.
  case tensor(Tensor, name: String)
}

extension MethodOption {
  /// Which elements are replaced together.
  static func ablationMask(
    _ name: String, _ path: any WritableKeyPath<Method, AblationMask> & Sendable,
    _ summary: String
  ) -> Self {
    let accepted = "windows, superpixels, or a tensor's key"
    return MethodOption(
      name, summary, accepts: accepted,
      get: { method in
        switch method[keyPath: path] {
        case .windows: .text("windows")
        case .superpixels: .text("superpixels")
        case .tensor(let tensor, let name): .tensor(tensor, name: name)
        }
      },
      set: { value, method in
        switch value {
        case .text("windows"): method[keyPath: path] = .windows
        case .text("superpixels"): method[keyPath: path] = .superpixels
        case .tensor(let tensor, let name): method[keyPath: path] = .tensor(tensor, name: name)
        default: throw refusal(value, accepted)
        }
      })
  }
}
