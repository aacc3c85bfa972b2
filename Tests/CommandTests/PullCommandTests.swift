import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// Fetching models from a server on this machine.
@Suite(.enabled(if: hasCurl, "fetching needs the program curl"))
struct PullCommandTests {
  private static let model = Fixture.url("golden/models/vgg-mini.onnx")

  /// A run with its own cache.
  private func run(_ arguments: [String], cache: URL) throws -> CommandRun {
    try CommandRun(
      arguments, environment: ["XDG_CACHE_HOME": cache.path, "no_proxy": "127.0.0.1"])
  }

  private func pull(
    _ url: String, _ digest: String, _ more: [String] = [], to folder: URL
  ) throws -> CommandRun {
    try run(
      ["models", "pull", url, "--sha256", digest, "--output", folder.path] + more, cache: folder)
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// Bytes that do not repeat, and their SHA-256.
  private func file(_ count: Int) throws -> (data: Data, digest: String) {
    let words = (0..<((count + 15) / 16)).flatMap { block -> [UInt32] in
      let (a, b, c, d) = CounterRandom(seed: 1).words(stream: 0, block: UInt64(block))
      return [a, b, c, d]
    }
    let data = words.withUnsafeBytes { Data($0.prefix(count)) }
    return try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "x")
      try data.write(to: url)
      return (data, try FilesDigest.sha256(of: url))
    }
  }

  @Test func aPulledModelIsOpenedByItsName() throws {
    let data = try Data(contentsOf: Self.model)
    let digest = try FilesDigest.sha256(of: Self.model)
    let server = try FileServer(
      ["/some/vgg.onnx": data], redirections: ["/vgg.onnx": "/some/vgg.onnx"])
    try Fixture.withTemporaryFolder { cache in
      let missing = try run(["inspect", "mini"], cache: cache)
      #expect(missing.status == 1 && missing.errors.contains("mini"))
      let pulled = try run(
        ["models", "pull", server.url("/vgg.onnx"), "--sha256", digest, "--name", "mini"],
        cache: cache)
      #expect(pulled.status == 0, "\(pulled.errors)")
      let path = cache.appending(path: "nninterpretability/mini.onnx").path
      #expect(pulled.output == path + "\n")
      #expect(try Data(contentsOf: URL(filePath: path)) == data)
      let inspected = try run(["inspect", "mini"], cache: cache)
      #expect(inspected.output.contains(digest), "\(inspected.errors)")
      let unknown = try run(["inspect", "maxi"], cache: cache)
      #expect(unknown.errors.contains("pulled are mini"))
    }
  }

  @Test func weightsGetACardThatNamesTheirArchitecture() throws {
    let weights = Fixture.url("original/model_cnn.safetensors")
    let digest = try FilesDigest.sha256(of: weights)
    let server = try FileServer(["/digits.safetensors": try Data(contentsOf: weights)])
    try Fixture.withTemporaryFolder { cache in
      let pulled = try run(
        [
          "models", "pull", server.url("/digits.safetensors"), "--sha256", String(digest.prefix(8)),
          "--architecture", "general_cnn",
        ], cache: cache)
      #expect(pulled.status == 0, "\(pulled.errors)")
      let folder = cache.appending(path: "nninterpretability")
      #expect(try names(folder) == ["digits.json", "digits.safetensors"])
      let card = try ModelCard(contentsOf: folder.appending(path: "digits.json"))
      #expect(
        card.architecture == "general_cnn" && card.source == server.url("/digits.safetensors"))
      #expect(card.input.size == [28, 28])
      let inspected = try run(["inspect", "digits"], cache: cache)
      #expect(inspected.status == 0 && inspected.output.contains("conv1"), "\(inspected.errors)")
    }
  }

  @Test func whatBrokeOffIsContinued() throws {
    let (data, digest) = try file(700_001)
    let server = try FileServer(["/a.onnx": data], habit: .breaks(after: 300_000))
    try Fixture.withTemporaryFolder { folder in
      let first = try pull(server.url("/a.onnx"), digest, to: folder)
      #expect(first.status == 1 && first.errors.contains("run the same again"), "\(first.errors)")
      #expect(first.errors.split(separator: "\n").count == 1)
      #expect(try names(folder) == ["a.onnx.part"])
      let second = try pull(server.url("/a.onnx"), digest, to: folder)
      #expect(second.status == 0, "\(second.errors)")
      #expect(try names(folder) == ["a.onnx"])
      #expect(try Data(contentsOf: folder.appending(path: "a.onnx")) == data)
      #expect(server.requests.count == 2)
      #expect(server.requests.last?.lowercased().contains("range: bytes=300000-") == true)
    }
  }

  @Test func aServerThatIgnoresRangesStartsAgain() throws {
    let (data, digest) = try file(200_000)
    let server = try FileServer(["/a.onnx": data], habit: .ignoresRanges)
    try Fixture.withTemporaryFolder { folder in
      try data.prefix(1000).write(to: folder.appending(path: "a.onnx.part"))
      let run = try pull(server.url("/a.onnx"), digest, to: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try Data(contentsOf: folder.appending(path: "a.onnx")) == data)
      #expect(server.requests.count == 2)
    }
  }

  /// What lies there may be of another file, or more than the server has.
  @Test func aBeginningOfAnotherFileIsGivenUp() throws {
    let (data, digest) = try file(200_000)
    let server = try FileServer(["/a.onnx": data])
    for beginning in [Data(count: 5000), data + Data(count: 100)] {
      try Fixture.withTemporaryFolder { folder in
        try beginning.write(to: folder.appending(path: "a.onnx.part"))
        let run = try pull(server.url("/a.onnx"), digest, to: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Data(contentsOf: folder.appending(path: "a.onnx")) == data)
        #expect(try names(folder) == ["a.onnx"])
      }
    }
  }

  @Test func aCompleteBeginningNeedsNoServer() throws {
    let (data, digest) = try file(5000)
    try Fixture.withTemporaryFolder { folder in
      try data.write(to: folder.appending(path: "a.onnx.part"))
      let run = try pull("http://127.0.0.1:1/a.onnx", digest, to: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try names(folder) == ["a.onnx"])
    }
  }

  @Test func failuresAreOneSentenceAndLeaveNothing() throws {
    let (data, digest) = try file(100_000)
    let server = try FileServer(
      ["/a.onnx": data],
      redirections: ["/circle.onnx": "/circle.onnx", "/file.onnx": "file:///etc/passwd"])
    let endless = try FileServer(["/a.onnx": data], habit: .hidesLength)
    let wrong = String(digest.reversed())
    let cases: [(String, String, [String], String)] = [
      (server.url("/a.onnx"), wrong, [], "is not the file that was published"),
      (server.url("/b.onnx"), digest, [], "does not exist (404)"),
      (server.url("/a.onnx"), digest, ["--maximum-size", "99999"], "longer than the 99999 bytes"),
      (endless.url("/a.onnx"), digest, ["--maximum-size", "5000"], "longer than the 5000 bytes"),
      (server.url("/circle.onnx"), digest, [], "in circles"),
      (server.url("/file.onnx"), digest, [], "not allowed"),
      ("http://127.0.0.1:1/a.onnx", digest, [], "cannot be reached"),
      ("http://no-such-host.invalid/a.onnx", digest, [], "cannot be found"),
    ]
    for (url, digest, more, words) in cases {
      try Fixture.withTemporaryFolder { folder in
        let run = try pull(url, digest, more, to: folder)
        #expect(run.status == 1 && run.errors.contains(words), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(try names(folder).isEmpty, "\(url)")
      }
    }
  }

  @Test func aFileThatIsThereIsReplacedOnlyByTheRightOne() throws {
    let (data, digest) = try file(1000)
    let server = try FileServer(["/a.onnx": data])
    try Fixture.withTemporaryFolder { folder in
      let place = folder.appending(path: "a.onnx")
      try Data("old".utf8).write(to: place)
      _ = try pull(server.url("/a.onnx"), String(digest.reversed()), to: folder)
      #expect(try Data(contentsOf: place) == Data("old".utf8))
      _ = try pull(server.url("/a.onnx"), digest, to: folder)
      #expect(try Data(contentsOf: place) == data)
    }
  }

  /// The table's names lead to the published files; the digest finds that these are not they.
  @Test func publishedNamesAreFetchedFromTheServer() throws {
    let server = try FileServer(["/models/squeezenet1_0-b66bff10.pth": Data(count: 5_010_097)])
    try Fixture.withTemporaryFolder { folder in
      func pull(_ name: String) throws -> CommandRun {
        try run(
          [
            "models", "pull", name, "--mirror", server.url("/models"), "--output", folder.path,
          ], cache: folder)
      }
      let wrong = try pull("squeezenet1_0")
      #expect(wrong.status == 1 && wrong.errors.contains("wanted b66bff10"), "\(wrong.errors)")
      let missing = try pull("resnet34")
      #expect(missing.errors.contains("resnet34-b627a593.pth does not exist"), "\(missing.errors)")
      #expect(
        server.requests == ["/models/squeezenet1_0-b66bff10.pth", "/models/resnet34-b627a593.pth"])
      #expect(try names(folder).isEmpty)
    }
  }

  @Test func wrongUseIsRefused() throws {
    try Fixture.withTemporaryFolder { folder in
      for (arguments, words) in [
        (["resnet19"], "resnet18"), (["http://127.0.0.1/a.onnx"], "--sha256"),
        (["http://127.0.0.1/a.onnx", "--sha256", "abc"], "--sha256"),
        (["http://127.0.0.1/a.onnx", "--sha256", "ghijklmn"], "--sha256"),
        (["ftp://127.0.0.1/a.onnx", "--sha256", "01234567"], "wanted https"),
        (["http://127.0.0.1/", "--sha256", "01234567"], "no name"),
        (["http://127.0.0.1/a.onnx", "--sha256", "01234567", "--name", "../a"], "no name"),
        (["http:///a.onnx", "--sha256", "01234567"], "no address"),
        (["resnet18", "--sha256", "01234567"], "belong to an address"),
        (
          ["http://127.0.0.1/a.onnx", "--sha256", "01234567", "--architecture", "resne18"],
          "resnet18"
        ),
        (["http://127.0.0.1/a.onnx", "--sha256", "01234567", "--maximum-size", "0"], "at least 1"),
      ] {
        let run = try run(["models", "pull"] + arguments, cache: folder)
        #expect(run.status == 2 && run.errors.contains(words), "\(run.errors)")
      }
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let (_, digest) = try self.file(10)
      let run = try pull("http://127.0.0.1:1/a.onnx", digest, to: file)
      #expect(run.status == 1 && run.errors.contains("cannot be made"), "\(run.errors)")
      let pathless = try CommandRun(
        ["models", "pull", "resnet18"],
        environment: ["XDG_CACHE_HOME": folder.path, "PATH": "/none"])
      #expect(pathless.errors.contains("install"), "\(pathless.errors)")
    }
  }
}

/// Whether this machine can fetch at all.
private let hasCurl = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .contains { FileManager.default.isExecutableFile(atPath: "\($0)/curl") }
