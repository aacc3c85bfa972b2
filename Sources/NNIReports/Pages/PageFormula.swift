/// A formula on lines of its own, set as MathML.
///
/// `_` lowers and `^` raises the next piece; braces make several pieces one. Between pieces a space
/// means nothing. A run of Latin letters is one upright name (`max`, `ReLU`), a single letter a
/// variable; brackets and bars stand in pairs. Three words follow a backslash: `\frac{a}{b}`, `\sqrt{a}` and `\text{for all}`.
///
/// ```swift
/// let rule: PageFormula = #"R_i = Σ_j \frac{a_i w_{ij}}{Σ_k a_k w_{kj}} R_j"#
/// ```
public struct PageFormula: Sendable, Hashable, ExpressibleByStringLiteral {
  /// What was written.
  public var source: String

  /// A formula; it is read when the page is made.
  public init(_ source: String) { self.source = source }

  public init(stringLiteral source: String) { self.init(source) }

  /// The element of the page.
  ///
  /// - Throws: ``ReportError`` that names what is left open or unknown.
  func html() throws -> String {
    var reader = PageFormulaReader(source)
    let inner = try reader.row(until: nil)
    return """
      <div class="wide"><math display="block" alttext="\(Markup.escaped(source))"><mrow>\(inner)</mrow></math></div>

      """
  }
}
