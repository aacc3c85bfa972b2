import NNInterpretability

extension TextTable {
  /// What `nni methods NAME` and `nni metrics NAME` say of the options.
  static func text(of options: [OptionDescription]) -> String {
    guard !options.isEmpty else { return "No options." }
    var table = TextTable(["option", "default", "takes", "meaning"])
    for option in options {
      table.add([option.name, option.standard, option.accepted, option.summary])
    }
    return table.text
  }
}
