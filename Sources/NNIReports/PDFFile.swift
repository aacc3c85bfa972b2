#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Objects of a PDF file with the table of where they are.
struct PDFFile {
  private var bytes = Data("%PDF-1.5\n%\u{E2}\u{E3}\u{CF}\u{D3}\n".utf8)
  private var places: [Int] = []

  /// Adds an object, numbered from 1 on.
  mutating func add(_ dictionary: String, stream: Data? = nil) {
    places.append(bytes.count)
    bytes.append(Data("\(places.count) 0 obj\n\(dictionary)\n".utf8))
    if let stream {
      bytes.append(Data("stream\n".utf8))
      bytes.append(stream)
      bytes.append(Data("\nendstream\n".utf8))
    }
    bytes.append(Data("endobj\n".utf8))
  }

  /// The file with its table; each line of it has exactly 20 bytes.
  func finished(root: Int, info: Int) -> Data {
    var file = bytes
    let rows = places.map { place in
      let digits = "\(place)"
      return String(repeating: "0", count: max(0, 10 - digits.count)) + digits + " 00000 n \n"
    }
    let table =
      "xref\n0 \(places.count + 1)\n0000000000 65535 f \n\(rows.joined())"
      + "trailer\n<< /Size \(places.count + 1) /Root \(root) 0 R /Info \(info) 0 R >>\n"
      + "startxref\n\(bytes.count)\n%%EOF\n"
    file.append(Data(table.utf8))
    return file
  }
}

/// The pixels of a PNG as they lie in it.
enum PNGPixels {
  /// The compressed rows, if the picture has 8 bits a channel, no opacity and is not interlaced.
  static func compressed(in png: Data, width: Int, height: Int, channels: Int) -> Data? {
    let bytes = [UInt8](png)
    func number(_ place: Int) -> Int {
      bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    guard bytes.count > 33, Array(bytes[1..<4]) == Array("PNG".utf8), number(16) == width,
      number(20) == height, bytes[24] == 8, bytes[25] == (channels == 1 ? 0 : 2), bytes[28] == 0,
      channels == 1 || channels == 3
    else { return nil }
    var pixels = Data()
    var place = 8
    while place + 12 <= bytes.count {
      let length = number(place)
      guard length <= bytes.count - place - 12 else { return nil }
      if Array(bytes[(place + 4)..<(place + 8)]) == Array("IDAT".utf8) {
        pixels.append(contentsOf: bytes[(place + 8)..<(place + 8 + length)])
      }
      place += 12 + length
    }
    return pixels.isEmpty ? nil : pixels
  }
}
