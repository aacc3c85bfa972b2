/// What changes the view of a ``Comparison``; shown only where the script runs.
enum ComparisonControls {
  static let html = """
    <noscript><p class="notice">Without a script this page shows every map on its own scale, all targets, \
    curves and tables. Reading values, the common scale and the random network's maps need the \
    script.</p></noscript>
    <form class="controls" aria-label="View" hidden>
    <label>Overlay <input type="range" name="opacity" min="0" max="100" value="100" step="1" \
    aria-label="Opacity of the overlay"><output name="percent">100 %</output></label>
    <fieldset><legend>Scale</legend>
    <label><input type="radio" name="scale" value="own" checked>own</label>
    <label><input type="radio" name="scale" value="common">common</label></fieldset>
    <fieldset><legend>Network</legend>
    <label><input type="radio" name="network" value="trained" checked>trained</label>
    <label><input type="radio" name="network" value="random">random</label></fieldset>
    <label>Order <select name="order">
    <option value="order">as given</option>
    <option value="deletion">deletion, low first</option>
    <option value="insertion">insertion, high first</option>
    <option value="twin">unlike the random network first</option>
    </select></label>
    </form>
    <p class="unseen" role="status" aria-live="polite" id="status"></p>

    """
}
