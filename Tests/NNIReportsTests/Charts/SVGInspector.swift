import Foundation
import Testing

@testable import NNIReports

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Reads an SVG document with Foundation's XML parser: its elements and where its words are.
final class SVGInspector: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    /// Where the element's origin lies.
    var origin: SIMD2<Double>
    /// How many `<svg>` surround it.
    var depth: Int
    var text = ""

    func number(_ name: String) -> Double { Double(attributes[name] ?? "") ?? .nan }
  }

  private(set) var elements: [Element] = []
  private(set) var isWellFormed = false
  private var open: [Int] = []
  private var origins = [SIMD2<Double>(0, 0)]

  init(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The size that the document declares.
  var size: SIMD2<Double> {
    let root = elements.first
    return SIMD2(root?.number("width") ?? .nan, root?.number("height") ?? .nan)
  }

  /// The words that leave the document, by the widths of TextMetrics.
  var wordsOutside: [String] {
    let size = self.size
    return all("text").filter { text in
      corners(text).contains {
        !($0.x >= -0.5 && $0.y >= -0.5 && $0.x <= size.x + 0.5 && $0.y <= size.y + 0.5)
      }
    }.map { "\($0.text) \(corners($0)) of \(size)" }
  }

  /// The smallest upright rectangle around each text, as lower and upper corner.
  func boxes() -> [(text: String, low: SIMD2<Double>, high: SIMD2<Double>)] {
    all("text").map { text in
      let corners = corners(text)
      let low = corners.reduce(corners[0]) { pointwiseMin($0, $1) }
      let high = corners.reduce(corners[0]) { pointwiseMax($0, $1) }
      return (text.text, low, high)
    }
  }

  private func corners(_ text: Element) -> [SIMD2<Double>] {
    let size = text.number("font-size")
    let width = TextMetrics.width(
      text.text, size: size, isBold: text.attributes["font-weight"] == "600")
    let place = SIMD2(text.number("x"), text.number("y"))
    let start =
      switch text.attributes["text-anchor"] {
      case "middle": -width / 2
      case "end": -width
      default: 0.0
      }
    let turn = text.attributes["transform"]?.split { " ()".contains($0) }.dropFirst().first
    let angle = (turn.flatMap { Double($0) } ?? 0) * .pi / 180
    return [(start, -0.78), (start + width, -0.78), (start, 0.2), (start + width, 0.2)].map {
      let (x, y) = ($0.0, $0.1 * size)
      return place + text.origin
        + SIMD2(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle))
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    var origin = origins.last ?? SIMD2(0, 0)
    if let shift = attributes["transform"], shift.hasPrefix("translate") {
      let numbers = shift.split { " ()".contains($0) }.compactMap { Double($0) }
      if numbers.count == 2 { origin += SIMD2(numbers[0], numbers[1]) }
    }
    origins.append(origin)
    let depth = open.count { elements[$0].name == "svg" }
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes, origin: origin, depth: depth))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    origins.removeLast()
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }
}

/// What every drawing must fulfil.
func expectSound(_ picture: some VectorPicture, sourceLocation: SourceLocation = #_sourceLocation)
  throws
{
  for medium in [ChartMedium.file, .page] {
    let svg = try picture.svg(for: medium)
    let inspector = SVGInspector(svg)
    #expect(inspector.isWellFormed, sourceLocation: sourceLocation)
    #expect(inspector.wordsOutside.isEmpty, sourceLocation: sourceLocation)
    #expect(inspector.all("script").isEmpty, sourceLocation: sourceLocation)
    #expect(inspector.elements.first?.attributes["role"] == "img", sourceLocation: sourceLocation)
    #expect(inspector.all("title").count == 1, sourceLocation: sourceLocation)
    #expect(inspector.all("desc").first?.text.isEmpty == false, sourceLocation: sourceLocation)
    // An identifier could meet the same one of another drawing on a page.
    #expect(
      inspector.elements.allSatisfy { $0.attributes["id"] == nil }, sourceLocation: sourceLocation)
    #expect(!svg.contains(/\b(nan|inf)\b/), sourceLocation: sourceLocation)
    #expect(svg.contains("var(--") == (medium == .page), sourceLocation: sourceLocation)
  }
}
