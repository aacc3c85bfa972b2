/// What every page has around its content.
enum HTMLShell {
  /// A complete document; `before` stands above the heading; it, `header` and `main` are HTML, `sheet` is a
  /// style sheet beside the common one.
  ///
  /// Nothing is loaded, and no script runs but `script`.
  static func document(
    title: String, style: String = "", sheet: String = "", before: String = "", header: String,
    main: String, script: PageScript? = nil
  ) -> String {
    let title = Markup.escaped(title)
    let scripts = script.map { "; script-src \($0.policy)" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; img-src data:; style-src 'unsafe-inline'\(scripts); base-uri 'none'; \
      form-action 'none'">
      <title>\(title)</title>
      <style>
      \(HTMLStyle.sheet)
      \(sheet)</style>
      </head>
      <body\(style.isEmpty ? "" : " class=\"\(style)\"")>
      <header>
      \(before)<h1>\(title)</h1>
      \(header)</header>
      <main>
      \(main)</main>
      \(script?.html ?? "")</body>
      </html>

      """
  }

  /// The command and the facts with which a page can be made again; nothing when there are none.
  static func reproduction(command: String, environment: [ReportFact]) -> String {
    guard !command.isEmpty || !environment.isEmpty else { return "" }
    let code = command.isEmpty ? "" : "<pre><code>\(Markup.escapedLines(command))</code></pre>\n"
    return """
      <section aria-labelledby="reproduce">
      <h2 id="reproduce">How to reproduce</h2>
      \(code)\(HTMLTile.list(environment))</section>

      """
  }
}
