import Foundation
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// `nni uncertainty` and `nni calibrate`: what they write is what the library says.
@Suite struct UncertaintyCommandTests {
  private static func digits(_ count: Int, in folder: URL) throws -> Tensor {
    var numbers = SeededNumbers(7)
    let values = (0..<(count * 28 * 28)).map { _ in Float(numbers.uniform()) }
    let tensor = try Tensor(values, shape: [count, 1, 28, 28])
    try SafetensorsFile.write(
      tensors: [("images", tensor)], metadata: [:], to: folder.appending(path: "in.safetensors"))
    return tensor
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func passesMapsAndNumbersAgreeWithTheLibrary() throws {
    try Fixture.withTemporaryFolder { folder in
      let input = try Self.digits(1, in: folder)
      let run = try CommandRun(
        [
          "uncertainty", "digits_dropout", "--input", "in.safetensors", "--passes", "12", "--seed",
          "5", "--method", "gradient", "--by-class", "voted", "--of", "mutual-information",
          "--output", "out", "--json",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let answers = try #require(try json(run.output)["answers"] as? [[String: Any]])
      let model = try Shipped.model(named: "digits_dropout")
      let members = try MonteCarloDropout(model, passes: 12, seed: 5)
      let wanted = try PredictiveDistribution(members, input: input)
      let entropy = try #require(answers[0]["predictiveEntropy"] as? Double)
      #expect(abs(entropy - wanted.entropy[0]) < 1e-9)
      let maps = try UncertainAttribution(Gradient(), over: members)
        .attribute(input, target: .predicted)
      let out = folder.appending(path: "out")
      let file = try SafetensorsFile(contentsOf: out.appending(path: "uncertainty.safetensors"))
      try expectClose(file["sample-0/gradient/mean"], maps.mean.map, relative: 1e-6)
      try expectClose(file["sample-0/gradient/deviation"], maps.deviation, relative: 1e-6)
      for name in [
        "uncertainty.html", "uncertainty.json", "sample-0-gradient.png",
        "sample-0-gradient-classes.png", "sample-0-gradient-mutual-information.png",
      ] {
        #expect(FileManager.default.fileExists(atPath: out.appending(path: name).path), "\(name)")
      }
    }
  }

  @Test func wordsOfTextsHaveDeviations() throws {
    try Fixture.withTemporaryFolder { folder in
      let text = "a large <wild> cat of Asia"
      let run = try CommandRun(
        [
          "uncertainty", "definitions", "--text", text, "--text", "a unit of money", "--passes",
          "6", "--seed", "3", "--method", "gradient-x-input", "--of", "mutual-information",
          "--by-class", "voted", "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("  mean: large ") || run.output.contains("  mean: a "))
      #expect(run.output.contains("  deviation over 6 members: "))
      #expect(run.output.contains("  mutual-information: "))
      let model = try Shipped.model(named: "definitions")
      let inputs = try TextInputs([text, "a unit of money"], for: model)
      let members = try MonteCarloDropout(model, passes: 6, seed: 3)
      let method = InputMethod("gradient-x-input", of: inputs.name)
      let file = try SafetensorsFile(
        contentsOf: folder.appending(path: "out/uncertainty.safetensors"))
      for index in 0..<2 {
        let own = try inputs.values.mapValues { try $0.narrowed(axis: 0, to: index..<index + 1) }
        let wanted = try UncertainAttribution(method, over: members)
          .attribute(model.batch(of: own).batch, target: .predicted)
        let name = "text-\(index + 1)/gradient-x-input"
        try expectClose(file["\(name)/mean"], wanted.mean.map, relative: 1e-5)
        try expectClose(file["\(name)/deviation"], wanted.deviation, relative: 1e-5)
      }
      let page = try String(
        contentsOf: folder.appending(path: "out/uncertainty.html"), encoding: .utf8)
      #expect(page.contains("&lt;wild&gt;") && !page.contains("<wild>"))
      // One pass is explained as it is, with the units that it drops.
      let one = try CommandRun(
        [
          "uncertainty", "definitions", "--text", text, "--passes", "1", "--seed", "3", "--method",
          "gradient-x-input", "--of", "predictive-entropy", "--output", "one",
        ], in: folder)
      #expect(one.status == 0, "\(one.errors)")
      let single = try SafetensorsFile(
        contentsOf: folder.appending(path: "one/uncertainty.safetensors"))
      let plain = try method.attribute(
        UncertaintyMeasure.predictiveEntropy.model(of: model),
        input: model.batch(of: TextInputs([text], for: model).values).batch, target: .class(0))
      let entropy = try single["text-1/gradient-x-input/predictive-entropy"]
      #expect(try (entropy - plain.map).squared().sum().item() > 1e-8)
      for (options, said) in [
        (["--rotate", "0:90:10", "--method", "gradient"], "not for texts"),
        (["--method", "grad-cam"], "no single value for a token"),
        (["--method", "attention-rollout", "--of", "mutual-information"], "follows attention"),
        (["--method", "gradient-x-input", "--of", "variance:99"], "from 0 to 7"),
        (["--method", "attn-lrp", "--method", "attn-lrp"], "given twice"),
        (
          ["--method", "attn-lrp", "--over", "ensemble", "--member", "digits_cnn"],
          "the member digits_cnn"
        ),
      ] {
        let passes = options.contains("ensemble") ? [] : ["--passes", "2"]
        let refused = try CommandRun(
          ["uncertainty", "definitions", "--text", text, "--output", "other"] + options + passes,
          in: folder)
        #expect(refused.status != 0 && refused.errors.contains(said), "\(refused.errors)")
      }
    }
  }

  @Test func turnedInputsStandInOneSection() throws {
    try Fixture.withTemporaryFolder { folder in
      _ = try Self.digits(1, in: folder)
      let run = try CommandRun(
        [
          "uncertainty", "digits_evidential", "--evidential", "--input", "in.safetensors",
          "--rotate", "0:20:10", "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      for angle in [0, 10, 20] { #expect(run.output.contains("sample-0@\(angle)")) }
      let page = try String(
        contentsOf: folder.appending(path: "out/uncertainty.html"), encoding: .utf8)
      #expect(page.components(separatedBy: "Expected probabilities and vacuity u").count <= 4)
    }
  }

  @Test func calibrationFitsAndJudgesApart() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try CommandRun(
        ["calibrate", "digits_cnn", "--stranger", "strange", "--output", "out"], in: folder)
      #expect(run.status == 1)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out").path))
      let second = try CommandRun(
        ["calibrate", "digits_cnn", "--output", "out", "--json"], in: folder)
      #expect(second.status == 0, "\(second.errors)")
      let record = try json(second.output)
      let temperature = try #require(record["temperature"] as? [String: Any])
      let before = try #require(temperature["likelihoodBefore"] as? Double)
      let after = try #require(temperature["likelihoodAfter"] as? Double)
      #expect(after <= before)
      func accuracy(_ key: String) -> Double? {
        ((record[key] as? [String: Any])?["scores"] as? [String: Any])?["accuracy"] as? Double
      }
      #expect(accuracy("before") == accuracy("after"))
      for name in ["calibration.html", "calibration.json", "reliability-after.png"] {
        #expect(
          FileManager.default.fileExists(atPath: folder.appending(path: "out/\(name)").path))
      }
    }
  }

  @Test(arguments: [
    (["uncertainty", "digits_cnn", "--input", "in.safetensors", "--output", "o"], 1, "no dropout"),
    (["uncertainty", "digits_dropout", "--output", "o"], 2, "--validate"),
    (["uncertainty", "digits_dropout", "--sample", "5000", "--output", "o"], 2, "no sample 5000"),
    (
      ["uncertainty", "digits_dropout", "x.png", "--over", "ensemble", "--output", "o"], 2,
      "--member"
    ),
    (
      ["uncertainty", "digits_dropout", "x.png", "--over", "input-noise", "--output", "o"], 2,
      "--noise"
    ),
    (
      ["uncertainty", "digits_dropout", "x.png", "--rotate", "0:90:0", "--output", "o"], 2, "rotate"
    ),
    (["uncertainty", "digits_dropout", "x.png", "--of", "anger", "--output", "o"], 2, "anger"),
    (["uncertainty", "digits_dropout", "missing.png", "--output", "o"], 1, "missing.png"),
    (["calibrate", "digits_cnn", "--data", "missing", "--output", "o"], 1, "missing"),
    (["calibrate", "digits_cnn", "--scaling", "platt", "--output", "o"], 2, "platt"),
  ])
  func whatIsWrongIsSaid(arguments: [String], status: Int, words: String) throws {
    try Fixture.withTemporaryFolder { folder in
      _ = try Self.digits(1, in: folder)
      let run = try CommandRun(arguments, in: folder)
      #expect(run.status == Int32(status), "\(run.output)\(run.errors)")
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "o").path))
    }
  }
}
