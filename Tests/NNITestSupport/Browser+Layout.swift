/// What a page must keep on a narrow screen.
extension Browser {
  /// Refuses a page whose body scrolls sideways, whose charts have letters below 11 pixels, or whose pictures
  /// lack words for readers who do not see them.
  ///
  /// - Parameter width: The window's width in CSS pixels.
  /// - Throws: ``BrowserError`` that says what is wrong; the window keeps the width.
  public func checkReadability(width: Int = 420) throws {
    try setSize(width: width, height: 900)
    guard let faults = try value(Self.faults) as? [String] else {
      throw BrowserError("the page's faults could not be read")
    }
    guard faults.isEmpty else { throw BrowserError(faults.prefix(5).joined(separator: "; ")) }
  }

  /// All faults, in words.
  private static let faults = """
    (() => {
      const found = [];
      for (const part of document.querySelectorAll("details")) part.open = true;
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth > width) {
        const wide = [...document.querySelectorAll("body *")].filter((element) => {
          if (element.getBoundingClientRect().right <= width + 1) return false;
          for (let up = element.parentElement; up; up = up.parentElement)
            if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX)) return false;
          return true;
        });
        found.push("the page is " + document.documentElement.scrollWidth + " pixels wide, not " + width
          + ": " + wide.slice(0, 3).map((e) => e.tagName + "." + e.getAttribute("class")).join(", "));
      }
      for (const text of document.querySelectorAll("svg text")) {
        const matrix = text.getScreenCTM();
        const box = text.getBoundingClientRect();
        if (!matrix || box.width === 0) continue;
        const scale = Math.hypot(matrix.a, matrix.b);
        const size = parseFloat(getComputedStyle(text).fontSize) * scale;
        if (size < 10.95) found.push("“" + text.textContent + "” has " + size.toFixed(1) + " pixels");
      }
      const words = new Map();
      for (const image of document.images) {
        const alt = image.getAttribute("alt") ?? "";
        if (alt.trim() === "") found.push("a picture has no words: " + image.outerHTML.slice(0, 60));
        else if (words.has(alt) && words.get(alt) !== image.src)
          found.push("two pictures have the words “" + alt + "”");
        words.set(alt, image.src);
      }
      for (const chart of document.querySelectorAll("svg[role=img]"))
        if (!chart.querySelector("title")?.textContent && !chart.getAttribute("aria-label"))
          found.push("a chart has no title");
      return found;
    })()
    """
}
