import Foundation
import NNIImages
import NNIReports
import NNInterpretability

/// Several methods judged by several metrics on several photographs.
struct EvaluationStudy {
  /// A method and what reports call it.
  struct Method {
    let name: String
    /// Made for the position of a photograph among all.
    let make: (Int) -> any AttributionMethod
    /// Whether it explains nothing and is there to be beaten.
    let isControl: Bool
  }

  /// A metric and what reports call it.
  struct Metric {
    let name: String
    let metric: any AttributionMetric
  }

  /// One photograph with the class that was explained.
  struct Subject: Encodable {
    let photograph: String
    let `class`: Int?
    let label: String
    let hasObject: Bool
  }

  /// What one metric found about one method.
  struct Finding {
    let method: String
    let metric: String
    let result: MetricResult
  }

  let model: Model
  let methods: [Method]
  let metrics: [Metric]
  /// What is explained, in a word.
  let noun: String
  private(set) var subjects: [Subject] = []
  private(set) var manifests: [[Manifest]] = []
  /// For each metric and method the results, one a photograph.
  private var results: [[[MetricResult]]]

  init(_ model: Model, methods: [Method], metrics: [Metric], noun: String = "photograph") {
    self.model = model
    self.methods = methods
    self.metrics = metrics
    self.noun = noun
    results = metrics.map { _ in methods.map { _ in [] } }
  }

  /// Explains a photograph by all methods and judges the maps.
  ///
  /// - Parameters:
  ///   - photograph: The photograph.
  ///   - name: What reports call it.
  ///   - target: What is explained.
  ///   - regions: Where the objects of a class are on the network's input.
  ///   - progress: Called with what is being done, before it is.
  /// - Throws: `InterpretabilityError` when a method or a metric cannot be applied.
  mutating func add(
    _ photograph: Image, named name: String, target: Target,
    regions: (Int?, CropGeometry) throws -> ObjectRegions?, progress: (String) -> Void
  ) throws {
    let (tensor, geometry) = try model.inputSpec.tensor(from: photograph)
    let input = try tensor.converted(to: model.parameterType)
    let position = subjects.count
    var recordings = SharedRecordings(model, input: input)
    var explained: Target = target
    var cases: [MetricCase] = []
    var own: [Manifest] = []
    let share = 1 / Double(1 + metrics.count)
    try Computation.part(0...share) {
      try Computation.forEach(methods) { method in
        progress("\(name): \(method.name)")
        let made = method.make(position)
        let (attribution, manifest) = try Manifest.measuring(
          model, input: input, target: explained
        ) {
          try recordings.attribute(made, target: explained)
        }
        if attribution.classes.count == 1 { explained = .classes(attribution.classes) }
        own.append(manifest)
        cases.append(
          try MetricCase(
            model, input: input, method: made, target: explained, attribution: attribution,
            regions: regions(attribution.classes.first, geometry), firstSample: position))
      }
    }
    let found = try Computation.part(share...1) {
      try Computation.map(metrics) { metric in
        try Computation.map(Array(zip(methods, cases))) { method, subject in
          progress("\(name): \(metric.name) of \(method.name)")
          return try metric.metric.evaluate(subject)
        }
      }
    }
    add(
      found, of: name, class: cases.first?.attribution.classes.first,
      hasObject: cases.first?.regions != nil, manifests: own)
  }

  /// Adds what was found about one subject.
  ///
  /// - Parameters:
  ///   - found: For each metric and method the result.
  ///   - name: What reports call the subject.
  ///   - index: The class that was explained.
  ///   - hasObject: Whether it is known where an object of that class is.
  ///   - own: How it was explained by each method that is no control.
  mutating func add(
    _ found: [[MetricResult]], of name: String, class index: Int?, hasObject: Bool = false,
    manifests own: [Manifest]
  ) {
    for place in results.indices {
      for method in results[place].indices { results[place][method].append(found[place][method]) }
    }
    subjects.append(
      Subject(
        photograph: name, class: index, label: index.map(model.inputSpec.label) ?? "",
        hasObject: hasObject))
    manifests.append(own)
  }

  /// How many steps ``add(_:named:target:regions:progress:)`` reports.
  var stepsEach: Int { methods.count * (1 + metrics.count) }

  /// All results over all photographs, metric by metric.
  func findings() throws -> [[Finding]] {
    try zip(metrics, results).map { metric, rows in
      try zip(methods, rows).map { method, results in
        Finding(
          method: method.name, metric: metric.name, result: try MetricResult.joined(results))
      }
    }
  }
}

/// Numbers.
extension EvaluationStudy {
  /// All numbers, for a machine.
  struct Record: Encodable {
    struct Method: Encodable {
      let name: String
      let isControl: Bool
      /// How each photograph was explained.
      let manifests: [Manifest]
    }

    struct Finding: Encodable {
      let method: String
      let metric: String
      let mean: Double?
      let standardError: Double?
      let result: MetricResult
      let bands: [String: CurveBand]
    }

    let command: String
    let model: String
    let modelDigest: String
    let versions: [String: String]
    let subjects: [Subject]
    let methods: [Method]
    let findings: [Finding]
  }

  func record(command: String) throws -> Record {
    Record(
      command: command, model: model.name, modelDigest: model.digest,
      versions: manifests.first?.first?.versions ?? [:], subjects: subjects,
      methods: methods.enumerated().map { index, method in
        .init(
          name: method.name, isControl: method.isControl,
          manifests: manifests.compactMap { index < $0.count ? $0[index] : nil })
      },
      findings: try findings().joined().map { finding in
        .init(
          method: finding.method, metric: finding.metric, mean: finding.result.mean,
          standardError: finding.result.standardError, result: finding.result,
          bands: finding.result.curves.mapValues(\.band))
      })
  }

  /// One line for each photograph, method, metric and number: the value itself, the details, and each point of
  /// a curve with its place.
  func csv() throws -> String {
    var lines = ["photograph,class,method,metric,number,value,place"]
    for finding in try findings().joined() {
      let numbers =
        [("value", finding.result.values)] + finding.result.details.sorted { $0.key < $1.key }
      for (name, values) in numbers {
        for (subject, value) in zip(subjects, values) {
          let cells = [
            subject.photograph, subject.class.map(String.init) ?? "", finding.method,
            finding.metric, name, value.map { "\($0)" } ?? "", "",
          ]
          lines.append(cells.map(Self.cell).joined(separator: ","))
        }
      }
      for (name, curve) in finding.result.curves.sorted(by: { $0.key < $1.key }) {
        for (subject, values) in zip(subjects, curve.values) {
          for (place, value) in zip(curve.places, values) {
            let cells = [
              subject.photograph, subject.class.map(String.init) ?? "", finding.method,
              finding.metric, name, "\(value)", "\(place)",
            ]
            lines.append(cells.map(Self.cell).joined(separator: ","))
          }
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cell(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\""
  }

  /// Methods by metrics, for a terminal.
  func table() throws -> String {
    let findings = try findings()
    var table = TextTable(
      ["method"] + metrics.map(\.name), numeric: Set(1...max(1, metrics.count)))
    for (index, method) in methods.enumerated() {
      table.add(
        [method.isControl ? "(\(method.name))" : method.name]
          + findings.map { Self.text($0[index].result) })
    }
    let note =
      subjects.count > 1 ? "\nMean over \(subjects.count) \(noun)s ± its standard error." : ""
    return table.text + note
  }

  /// The mean and its standard error.
  static func text(_ result: MetricResult) -> String {
    guard let mean = result.mean else { return "–" }
    return mean.shortText + (result.standardError.map { " ± \($0.shortText)" } ?? "")
  }
}

extension Double {
  /// With three decimals, four for small numbers, or powers of ten where neither shows anything.
  fileprivate var shortText: String {
    guard self == 0 || (1e-4..<1000).contains(magnitude) else {
      return formatted(.number.notation(.scientific).precision(.significantDigits(3)))
    }
    let decimals = magnitude >= 0.01 || self == 0 ? 3 : 4
    return formatted(.number.precision(.fractionLength(decimals)).grouping(.never))
  }
}
