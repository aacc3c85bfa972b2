import Foundation
import NNIImages
import NNITestSupport
import NNInterpretability
import Testing

/// A network of a picture and a row of a table, as its card describes them.
@Suite struct SeveralInputsCommandTests {
  private static let card = """
    {"inputs": {
      "image": {"size": [16, 24], "mean": [0.5, 0.4, 0.3], "std": [0.2, 0.25, 0.5]},
      "features": {"names": ["age", "dose", "bmi", "pulse", "sex"], "mean": [50, 2, 25, 70, 0.5],
        "std": [10, 1, 4, 12, 0.5]}
    }}
    """

  private static let table = """
    id,sex,age,dose,bmi,pulse
    a,1,63,2.5,31.2,58
    """

  private func withInputs<Result>(
    card: String = Self.card, table: String = Self.table, _ body: (URL) throws -> Result
  ) throws -> Result {
    try Fixture.withTemporaryFolder { folder in
      try FileManager.default.copyItem(
        at: Fixture.url("golden/transformers/models/fusion.onnx"),
        to: folder.appending(path: "net.onnx"))
      try Data(card.utf8).write(to: folder.appending(path: "net.json"))
      try Data(table.utf8).write(to: folder.appending(path: "row.csv"))
      let pixels: [UInt8] = (0..<16 * 24 * 3).map { (index: Int) -> UInt8 in UInt8(index * 37 % 251)
      }
      try Image(width: 24, height: 16, layout: .rgb, pixels: pixels)
        .writePNG(to: folder.appending(path: "photo.png"))
      // What the card makes of both, by hand.
      let mean = [0.5, 0.4, 0.3]
      let std = [0.2, 0.25, 0.5]
      var image: [Double] = []
      for channel in 0..<3 {
        for place in 0..<16 * 24 {
          let value = Double(pixels[place * 3 + channel]) / 255
          image.append((value - mean[channel]) / std[channel])
        }
      }
      let features: [Double] = [1.3, 0.5, 1.55, -1, 1]
      try SafetensorsFile.write(
        tensors: [
          ("image", Tensor(image, shape: [1, 3, 16, 24]).converted(to: .float32)),
          ("features", Tensor(features, shape: [1, 5]).converted(to: .float32)),
        ], to: folder.appending(path: "tensors.safetensors"))
      return try body(folder)
    }
  }

  private func output(_ inputs: [String], in folder: URL) throws -> CommandRun {
    try CommandRun(
      ["attribute", "net.onnx"] + inputs.flatMap { ["--input", $0] } + [
        "--method", "gradient-x-input", "--target", "1", "--output", "maps.safetensors",
      ], in: folder)
  }

  @Test func aPictureAndATableAreTheTensorsThatTheCardMakesOfThem() throws {
    try withInputs { folder in
      let file = folder.appending(path: "maps.safetensors")
      let plain = try output(
        ["image=tensors.safetensors#image", "features=tensors.safetensors#features"], in: folder)
      #expect(plain.status == 0, "\(plain.errors)")
      let wanted = try SafetensorsFile(contentsOf: file)
      let run = try output(["image=photo.png", "features=row.csv"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let maps = try SafetensorsFile(contentsOf: file)
      for name in ["attribution/image", "attribution/features"] {
        try expectClose(maps[name], wanted[name], relative: 1e-5)
      }
      // The features are listed by name, those that count most first.
      let values = try maps["attribution/features"].doubles()
      let names = ["age", "dose", "bmi", "pulse", "sex"]
      let order = values.indices.sorted { abs(values[$0]) > abs(values[$1]) }.map { names[$0] }
      let listed = run.output.split(separator: "\n").compactMap { line in
        names.first { line.split(separator: " ").contains(Substring($0)) }
      }
      #expect(listed == order)
    }
  }

  @Test func inspectSaysWhatTheInputsAre() throws {
    try withInputs { folder in
      let run = try CommandRun(["inspect", "net.onnx"], in: folder)
      #expect(run.output.contains("Input: image [N, 3, 16, 24], float32, image"))
      #expect(
        run.output.contains(
          "Input: features [N, 5], float32, features: age, dose, bmi, pulse, sex"))
      #expect(run.errors == "")
    }
  }

  @Test(arguments: [
    (#"{"inputs": {"features": {"names": ["a", "b"]}}}"#, "names 2 features for the input"),
    (#"{"inputs": {"features": {"names": ["a", "b"], "mean": [1]}}}"#, "2, 1 entries"),
    (#"{"inputs": {"image": {"size": [16, 24], "std": [0, 1, 1]}}}"#, "std positive"),
    (#"{"inputs": {"image": {"size": [8, 8]}}}"#, "[8, 8] for the input “image”"),
  ])
  func wrongCardsAreRefused(card: String, message: String) throws {
    try withInputs(card: card) { folder in
      let run = try output(
        ["image=photo.png", "features=tensors.safetensors#features"], in: folder)
      #expect(run.status != 0)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test func aDescriptionOfAnotherInputIsTold() throws {
    try withInputs(card: #"{"inputs": {"picture": {"size": [16, 24]}, "image": {"colour": 1}}}"#) {
      folder in
      let run = try CommandRun(["inspect", "net.onnx"], in: folder)
      #expect(run.errors.contains("describes the input “picture”, which the network has not"))
      #expect(run.errors.contains("the key “inputs.image.colour” is unknown"))
    }
  }

  @Test(arguments: [
    ("age,dose,bmi,pulse\n1,2,3,4", "has no column “sex”"),
    ("age,dose,bmi,pulse,sex\n1,2,three,4,0", "line 2, column “bmi”: “three” is no number"),
    ("age,dose,bmi,pulse,sex\n", "has no rows"),
  ])
  func wrongTablesAreRefused(table: String, message: String) throws {
    try withInputs(table: table) { folder in
      let run = try output(["image=photo.png", "features=row.csv"], in: folder)
      #expect(run.status != 0)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test func shapesOfNamedInputsAreStated() throws {
    let net = Fixture.url("onnx/open/sentence.onnx").path
    let run = try CommandRun(["inspect", net, "--shape", "ids=2,24"])
    #expect(run.output.contains("Below: with ids [N, 24], mask [N, 24]"), "\(run.errors)")
    let plan = try CommandRun(["plan", net, "--method", "gradient", "--shape", "mask=3,24"])
    #expect(plan.status == 0 && plan.output.contains("1 forward"), "\(plan.errors)")
    for (shapes, message) in [
      (["nix=1,2"], "has the inputs ids, mask"), (["1,2"], "has the inputs ids, mask"),
      (["ids=1,x"], "positive numbers"), (["ids=1,2", "ids=1,2"], "“ids” twice"),
      (["ids=1,4", "mask=2,4"], "batches of [1, 2] samples"),
    ] {
      let run = try CommandRun(["inspect", net] + shapes.flatMap { ["--shape", $0] })
      #expect(run.status != 0 && run.errors.contains(message), "\(run.errors)")
    }
    let json = try CommandRun(["inspect", net, "--json"]).output
    struct Inspection: Decodable {
      let inputs: [InputDescription]
    }
    let inputs = try JSONDecoder().decode(Inspection.self, from: Data(json.utf8)).inputs
    #expect(inputs.map(\.name) == ["ids", "mask"] && inputs.map(\.role) == [.tokenIDs, .mask])
  }

  @Test func aTableIsTheInputOfANetworkOfOne() throws {
    try Fixture.withTemporaryFolder { folder in
      try FileManager.default.copyItem(
        at: Fixture.url("onnx/sklearn.onnx"), to: folder.appending(path: "net.onnx"))
      let card =
        #"{"inputs": {"X": {"names": ["sl", "sw", "pl", "pw"], "mean": [5, 3, 4, 1], "std": [1, 2, 2, 1]}}}"#
      try Data(card.utf8).write(to: folder.appending(path: "net.json"))
      try Data("pw,sl,sw,pl\n2,6,5,1\n1,5,3,4".utf8).write(to: folder.appending(path: "rows.csv"))
      let values = try Tensor([1, 1, -1.5, 1, 0, 0, 0, 0], shape: [2, 4]).converted(to: .float32)
      try SafetensorsFile.write(
        tensors: [("x", values)], to: folder.appending(path: "x.safetensors"))
      func run(_ input: String) throws -> CommandRun {
        try CommandRun(["predict", "net.onnx", "--input", input, "--json"], in: folder)
      }
      let wanted = try run("x.safetensors")
      #expect(wanted.status == 0, "\(wanted.errors)")
      #expect(try run("rows.csv").output == wanted.output)
      #expect(try run("X=rows.csv").output == wanted.output)
      #expect(try run("Y=rows.csv").errors.contains("“Y”"))
      let explained = try CommandRun(
        [
          "attribute", "net.onnx", "--input", "rows.csv", "--method", "gradient-x-input",
          "--output", "map.safetensors",
        ], in: folder)
      #expect(explained.status == 0 && explained.output.contains("sw"), "\(explained.errors)")
    }
  }
}
