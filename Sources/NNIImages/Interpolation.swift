#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How values between pixels are made when a picture is resized; each equals Pillow's filter of
/// that name.
///
/// All but ``nearest`` widen with the reduction, so that a smaller picture averages what it covers
/// (torchvision's `antialias=True`).
public enum Interpolation: String, Sendable, Hashable, Codable, CaseIterable {
  /// The pixel under the centre.
  case nearest
  /// A triangle of half-width 1: torchvision's default for photographs.
  case bilinear
  /// Keys' cubic convolution with `a = -0.5`, half-width 2.
  case bicubic
  /// A windowed sinc of half-width 3.
  case lanczos

  /// Where the kernel ends, in pixels of the larger grid.
  var support: Double {
    switch self {
    case .nearest: 0
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The kernel at a distance from its centre.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    case .lanczos:
      return distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0
    }
  }

  private func sinc(_ x: Double) -> Double {
    guard x != 0 else { return 1 }
    return sin(x * .pi) / (x * .pi)
  }
}
