import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// Where outputs may go: to regular files, through links, and never over an input.
@Suite struct OutputPlaceTests {
  private static let model = Fixture.url("golden/models/relu-mlp.onnx")
  private static let tensors = Fixture.url("golden/tensors.safetensors")
  private static let photograph = Fixture.url("images/decode/photo.jpg")

  private func attribute(
    _ output: String, model: String = OutputPlaceTests.model.path,
    input: String = OutputPlaceTests.tensors.path + "#relu-mlp/input"
  ) -> [String] {
    ["attribute", model, "--input", input, "--method", "gradient", "--output", output]
  }

  /// Runs, expects a refusal in one line, and that everything in the folder is as it was.
  private func expectRefusal(
    _ arguments: [String], in folder: URL, saying words: String, status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try contents(of: folder)
    let run = try CommandRun(arguments, in: folder)
    #expect(run.status == status, "\(arguments): \(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.contains(words), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(
      run.errors.split(separator: "\n").count == 1, "\(run.errors)",
      sourceLocation: sourceLocation)
    #expect(try contents(of: folder) == before, sourceLocation: sourceLocation)
  }

  /// Names, with the bytes of regular files and the aims of links.
  private func contents(of folder: URL) throws -> [String: String] {
    var result: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let path = folder.appending(path: name).path
      let kind = try FileManager.default.attributesOfItem(atPath: path)[.type]
      switch kind as? FileAttributeType {
      case .typeRegular?:
        result[name] = "file \(try Data(contentsOf: URL(filePath: path)).hashValue)"
      case .typeSymbolicLink?:
        result[name] = try FileManager.default.destinationOfSymbolicLink(atPath: path)
      default: result[name] = "\(String(describing: kind))"
      }
    }
    return result
  }

  /// Renaming could replace it, and the administrator could write to it.
  @Test func aFileThatNobodyMayWriteToIsNotReplaced() throws {
    try Fixture.withTemporaryFolder { folder in
      _ = try ShellRun("echo kept > kept.st; chmod 444 kept.st; ln -s kept.st link.st", in: folder)
      for place in ["kept.st", "link.st"] {
        try expectRefusal(attribute(place), in: folder, saying: "nobody may write to")
      }
    }
  }

  @Test func whatIsNoFileIsNotReplaced() throws {
    try Fixture.withTemporaryFolder { folder in
      _ = try ShellRun("mkdir dir d.svg d.png; mkfifo pipe p.svg p.png", in: folder)
      let cases = [
        ("dir", "folder"), ("pipe", "pipe"), ("/dev/null", "device"), ("/dev/full", "device"),
        ("new/", "folder"), ("", "empty"),
      ]
      for (place, words) in cases {
        try expectRefusal(attribute(place), in: folder, saying: words)
      }
      // Standard output is a pipe here, which has a path and can be opened.
      try expectRefusal(attribute("/dev/stdout"), in: folder, saying: "pipe")
      for (place, words) in [("d.svg", "folder"), ("p.svg", "pipe")] {
        try expectRefusal(
          ["inspect", Self.model.path, "--graph", place], in: folder, saying: words)
      }
      for (place, words) in [("d.png", "folder"), ("p.png", "pipe")] {
        try expectRefusal(
          [
            "dream", "squeezenet1_1", Self.photograph.path, "--layer", "features.0", "--output",
            place,
          ], in: folder, saying: words)
      }
      try expectRefusal(
        ["train", "general_cnn", "--output", "x.safetensors", "--log", "pipe"], in: folder,
        saying: "pipe", status: 2)
    }
  }

  @Test func aSocketIsNotReplaced() throws {
    try Fixture.withTemporaryFolder { folder in
      // Paths of sockets have 107 bytes at most.
      let place = "/tmp/nni-socket-\(UUID().uuidString.prefix(8))"
      defer { try? FileManager.default.removeItem(atPath: place) }
      let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: place.utf8) }
      let length = socklen_t(MemoryLayout<sockaddr_un>.size)
      let status = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
      }
      try #require(status == 0)
      try expectRefusal(attribute(place), in: folder, saying: "socket")
    }
  }

  @Test func aFolderIsWantedWhereAFileIs() throws {
    try Fixture.withTemporaryFolder { folder in
      _ = try ShellRun("echo x > file; mkfifo pipe", in: folder)
      for place in ["file", "pipe", "/dev/null", "file/inner"] {
        try expectRefusal(
          ["explain", "squeezenet1_1", Self.photograph.path, "--output", place], in: folder,
          saying: "is no folder")
      }
    }
  }

  @Test func linksAreFollowedAndStay() throws {
    try Fixture.withTemporaryFolder { folder in
      _ = try ShellRun(
        """
        mkdir deep; echo old > deep/real.safetensors; chmod 640 deep/real.safetensors
        ln -s real.safetensors deep/second; ln -s deep/second first
        ln -s deep/later.safetensors dangling; ln -s a b; ln -s b a
        """, in: folder)
      for (link, real) in [
        ("first", "deep/real.safetensors"), ("dangling", "deep/later.safetensors"),
      ] {
        let run = try CommandRun(attribute(link), in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try SafetensorsFile(contentsOf: folder.appending(path: real)).names.count == 1)
      }
      let found = try contents(of: folder)
      #expect(found["first"] == "deep/second")
      #expect(found["dangling"] == "deep/later.safetensors")
      let permissions = try FileManager.default.attributesOfItem(
        atPath: folder.appending(path: "deep/real.safetensors").path)[.posixPermissions]
      #expect(permissions as? Int == 0o640)
      #expect(
        try FileManager.default.contentsOfDirectory(
          atPath: folder.appending(path: "deep").path
        ).sorted() == ["later.safetensors", "real.safetensors", "second"])
      try expectRefusal(attribute("a"), in: folder, saying: "circles")
    }
  }

  @Test func inputsAreNotReplaced() throws {
    try Fixture.withTemporaryFolder { folder in
      for (source, name) in [
        (Self.model, "m.onnx"), (Self.tensors, "t.safetensors"),
        (Fixture.url("onnx/external.onnx"), "external.onnx"),
        (Fixture.url("onnx/external.weights"), "external.weights"),
      ] {
        try FileManager.default.copyItem(at: source, to: folder.appending(path: name))
      }
      try Data(#"{"name": "m"}"#.utf8).write(to: folder.appending(path: "m.json"))
      _ = try ShellRun(
        "ln -s t.safetensors soft; ln t.safetensors hard; ln -s m.onnx link.onnx", in: folder)
      let outputs = [
        "t.safetensors", "soft", "hard", "m.onnx", "link.onnx", "./m.onnx", "m.json",
        folder.appending(path: "t.safetensors").path,
      ]
      for output in outputs {
        try expectRefusal(
          attribute(output, model: "m.onnx", input: "t.safetensors#relu-mlp/input"), in: folder,
          saying: "this command reads that file")
      }
      // Weights beside the model are a part of it.
      let input = try Tensor.full([1, 1, 8, 8], 0.5)
      try SafetensorsFile.write(
        tensors: [("x", input)], to: folder.appending(path: "x.safetensors"))
      try expectRefusal(
        attribute("external.weights", model: "external.onnx", input: "x.safetensors"),
        in: folder, saying: "this command reads that file")
      try Data("[]".utf8).write(to: folder.appending(path: "cases.json"))
      for output in ["cases.json", "t.safetensors"] {
        try expectRefusal(
          [
            "attribute", "--cases", "cases.json", "--tensors", "t.safetensors", "--output",
            output,
          ], in: folder, saying: "this command reads that file")
      }
    }
  }

  @Test func photographsAreNotReplaced() throws {
    try Fixture.withTemporaryFolder { folder in
      let photograph = folder.appending(path: "cat.png")
      try FileManager.default.copyItem(
        at: Fixture.url("images/decode/alpha.png"), to: photograph)
      _ = try ShellRun("ln cat.png twin.png", in: folder)
      for output in ["cat.png", "twin.png"] {
        try expectRefusal(
          ["dream", "squeezenet1_1", "cat.png", "--layer", "features.0", "--output", output],
          in: folder, saying: "this command reads that file")
      }
      // The contact sheet would be called cat.png.
      try expectRefusal(
        ["explain", "squeezenet1_1", "cat.png", "--method", "gradient", "--output", "."],
        in: folder, saying: "this command reads that file")
    }
  }
}
