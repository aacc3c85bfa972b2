/// One thing below another in a part of a page.
public enum PageBlock: Sendable, Hashable {
  /// Running text.
  case paragraph(PageText)
  /// A heading within a part.
  case heading(String)
  /// Points, each with a bullet.
  case list([PageText])
  /// A chart or a picture.
  case figure(PageFigure)
  /// Figures side by side, as many as fit.
  case figures([PageFigure])
  /// Rows and columns.
  case table(PageTable)
  /// Names with their values.
  case facts([ReportFact])
  /// A formula on a line of its own.
  case formula(PageFormula)
  /// Other pages, as many side by side as fit.
  case cards([PageCard])
  /// Text as a machine reads it.
  case code(String)
  /// A text with its words in the colours of a map.
  case words(ReportText, ReportText.Map)
}
