import Foundation
import NNIReports
import NNInterpretability

/// Writes a diagram of a network: as SVG, or drawn as PNG.
enum NetworkPicture {
  /// - Throws: `InterpretabilityError` for another kind of file, before anything is computed.
  static func checkFile(_ path: String) throws {
    guard ["svg", "png"].contains(URL(filePath: path).pathExtension.lowercased()) else {
      throw InterpretabilityError(
        .invalidOption, "cannot write the graph to \(path): its name must end in .svg or .png")
    }
    try OutputPlace.checkFile(path)
  }

  static func write(_ diagram: NetworkDiagram, to path: String) throws {
    let url = URL(filePath: path)
    if url.pathExtension.lowercased() == "svg" {
      try diagram.writeSVG(to: url)
    } else {
      try diagram.image().writePNG(to: url)
    }
  }
}
