import NNIReports

/// What the index of all lessons says beside the lessons: what they follow, in which order to read them, and
/// which method answers which question.
extension Gallery {
  /// The package whose notebooks the lessons follow.
  static let original = "https://github.com/hans66hsu/nn_interpretability"

  /// A question, a method that answers it, the lesson that teaches it and what to beware of.
  private struct Advice {
    let question: PageText
    let method: PageText
    let lesson: Lesson
    let caution: PageText
  }

  private static let advice: [Advice] = [
    Advice(
      question: "Which pixels change the score when they change a little?",
      method: "saliency, SmoothGrad", lesson: .saliency,
      caution: "Sensitivity is not contribution: where a feature is saturated, the gradient is 0."),
    Advice(
      question: "How much did each pixel contribute, so that the sum is the score?",
      method: "integrated gradients, DeepLIFT", lesson: .deepLIFT,
      caution: "The answer depends on the baseline; state it."),
    Advice(
      question: "What is the evidence, handed down layer by layer?",
      method: "LRP with a composite of rules", lesson: .relevance,
      caution: "Rules differ; look at the ledger to see what bias and stabiliser took."),
    Advice(
      question: "Which region of a photograph matters?", method: "Grad-CAM, CAM", lesson: .gradCAM,
      caution: "As coarse as the layer; it says where, not what."),
    Advice(
      question: "What happens when this part is not there?", method: "occlusion",
      lesson: .occlusion,
      caution: "What covers the part is evidence, too; try more than one fill."),
    Advice(
      question: "What does a class or a channel look for?", method: "activation maximisation",
      lesson: .activationMaximization,
      caution: "One image is one optimum, and its look is partly that of the prior."),
    Advice(
      question: "What in this input does one filter answer to?", method: "DeConvNet",
      lesson: .deconvolution,
      caution: "It shows edges of the input whatever the class is."),
    Advice(
      question: "Which patches does a transformer go by?", method: "AttnLRP, CP-LRP, DeepLIFT",
      lesson: .visionTransformer,
      caution: "Attention itself is the same for every class."),
    Advice(
      question: "Which words decide?", method: "integrated gradients, AttnLRP, masked words",
      lesson: .text, caution: "What special tokens hold is not in the words."),
    Advice(
      question: "Is the network sure, and of what not?", method: "dropout at test time",
      lesson: .dropout, caution: "The spread ranks inputs; it is no probability of an error."),
    Advice(
      question: "Does the network know that it does not know?", method: "evidential network",
      lesson: .evidence, caution: "It must be trained for it."),
    Advice(
      question: "Do its probabilities mean what they say? How steady is a map?",
      method: "temperature scaling, uncertain DeepLIFT", lesson: .uncertainDeepLIFT,
      caution: "A temperature is fitted on data that the network has not seen."),
  ]

  private static let path: [(name: PageText, lessons: [Lesson])] = [
    ("The shortest path, an hour", [.saliency, .occlusion, .backpropagation, .gradCAM]),
    (
      "Where the score comes from", [.taylor, .relevance, .transposedRelevance, .deepLIFT]
    ),
    (
      "What a network looks for",
      [.activationMaximization, .deepDream, .deconvolution, .classActivation]
    ),
    ("How sure it is", [.dropout, .evidence, .uncertainDeepLIFT]),
    ("All of it on one photograph", [.demonstration]),
    ("Transformers", [.visionTransformer, .text]),
  ]

  /// The sections above the lessons; `found` are the lessons that were run.
  static func introduction(_ found: Set<Lesson>) -> [PageSection] {
    func link(_ lesson: Lesson) -> PageText {
      let name = "\(lesson.number) \(lesson.title)"
      return found.contains(lesson)
        ? .link(name, to: "\(lesson.folder)/\(pageName)") : .plain(name)
    }
    let points = path.map { name, lessons in
      lessons.enumerated().reduce(name + ": ") { text, next in
        text + .plain(next.offset == 0 ? "" : " → ") + link(next.element)
      }
    }
    return [
      PageSection(
        "What these pages are",
        [
          .paragraph(
            """
            Each lesson is a program: it runs the networks that are shipped, makes the pictures and the numbers of \
            its page, and can be run again with the command at its end. A page teaches its method first, then \
            shows what it does not tell.
            """),
          .paragraph(
            PageText("“The original” is ")
              + .link("nn_interpretability by hans66hsu", to: original)
              + PageText(
                """
                 (2020, MIT licence), a PyTorch package with sixteen notebooks. Lessons 1 to 14 follow its topics, and \
                its networks for digits are used here. Where its results differ from what the papers define, the last \
                part of a lesson says so with numbers; it is folded, for nobody needs it to learn the method.
                """)),
        ]),
      PageSection("A path", [.list(points)]),
      PageSection(
        "Which method for which question",
        [
          .table(
            PageTable(
              columns: ["question", "method", "lesson", "beware"],
              rows: advice.map {
                [.text($0.question), .text($0.method), .text(link($0.lesson)), .text($0.caution)]
              }))
        ]),
    ]
  }
}
