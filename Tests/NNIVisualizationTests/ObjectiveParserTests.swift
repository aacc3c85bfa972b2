import NNIUncertainty
import NNIVisualization
import NNITestSupport
import Testing

/// Objectives as people write them.
struct ObjectiveParserTests {
  private let context: ObjectiveContext

  init() throws {
    let model = try VisualizationNets.smooth()
    var context = ObjectiveContext(model)
    context.directions = { name in
      guard name == "up" else { throw InterpretabilityError(.invalidOption, "no “\(name)”") }
      return try Tensor([1, 0, 0, 2], shape: [4])
    }
    context.image = try SampleNets.mixedInput(1, seed: 4)
    context.mean = try SampleNets.mixedInput(1, seed: 6)
    context.members = try DeepEnsemble([model])
    self.context = context
  }

  @Test(arguments: [
    ("conv:3", "conv:3"), ("conv:3 + 0.5*class:2 - 1e-3*tv", "conv:3 + 0.5*class:2 - 0.001*tv"),
    ("conv", "conv"), ("conv:1,4,2", "conv:1,4,2"), ("-conv:1", "-conv:1"),
    ("2*(conv:1 - class:0)", "2.0*conv:1 - 2.0*class:0"), ("conv:1*3", "3.0*conv:1"),
    ("2*3*conv:1", "6.0*conv:1"), ("conv:1+class:0", "conv:1 + class:0"),
    ("class:\"c d\"", "class:2"), ("logprob:e", "logprob:3"),
    ("difference:4,1", "class:4 - class:1"), ("node:conv:1", "conv:1"),
    ("neuron:conv:2", "neuron:conv:2"), ("\"conv\":1", "conv:1"),
    ("dot:conv:up", "dot:conv:up"), ("cosine:conv:up", "cosine:conv:up"),
    ("dot-cosine:conv:up:2", "dot-cosine:conv:up:2.0"), ("diversity:conv", "diversity:conv"),
    ("inversion:conv", "inversion:conv"), ("caricature:conv", "caricature:conv:1.0"),
    ("caricature:conv:2", "caricature:conv:2.0"),
    ("entropy - mutual-information", "entropy - mutual-information"),
    (
      "l2 + l2norm + l1 + code-l2 + mean-l2norm + tv2",
      "l2 + l2norm + l1 + code-l2 + mean-l2norm + tv2"
    ),
    ("  conv:3  ", "conv:3"), ("- -conv:3", "conv:3"), (".5*l2", "0.5*l2"), ("1E2*l2", "100.0*l2"),
  ])
  func `Is read`(text: String, meaning: String) throws {
    let objective = try Objective(parsing: text, in: context)
    #expect(objective.text == meaning)
    // What is written is read again as the same.
    #expect(try Objective(parsing: objective.text, in: context).text == meaning)
  }

  @Test(arguments: [
    ("", "ends"), ("conv:3 +", "ends"), ("conv:3 class:2", "“c”"), ("(conv:3", "“)”"),
    ("conv:3)", "“)”"), ("2*", "ends"), ("conv:3*x", "number"), ("cnv:3", "conv"),
    ("class:9", "class 9"), ("class:-1", "class -1"), ("class:zebra", "zebra"), ("class", "class"),
    ("\"conv", "second"), ("dot:conv:down", "down"), ("dot:conv", "direction"),
    ("difference:1", "two classes"), ("dot-cosine:conv:up:-1", "power"), ("*conv:1", "“*”"),
    ("nan*conv:1", "nan"), ("neuron:conv:x", "channel"),
  ])
  func `Is refused`(text: String, part: String) throws {
    let failure = #expect(throws: InterpretabilityError.self) {
      try Objective(parsing: text, in: context)
    }
    #expect("\(failure.map { "\($0)" } ?? "")".contains(part), "\(failure.map { "\($0)" } ?? "")")
  }

  @Test func `Hostile texts are refused and do not end the program`() throws {
    let texts = [
      String(repeating: "(", count: 50_000), String(repeating: "-", count: 50_000) + "conv:1",
      String(repeating: "x", count: 200_000), String(repeating: "2*", count: 40_000) + "conv:1",
      "conv:" + String(repeating: "9", count: 400), "\u{0}", "🦊:1",
    ]
    for text in texts {
      #expect(throws: InterpretabilityError.self) { try Objective(parsing: text, in: context) }
    }
  }

  @Test func `What was not given is asked for`() throws {
    let bare = ObjectiveContext(context.model)
    for text in ["entropy", "inversion:conv", "mean-l2", "dot:conv:up"] {
      #expect(throws: InterpretabilityError.self) { try Objective(parsing: text, in: bare) }
    }
  }
}
