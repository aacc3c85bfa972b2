import Foundation
import NNIShipped
public import NNInterpretability

/// The network of the original's demonstration, where it is at hand.
public enum ClassicNetwork {
  /// VGG16 as `nni models pull vgg16` fetched it, else the shipped SqueezeNet.
  ///
  /// - Throws: `InterpretabilityError` when a file is damaged.
  public static func open() throws -> Model {
    let stated = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? ""
    let cache =
      stated.hasPrefix("/")
      ? URL(filePath: stated)
      : FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
    let file = cache.appending(path: "nninterpretability/vgg16.pth")
    return FileManager.default.fileExists(atPath: file.path)
      ? try Model(contentsOf: file) : try Shipped.model(named: "squeezenet1_1")
  }
}
