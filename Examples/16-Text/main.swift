// Words: which of them tell what kind of thing a definition defines.

import LessonSupport
import NNIReports
import NNIShipped
import NNInterpretability

Lesson.text.run { page in
  let definitions = try Definitions()
  let network = definitions.network
  let examples = [
    "a small domesticated mammal with soft fur that catches mice",
    "a dish of rice and shellfish cooked in broth",
    "a person who repairs shoes",
    "a tall tree with hard wood and edible nuts",
  ]
  let answers = try definitions.answers(examples)
  let methods: [(title: String, name: String)] = [
    ("integrated gradients", "integrated-gradients"), ("AttnLRP", "attn-lrp"),
    ("CP-LRP", "cp-lrp"), ("DeepLIFT", "deeplift-rescale"), ("masked words", "feature-ablation"),
  ]
  let found = try page.each(methods, "maps of four definitions") {
    try definitions.explain(examples, by: $0.name, title: $0.title)
  }

  let pieces = try definitions.inputs([examples[0]]).texts[0].tokens
  page.add(
    "The question",
    [
      .paragraph(
        """
        A dictionary defines a noun, and a small transformer says what kind of thing that is: \
        \(definitions.classes.joined(separator: ", ")). Of \
        \(definitions.all.texts.count) definitions of WordNet \(definitions.texts.count) were kept for testing; it is \
        right about \(try accuracy(definitions).percent) of these. Which words does it go by?
        """),
      .paragraph(
        """
        A text becomes pieces of words, each piece a number, and each number a row of a table. The numbers have no \
        derivative. Their vectors have: a map is computed on the vectors $e_t$ and summed over each, so that a token has \
        one value, and a word the sum of its pieces':
        """),
      .formula(#"R_t = ∑_i e_{t i} · g_{t i}"#),
      .table(
        PageTable(
          "The first example, as the network gets it",
          columns: ["piece"] + pieces.map { .plain($0.text) },
          rows: [[.text("number")] + pieces.map { .count($0.id) }])),
    ])
  for (index, example) in examples.enumerated() {
    let answer = answers[index]
    page.add(
      "“\(example)”",
      [
        .paragraph(
          "The network says \(definitions.classes[answer.label]), \(answer.probability.percent). Red words speak for it, blue ones against it."
        )
      ]
        + found.map { .words($0.texts[index], $0.maps[index]) })
  }

  // What words count over many texts.
  let count = 600
  let many = Array(definitions.texts.prefix(count))
  page.doing("words of \(count) definitions")
  let all = try definitions.explain(
    many, by: "attn-lrp", target: .classes(Array(definitions.labels.prefix(count))))
  var sums: [Int: [String: (sum: Double, count: Int)]] = [:]
  for (index, text) in all.texts.enumerated() {
    for part in text.parts(all.maps[index]) where !part.isSpecial {
      guard let value = part.value else { continue }
      let word = part.text.lowercased()
      let before = sums[definitions.labels[index], default: [:]][word] ?? (0, 0)
      sums[definitions.labels[index], default: [:]][word] = (before.sum + value, before.count + 1)
    }
  }
  func leading(_ label: Int) -> String {
    let means = sums[label, default: [:]].filter { $0.value.count >= 3 }
      .map { (word: $0.key, mean: $0.value.sum / Double($0.value.count)) }
    return means.sorted { ($0.mean, $1.word) > ($1.mean, $0.word) }.prefix(6).map(\.word)
      .joined(separator: ", ")
  }
  page.add(
    "Over \(count) definitions",
    [
      .paragraph(
        "The words that count most for each kind on average by AttnLRP, of those that stand in at least three definitions:"
      ),
      .table(
        PageTable(
          columns: ["kind", "words"],
          rows: definitions.classes.enumerated().map {
            [.text(.plain($1)), .text(.plain(leading($0)))]
          })),
      .paragraph(
        "One map shows what decided once. Such a table shows what the network has learned to look for."
      ),
    ])

  // The ledger: what is not in the words.
  let names = ["input", "positions", "biases", "rest"]
  func row(_ title: String, _ attribution: Attribution) -> [PageTable.Cell] {
    let ledger = attribution.ledger
    return [.text(.plain(title))]
      + names.map { name in
        let values = ledger.rows.first { $0.name == name }?.values ?? ledger.score.map { _ in 0 }
        return .percent(values.reduce(0, +) / ledger.score.reduce(0, +))
      }
  }
  page.add(
    "Where relevance goes",
    [
      .table(
        PageTable(
          "Shares of the four scores",
          columns: ["method", "tokens", "positions", "biases", "rest"],
          rows: [row("AttnLRP", found[1].attribution), row("CP-LRP", found[2].attribution)])),
      .paragraph(
        """
        The tokens' part holds the special ones, too: [CLS], from which the head reads, and [SEP]. They are shown in grey and \
        not hidden; what they have is not in the words.
        """),
    ])

  // Take words away in the order of each map.
  let short = definitions.texts.indices.filter { index in
    (8...20).contains(definitions.texts[index].split(separator: " ").count)
  }.prefix(150)
  let texts = short.map { definitions.texts[$0] }
  let labels = short.map { definitions.labels[$0] }
  let steps = 20
  let inputs = try definitions.inputs(texts)
  let ids = try inputs.values["input_ids"]?.doubles() ?? []
  let places = inputs.texts.map { text in
    text.tokens.indices.filter { !text.tokens[$0].isSpecial }
  }
  func ranks(_ values: [[Double]]) -> [[Double]] {
    zip(places, values).map { places, values in
      let own = places.map { values[$0] }
      return Array((own + Array(repeating: -Double.infinity, count: steps)).prefix(steps))
    }
  }
  func probability(_ gone: [Set<Int>]) throws -> [Double] {
    var changed = ids
    for (index, set) in gone.enumerated() {
      for place in set where place < places[index].count {
        changed[index * inputs.length + places[index][place]] = 4
      }
    }
    var values = inputs.values
    values["input_ids"] = try Tensor(changed, shape: [texts.count, inputs.length], dtype: .int64)
    let found = try network(network.joined(values)).softmax(along: 1).doubles()
    return labels.enumerated().map { found[$0 * definitions.classes.count + $1] }
  }
  var curves = try page.each(methods, "removal of words") { method in
    let maps = try definitions.explain(texts, by: method.name, target: .classes(labels)).maps
    return (
      name: method.title,
      curve: try RemovalCurves(ranks: ranks(maps.map(\.values)), probability: probability)
    )
  }
  let random = CounterRandom(seed: 6)
  let draws = inputs.texts.enumerated().map { index, text in
    random.uniforms(text.tokens.count, stream: UInt64(index)).map(Double.init)
  }
  curves.append(("random", try RemovalCurves(ranks: ranks(draws), probability: probability)))
  page.add(
    "Do they find what matters?",
    [
      .paragraph(
        "\(texts.count) definitions lose up to \(steps) of their pieces, which become [MASK], those first that a map ranks highest."
      ),
      .figure(try RemovalCurves.chart("Words taken away", curves)),
      RemovalCurves.table(curves),
    ])

  // A shortcut: persons have years.
  let pair = ["a town on the river", "a town on the river (1841-1919)"]
  let told = try definitions.answers(pair)
  let years = try definitions.explain(
    pair, by: "attn-lrp", title: "AttnLRP for person",
    target: .class(definitions.classes.firstIndex(of: "person") ?? 0))
  page.add(
    "A shortcut",
    [
      .paragraph(
        """
        \(yearShare(definitions, ofPersons: true).percent) of the definitions of persons name a year in parentheses, and \
        \(yearShare(definitions, ofPersons: false).percent) of all others. The same words without and with them: \
        \(zip(pair, told).map { "“\($0)” is \(definitions.classes[$1.label]), \($1.probability.percent)" }.joined(separator: "; ")). \
        What do the years count for the class person?
        """)
    ] + zip(years.texts, years.maps).map { .words($0, $1) } + [
      .paragraph(
        "Nothing in the accuracy tells of it: in the data the rule holds. A map shows it, if one asks about the right text."
      )
    ])
  page.add(
    "When it misleads",
    [
      .list([
        "A word's value is what it counts here, beside the others. “not” may count for the class of what it negates.",
        "Masked words are texts that the network never saw, for no [MASK] was in its training.",
        "Values of pieces are summed to words. A word of two pieces that cancel looks like one that says nothing.",
        "Special tokens may hold much. A map that hides them does not sum to the score.",
      ])
    ])

  page.uses(network)
  page.commands = [
    "nni explain definitions --text '\(examples[0])' --method attn-lrp --method integrated-gradients --output out/words",
    "nni evaluate definitions --text '\(examples[1])' --method attn-lrp --output out/evaluated",
  ]
  page.reading = [
    "vaswani2017attention", "sundararajan2017axiomatic", "achtibat2024attnlrp", "ali2022xai",
    "shrikumar2017learning",
  ]
  // A line for each definition, by AttnLRP.
  let lines = zip(found[1].texts, found[1].maps).map { text, map in
    text.parts(map).filter { !$0.isSpecial }.map { Float($0.value ?? 0) }
  }
  let width = lines.map(\.count).max() ?? 1
  let colors = lines.flatMap { line in
    let largest = max(line.map(abs).max() ?? 0, .leastNonzeroMagnitude)
    return line.map { $0 / largest } + [Float](repeating: 0, count: width - line.count)
  }
  page.thumbnail = try HeatMap(colors, height: lines.count, width: width, kind: .signed)
    .image(colors: .blueWhiteRed, scaling: .fixed(1), magnification: 24)
}

/// The share of the test part that the network is right about.
func accuracy(_ definitions: Definitions) throws -> Double {
  let answers = try definitions.answers(definitions.texts)
  return zip(answers, definitions.labels).map { $0.label == $1 ? 1 : 0 }.mean
}

/// The share of definitions, of persons or of all else, with a year in parentheses.
func yearShare(_ definitions: Definitions, ofPersons: Bool) -> Double {
  let all = definitions.all
  let texts = zip(all.texts, all.labels)
    .filter { (definitions.classes[$1] == "person") == ofPersons }.map(\.0)
  return texts.map { $0.contains(/\(.*\d{3,4}.*\)/) ? 1 : 0 }.mean
}
