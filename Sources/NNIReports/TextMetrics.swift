/// How wide a text becomes, about: nobody knows which font the reader's machine has.
///
/// The widths are DejaVu Sans's, which is wider than Helvetica, Arial, Inter and most others, so
/// that what fits here fits there.
enum TextMetrics {
  /// The fonts that drawings and pages ask for.
  static let family = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"

  /// The width of a text in user units.
  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let units = text.unicodeScalars.reduce(0) { $0 + width(of: $1, isBold: isBold) }
    return Double(units) * size / 1000
  }

  /// The text itself, or as much of its beginning as fits with an ellipsis.
  static func truncated(
    _ text: String, to limit: Double, size: Double, isBold: Bool = false
  ) -> String {
    guard width(text, size: size, isBold: isBold) > limit else { return text }
    var result = ""
    for character in text {
      let next = result + String(character)
      guard width(next + "…", size: size, isBold: isBold) <= limit else { break }
      result = next
    }
    while result.last == " " { result.removeLast() }
    return result + "…"
  }

  /// The text with its middle left out where it is too long, for names that differ at their ends.
  static func shortened(
    _ text: String, to limit: Double, size: Double, isBold: Bool = false
  ) -> String {
    guard width(text, size: size, isBold: isBold) > limit else { return text }
    var kept = text.count - 1
    while kept > 0 {
      let result = "\(text.prefix(kept / 2))…\(text.suffix(kept - kept / 2))"
      if width(result, size: size, isBold: isBold) <= limit { return result }
      kept -= 1
    }
    return "…"
  }

  /// The text in lines that fit; the last one is truncated when there are more than allowed.
  static func wrapped(
    _ text: String, to limit: Double, size: Double, lines: Int, isBold: Bool = false
  ) -> [String] {
    var result: [String] = []
    var line = ""
    let words = text.split(separator: " ").map(String.init)
    for (index, word) in words.enumerated() {
      let next = line.isEmpty ? word : line + " " + word
      if line.isEmpty || width(next, size: size, isBold: isBold) <= limit {
        line = next
      } else if result.count == lines - 1 {
        line = ([line] + words[index...]).joined(separator: " ")
        break
      } else {
        result.append(truncated(line, to: limit, size: size, isBold: isBold))
        line = word
      }
    }
    return line.isEmpty
      ? result : result + [truncated(line, to: limit, size: size, isBold: isBold)]
  }

  private static func width(of scalar: Unicode.Scalar, isBold: Bool) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: (isBold ? bold : regular)[Int(scalar.value) - 0x20]
    case 0x300..<0x370, 0x200B..<0x2010, 0xFE00..<0xFE10: 0
    case 0x1100...: 1000
    default: isBold ? 760 : 700
    }
  }

  /// Thousandths of the font size, from the space (0x20) to the tilde (0x7E).
  private static let regular = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
  ]

  private static let bold = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
  ]
}
