import Foundation
import NNIImages
import NNITestSupport
import Testing

@testable import NNIReports

/// The page in a browser.
///
/// Set `NNI_SCREENSHOTS` to a folder to look at it.
@Suite(.serialized, .enabled(if: Browser.executable != nil, "Chromium is not installed"))
struct ComparisonBrowserTests {
  /// Runs `body` with the page open and drawn.
  private func withPage(
    _ comparison: Comparison? = nil, width: Int = 1200, height: Int = 900,
    _ body: (Browser) throws -> Void
  ) throws {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "comparison.html")
      try (comparison ?? ComparisonSample.comparison()).write(to: file)
      let browser = try Browser(width: width, height: height)
      try browser.open(file)
      try browser.wait(until: "document.body.dataset.ready === 'true'")
      try body(browser)
      #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }
  }

  private func canvas(_ cell: Int) -> String {
    "document.querySelector('#cell\(cell) .plate canvas')"
  }

  /// All pixels of a map's picture, as one text.
  private func picture(_ cell: Int, _ browser: Browser) throws -> String {
    try browser.text("\(canvas(cell)).toDataURL()")
  }

  private func set(_ name: String, to value: String, _ browser: Browser) throws {
    try browser.value(
      """
      (() => {
        const input = document.querySelector('.controls [name="\(name)"][value="\(value)"]')
          ?? document.querySelector('.controls [name="\(name)"]');
        if (input.type === "radio") input.click();
        else {
          input.value = "\(value)";
          input.dispatchEvent(new Event("input", { bubbles: true }));
        }
      })()
      """)
    Thread.sleep(forTimeInterval: 0.2)
  }

  private static func save(_ browser: Browser, as name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["NNI_SCREENSHOTS"] else { return }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    try browser.screenshot(
      to: URL(filePath: folder).appending(path: "\(name).png"), ofWholePage: true)
  }

  @Test func theColoursAreThoseOfTheOverlay() throws {
    let photo = try ComparisonSample.photo("a", "cat", seed: 1)
    try withPage { browser in
      for (cell, entry) in photo.targets[0].entries.enumerated() {
        // The browser magnifies small photographs: by 3 here.
        let expected = try Overlay().image(
          of: entry.tile.map, on: photo.image.resized(width: 360, height: 270),
          region: .init(
            x: photo.region.x * 3, y: photo.region.y * 3, width: photo.region.width * 3,
            height: photo.region.height * 3), colors: entry.tile.colors)
        let pixels = try #require(
          try browser.value(
            """
            (() => {
              const { data } = \(canvas(cell)).getContext("2d").getImageData(0, 0, 360, 270);
              const result = [];
              for (let y = 5; y < 270; y += 5) for (let x = 5; x < 360; x += 5)
                result.push(...data.slice((y * 360 + x) * 4, (y * 360 + x) * 4 + 3));
              return result;
            })()
            """) as? [Int])
        var expectedPixels: [Int] = []
        for y in stride(from: 5, to: 270, by: 5) {
          for x in stride(from: 5, to: 360, by: 5) {
            expectedPixels += (0..<3).map { Int(expected[x: x, y: y, channel: $0]) }
          }
        }
        try #require(pixels.count == expectedPixels.count)
        let difference = zip(pixels, expectedPixels).reduce(0) { $0 + abs($1.0 - $1.1) }
        // One byte a value, a photograph as JPEG and another resampling.
        #expect(Double(difference) / Double(pixels.count) < 2.5, "\(entry.name)")
      }
    }
  }

  @Test func thePointerReadsTheMapsValue() throws {
    let photo = try ComparisonSample.photo("a", "cat", seed: 1)
    try withPage { browser in
      for (cell, entry) in photo.targets[0].entries.enumerated() {
        let map = entry.tile.map
        try browser.value("\(canvas(cell)).scrollIntoView({block: 'center', behavior: 'instant'})")
        let box = try (
          browser.number("\(canvas(cell)).getBoundingClientRect().x"),
          browser.number("\(canvas(cell)).getBoundingClientRect().y"),
          browser.number("\(canvas(cell)).getBoundingClientRect().width")
        )
        for (row, column) in [(0, 0), (map.height / 2, 1), (map.height - 1, map.width - 1)] {
          let scale = box.2 / Double(photo.image.width)
          let (u, v) = (
            (Double(column) + 0.5) / Double(map.width), (Double(row) + 0.5) / Double(map.height)
          )
          try browser.movePointer(
            x: box.0 + (photo.region.x + u * photo.region.width) * scale,
            y: box.1 + (photo.region.y + v * photo.region.height) * scale)
          let text = try browser.text("document.querySelector('#cell\(cell) .reading').innerText")
          #expect(
            text.contains("row \(row + 1) of \(map.height), column \(column + 1) of \(map.width)"),
            "\(text)")
          let reading = try Reading(text)
          #expect(reading.unit == entry.tile.unit)
          let value = Double(map.values[row * map.width + column])
          // Three digits of the value and of its error.
          #expect(
            abs(reading.value - value) <= reading.error * 1.01 + abs(reading.value) * 0.006,
            "\(text), not \(value)")
        }
        try browser.wait(
          until: "document.getElementById('status').textContent.includes('\(entry.name)')")
      }
      // Outside of what the network saw there is nothing to read.
      try browser.movePointer(
        x: browser.number("\(canvas(2)).getBoundingClientRect().x") + 2,
        y: browser.number("\(canvas(2)).getBoundingClientRect().y") + 2)
      #expect(try browser.text("document.querySelector('#cell2 .reading').innerText") == "")
    }
  }

  @Test func theSliderMixesPhotographAndMap() throws {
    try withPage { browser in
      let full = try picture(0, browser)
      try set("opacity", to: "50", browser)
      let half = try picture(0, browser)
      try set("opacity", to: "0", browser)
      let none = try picture(0, browser)
      #expect(full != half && half != none)
      // Without overlay all maps show the photograph.
      #expect(try picture(1, browser) == none)
      #expect(try browser.text("document.querySelector('.controls output').value") == "0 %")
    }
  }

  @Test func targetsScalesAndNetworksSwitch() throws {
    try withPage { browser in
      let trained = try picture(0, browser)
      try set("scale", to: "common", browser)
      #expect(try picture(0, browser) != trained)
      #expect(try browser.holds("document.querySelector('#cell0 .for-common').offsetHeight > 0"))
      #expect(try browser.holds("document.querySelector('#cell0 .for-own').offsetHeight === 0"))
      #expect(
        try browser.text("document.querySelector('#cell2 .scales').innerText").contains(
          "another unit"))
      try set("scale", to: "own", browser)
      #expect(try picture(0, browser) == trained)
      try set("network", to: "random", browser)
      #expect(try picture(0, browser) != trained)
      #expect(
        try browser.text("document.querySelector('#cell0 .which').innerText") == "Trained network")
      try set("network", to: "trained", browser)

      // The second target of the first photograph, by its keyboard.
      try browser.value("document.querySelector('[name=target0]').focus()")
      try browser.press("ArrowRight")
      try browser.wait(until: "\(canvas(3)).offsetHeight > 0")
      #expect(try browser.holds("\(canvas(0)).offsetHeight === 0"))
      #expect(try browser.holds("\(canvas(6)).offsetHeight > 0"))
      try browser.wait(until: "\(canvas(3)).width > 300")
      #expect(try picture(3, browser) != trained)
      try browser.wait(
        until: "document.querySelector('.overview a').getAttribute('href') === '#cell3'")
    }
  }

  @Test func theKeyboardReadsAndWalks() throws {
    let photo = try ComparisonSample.photo("a", "cat", seed: 1)
    let map = photo.targets[0].entries[0].tile.map
    let peak = try #require(map.values.indices.max { abs(map.values[$0]) < abs(map.values[$1]) })
    try withPage { browser in
      func place() throws -> String {
        try browser.text("document.querySelector('#cell0 .reading').innerText")
      }
      func expected(_ row: Int, _ column: Int) -> String {
        "row \(row + 1) of 56, column \(column + 1) of 56"
      }
      try browser.value("\(canvas(0)).focus()")
      try browser.press("Home")
      let (row, column) = (peak / 56, peak % 56)
      #expect(try place().contains(expected(row, column)))
      try browser.press("ArrowDown")
      #expect(try place().contains(expected(min(row + 1, 55), column)))
      try browser.press("ArrowLeft")
      #expect(try place().contains(expected(min(row + 1, 55), max(column - 1, 0))))
      try browser.wait(until: "document.getElementById('status').textContent.includes('row')")
      try browser.press("Escape")
      #expect(try place() == "")
      // Every control can be reached.
      try browser.value(
        "document.activeElement.blur(); document.querySelector('.controls input').focus()")
      var reached: Set<String> = []
      for _ in 0..<30 {
        reached.insert(
          try browser.text("document.activeElement.name || document.activeElement.tagName"))
        try browser.press("Tab")
      }
      #expect(
        reached.isSuperset(of: ["opacity", "scale", "network", "order", "A", "target0", "CANVAS"]))
      #expect(reached.contains("SUMMARY"))
    }
  }

  @Test func methodsAreSorted() throws {
    try withPage { browser in
      func order(_ list: String) throws -> String {
        try browser.text(
          "[...document.querySelector('\(list)').children].map((x) => x.dataset.order).join(' ')")
      }
      try set("order", to: "deletion", browser)
      #expect(try order(".tiles") == "1 0 2")
      #expect(try order(".results tbody") == "1 0 2")
      try set("order", to: "order", browser)
      #expect(try order(".tiles") == "0 1 2")
    }
  }

  @Test func readsOnANarrowScreen() throws {
    try withPage(width: 420) { browser in
      try browser.checkReadability()
      try Self.save(browser, as: "comparison-420")
    }
  }

  @Test func paperHasNoControls() throws {
    try withPage { browser in
      try browser.setMedia("print")
      for part in [".controls", ".targets", "details"] {
        #expect(
          try browser.holds(
            "[...document.querySelectorAll('\(part)')].every((x) => x.offsetHeight === 0)"),
          "\(part)")
      }
      #expect(try browser.holds("\(canvas(0)).offsetHeight > 0"))
      #expect(try browser.pdf().starts(with: Data("%PDF".utf8)))
    }
  }

  @Test func withoutAScriptThePicturesAreThere() throws {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "comparison.html")
      try ComparisonSample.comparison().write(to: file)
      let browser = try Browser(width: 1200, height: 900)
      try browser.setScripts(false)
      try browser.open(file)
      #expect(
        try browser.number(
          "[...document.images].filter((x) => x.naturalWidth > 0 && x.offsetHeight > 0).length")
          == 14)
      #expect(try browser.holds("document.querySelector('.controls').offsetHeight === 0"))
      #expect(try browser.holds("document.querySelector('.notice').offsetHeight > 0"))
      #expect(try browser.holds("document.querySelector('.for-own').offsetHeight > 0"))
      try Self.save(browser, as: "comparison-without-script")
    }
  }

  @Test(arguments: ["light", "dark"], [1400, 400])
  func fitsItsWindow(scheme: String, width: Int) throws {
    try withPage(width: width) { browser in
      try browser.setMedia("screen", ["prefers-color-scheme": scheme])
      #expect(try browser.holds("document.documentElement.scrollWidth <= innerWidth"))
      try Self.save(browser, as: "comparison-\(scheme)-\(width)")
    }
  }

  @Test func hostileNamesStayText() throws {
    let name = "</script><script>document.body.dataset.bad = 1</script><img src=x onerror=alert(1)>"
    try withPage(ComparisonSample.comparison(name: name, className: name)) {
      (browser: Browser) throws in
      #expect(try browser.holds("document.body.dataset.bad === undefined"))
      #expect(try browser.number("document.querySelectorAll('script').length") == 2)
    }
  }

  /// Each network's map stands over its own ledger and warnings.
  @Test func theRandomNetworksMapHasItsOwnLedger() throws {
    try withPage { browser in
      func seen(_ cell: Int) throws -> String {
        try browser.text("document.querySelector('#cell\(cell)').innerText")
      }
      let trained = try seen(0)
      #expect(trained.contains("7 % of the score") && !trained.contains("99 %"))
      #expect(!trained.contains("77"))
      try set("network", to: "random", browser)
      let random = try seen(0)
      #expect(random.contains("99 % of the random score") && random.contains("77"))
      #expect(!random.contains("7 % of the score"))
      let label = try browser.text("\(canvas(0)).getAttribute('aria-label')")
      #expect(label.contains("random network's map"))
      // Without a map of the random network the trained one's stays, and with it its ledger's line.
      #expect(try seen(2).contains("no map of the random network"))
      #expect(try seen(2).contains("promises no sum"))
    }
  }
}

/// What stands below a map: `0.123 logit, stored to within 0.001`, then the place.
private struct Reading {
  let value: Double
  let unit: String
  let error: Double

  init(_ text: String) throws {
    let line = text.prefix { $0 != "\n" }
    let parts = line.split(separator: ", stored to within ").map(String.init)
    let words = try #require(parts.first).split(separator: " ")
    value = try Self.number(String(words[0]))
    unit = words.dropFirst().joined(separator: " ")
    error = try Self.number(try #require(parts.last))
  }

  /// `−1.23×10⁻⁵` is -1.23e-5.
  private static func number(_ text: String) throws -> Double {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let plain = text.map { character in
      switch character {
      case "−", "⁻": "-"
      default: digits.firstIndex(of: character).map { "\($0)" } ?? String(character)
      }
    }.joined().replacing("×10", with: "e")
    return try #require(Double(plain), "\(text)")
  }
}
