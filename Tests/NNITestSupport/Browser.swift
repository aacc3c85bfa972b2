public import Foundation

/// A headless Chromium, driven by its DevTools protocol over two pipes.
///
/// Commands and answers are JSON texts, each ended by a zero byte; what the page complains of (errors, refusals
/// of its content security policy, failed requests) is kept in ``complaints``.
public final class Browser {
  /// What the page or the browser complained of since the page was opened.
  public private(set) var complaints: [String] = []

  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()
  private let profile: URL
  private var received = Data()
  private var lastCommand = 0
  private var session = ""

  /// Where Chromium or Chrome lies; `nil` where neither is installed.
  public static var executable: URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return folders.flatMap { folder in names.map { URL(filePath: "\(folder)/\($0)") } }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Starts a browser with one empty page, and ends it after so many seconds at the latest.
  ///
  /// The shell hands its standard streams on as the descriptors 3 and 4, on which the browser listens. The
  /// browser's own cage is off: it needs rights that containers do not give, and the pages are ours.
  public init(width: Int, height: Int, seconds: Double = 120) throws {
    guard let executable = Self.executable else { throw BrowserError("Chromium is not installed") }
    profile = FileManager.default.temporaryDirectory
      .appending(path: "nni-browser-\(UUID().uuidString)", directoryHint: .isDirectory)
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>&1", "browser", executable.path,
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
      "--disable-background-networking", "--hide-scrollbars", "--force-color-profile=srgb",
      "--remote-debugging-pipe", "--user-data-dir=\(profile.path)",
    ]
    process.standardInput = commands
    process.standardOutput = answers
    try process.run()
    let running = process
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak running] in
      if running?.isRunning == true { running?.terminate() }
    }
    let target = try send("Target.createTarget", ["url": "about:blank"])
    let attached = try send(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String ?? ""
    for domain in ["Page", "Runtime", "Log", "Network"] { try send("\(domain).enable") }
    try setSize(width: width, height: height)
  }

  deinit {
    if process.isRunning {
      process.terminate()
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: profile)
  }

  /// Sets the window's size in CSS pixels.
  public func setSize(width: Int, height: Int) throws {
    try send(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
  }

  /// Sets what the reader prefers, such as `prefers-color-scheme` to `dark`, and the medium: `screen` or `print`.
  public func setMedia(_ medium: String = "screen", _ features: [String: String] = [:]) throws {
    try send(
      "Emulation.setEmulatedMedia",
      ["media": medium, "features": features.map { ["name": $0.key, "value": $0.value] }])
  }

  /// Lets pages run scripts or not.
  public func setScripts(_ areOn: Bool) throws {
    try send("Emulation.setScriptExecutionDisabled", ["value": !areOn])
  }

  /// Opens a file, and waits until it is loaded.
  public func open(_ file: URL) throws {
    complaints = []
    try send("Page.navigate", ["url": file.absoluteString])
    try wait(until: "document.readyState === 'complete' && location.protocol === 'file:'")
  }

  /// The value of a JavaScript expression, after its promise is kept.
  @discardableResult
  public func value(_ expression: String) throws -> Any? {
    let answer = try send(
      "Runtime.evaluate",
      ["expression": expression, "returnByValue": true, "awaitPromise": true])
    if let details = answer["exceptionDetails"] as? [String: Any] {
      let exception = details["exception"] as? [String: Any]
      throw BrowserError(
        "\(expression): \(exception?["description"] ?? details["text"] ?? "failed")")
    }
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// The number that a JavaScript expression gives.
  public func number(_ expression: String) throws -> Double {
    guard let number = try value(expression) as? Double else {
      throw BrowserError("\(expression) is no number")
    }
    return number
  }

  /// The text that a JavaScript expression gives.
  public func text(_ expression: String) throws -> String {
    guard let text = try value(expression) as? String else {
      throw BrowserError("\(expression) is no text")
    }
    return text
  }

  /// Whether a JavaScript condition holds.
  public func holds(_ condition: String) throws -> Bool {
    try value("Boolean(\(condition))") as? Bool ?? false
  }

  /// Waits until a JavaScript condition holds, 20 seconds at most.
  public func wait(until condition: String) throws {
    let end = Date(timeIntervalSinceNow: 20)
    while try !holds(condition) {
      guard Date() < end else { throw BrowserError("waited in vain for \(condition)") }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  /// Moves the pointer to a place in the window.
  public func movePointer(x: Double, y: Double) throws {
    try send("Input.dispatchMouseEvent", ["type": "mouseMoved", "x": x, "y": y])
  }

  /// Presses and releases a key, such as `ArrowRight` or `Tab`.
  public func press(_ key: String) throws {
    let codes = [
      "Tab": 9, "Escape": 27, " ": 32, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
      "ArrowRight": 39, "ArrowDown": 40,
    ]
    for type in ["rawKeyDown", "keyUp"] {
      try send(
        "Input.dispatchKeyEvent",
        ["type": type, "key": key, "code": key, "windowsVirtualKeyCode": codes[key] ?? 0])
    }
  }

  /// The window, or the whole page, as a PNG file.
  @discardableResult
  public func screenshot(to file: URL? = nil, ofWholePage isWhole: Bool = false) throws -> Data {
    let answer = try send(
      "Page.captureScreenshot", ["format": "png", "captureBeyondViewport": isWhole])
    guard let data = Data(base64Encoded: answer["data"] as? String ?? "") else {
      throw BrowserError("the screenshot is empty")
    }
    if let file { try data.write(to: file) }
    return data
  }

  /// The page as PDF, as it would be printed.
  public func pdf() throws -> Data {
    let answer = try send("Page.printToPDF", ["printBackground": false])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  /// Opens a page, runs `body`, and refuses a page that complains or is wider than its window.
  ///
  /// - Parameters:
  ///   - page: The file.
  ///   - name: What the picture of the page is called, in the folder that `NNI_SCREENSHOTS` names.
  ///   - body: What else is asked of the page.
  /// - Throws: ``BrowserError`` that says what is wrong.
  public func check(_ page: URL, screenshot name: String, _ body: () throws -> Void = {}) throws {
    try open(page)
    try body()
    if try holds("document.documentElement.scrollWidth > innerWidth") {
      throw BrowserError("\(page.lastPathComponent) is wider than its window")
    }
    if let folder = ProcessInfo.processInfo.environment["NNI_SCREENSHOTS"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try screenshot(to: URL(filePath: folder).appending(path: "\(name).png"), ofWholePage: true)
    }
    guard complaints.isEmpty else {
      throw BrowserError("\(page.lastPathComponent): \(complaints.joined(separator: "; "))")
    }
  }

  /// Sends a command and waits for its answer.
  @discardableResult
  private func send(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastCommand += 1
    var message: [String: Any] = ["id": lastCommand, "method": method, "params": parameters]
    if !session.isEmpty { message["sessionId"] = session }
    try commands.fileHandleForWriting.write(
      contentsOf: JSONSerialization.data(withJSONObject: message) + [0])
    while true {
      let answer = try receive()
      guard answer["id"] as? Int == lastCommand else {
        note(answer)
        continue
      }
      if let error = answer["error"] as? [String: Any] {
        throw BrowserError("\(method): \(error["message"] ?? "failed")")
      }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func receive() throws -> [String: Any] {
    while true {
      if let end = received.firstIndex(of: 0) {
        let message = received[..<end]
        received = Data(received[(end + 1)...])
        return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
      }
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BrowserError("the browser has ended") }
      received.append(more)
    }
  }

  /// Keeps what an event complains of.
  private func note(_ event: [String: Any]) {
    let details = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Runtime.exceptionThrown":
      complaints.append("exception: \(details["exceptionDetails"] ?? "")")
    case "Runtime.consoleAPICalled":
      if ["error", "warning", "assert"].contains(details["type"] as? String) {
        complaints.append("console: \(details["args"] ?? "")")
      }
    case "Log.entryAdded":
      let entry = details["entry"] as? [String: Any] ?? [:]
      complaints.append("\(entry["source"] ?? "log"): \(entry["text"] ?? "")")
    case "Network.requestWillBeSent":
      let request = details["request"] as? [String: Any] ?? [:]
      let address = request["url"] as? String ?? ""
      if !address.hasPrefix("file:") && !address.hasPrefix("data:") && !address.hasPrefix("blob:") {
        complaints.append("request: \(address)")
      }
    default: break
    }
  }
}

/// What went wrong with a ``Browser``.
public struct BrowserError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
