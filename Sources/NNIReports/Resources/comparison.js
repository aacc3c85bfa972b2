// The comparison page: draws the maps over the photographs and reads their values.
"use strict";
(() => {
  const page = document.body;
  const data = JSON.parse(document.getElementById("data").textContent);
  const controls = document.querySelector(".controls");
  const status = document.getElementById("status");
  if (!("DecompressionStream" in window)) return;

  const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const colors = Object.fromEntries(
    Object.entries(data.colors).map(([name, text]) => [name, decode(text)]));
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  /** A heat map: one byte a value, see QuantizedMap. */
  class HeatMap {
    constructor(stored) {
      Object.assign(this, stored);
      this.colors = colors[stored.colors];
    }

    async load() {
      if (this.bytes) return this;
      const stream = new Blob([decode(this.values)]).stream()
        .pipeThrough(new DecompressionStream("deflate"));
      this.bytes = new Uint8Array(await new Response(stream).arrayBuffer());
      this.values = null;
      this.numbers = Float32Array.from(this.bytes, (byte) => this.value(byte));
      return this;
    }

    value(byte) {
      const share = (byte - 128) / this.steps;
      return this.largest * share * Math.abs(share);
    }

    error(byte) {
      return this.largest * (Math.abs(byte - 128) + 0.25) / (this.steps * this.steps);
    }

    /** The index of the largest magnitude. */
    get peak() {
      let best = 0;
      this.bytes.forEach((byte, index) => {
        if (Math.abs(byte - 128) > Math.abs(this.bytes[best] - 128)) best = index;
      });
      return best;
    }

    /** Means over squares, for pictures that are coarser than the map. */
    averaged(side) {
      if (side <= 1) return this;
      const width = Math.ceil(this.width / side);
      const height = Math.ceil(this.height / side);
      const numbers = new Float32Array(width * height);
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          let sum = 0;
          let count = 0;
          for (let y = row * side; y < Math.min((row + 1) * side, this.height); y++) {
            for (let x = column * side; x < Math.min((column + 1) * side, this.width); x++) {
              sum += this.numbers[y * this.width + x];
              count++;
            }
          }
          numbers[row * width + column] = sum / count;
        }
      }
      return { width, height, numbers };
    }
  }

  /** A photograph at the sizes in which it is drawn. */
  class Photo {
    constructor(stored, section) {
      Object.assign(this, stored);
      this.section = section;
      this.image = section.querySelector(".original");
      this.sizes = new Map();
    }

    /** The photograph at a width, and its pixels. */
    at(width) {
      if (!this.sizes.has(width)) {
        const canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = Math.max(1, Math.round(width * this.height / this.width));
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.imageSmoothingEnabled = width <= this.width;
        context.drawImage(this.image, 0, 0, canvas.width, canvas.height);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        this.sizes.set(width, { canvas, pixels: data });
      }
      return this.sizes.get(width);
    }

    /** The width of a large picture: small photographs are magnified. */
    get largeWidth() {
      return this.width * Math.max(1, Math.ceil(320 / Math.max(this.width, this.height)));
    }
  }

  /** The map over the photograph, as a picture of that width; the same sums as in Overlay. */
  function overlay(photo, map, limit, width) {
    const { canvas, pixels } = photo.at(width);
    const result = document.createElement("canvas");
    result.width = canvas.width;
    result.height = canvas.height;
    const picture = new ImageData(result.width, result.height);
    const mix = data.overlay;
    const scale = photo.width / width;
    const [left, top, wide, high] = photo.region;
    const across = map.width / wide;
    const down = map.height / high;
    const coarsest = Math.max(map.width, map.height);
    const side = clamp(Math.round(Math.max(across, down) * scale), 1, coarsest);
    const shown = map.averaged(side);
    const table = map.colors;
    const last = table.length / 3 - 1;
    for (let y = 0; y < result.height; y++) {
      const row = ((y + 0.5) * scale - top) * down;
      const v = clamp(row / side - 0.5, 0, shown.height - 1);
      const upper = Math.floor(v);
      const lower = Math.min(upper + 1, shown.height - 1);
      for (let x = 0; x < result.width; x++) {
        const place = (y * result.width + x) * 4;
        const column = ((x + 0.5) * scale - left) * across;
        const isSeen = column >= 0 && column <= map.width && row >= 0 && row <= map.height;
        const pale = isSeen ? mix.lightening : mix.dimming;
        const grey =
          0.299 * pixels[place] + 0.587 * pixels[place + 1] + 0.114 * pixels[place + 2];
        let share = 0;
        let entry = 0;
        if (isSeen) {
          const u = clamp(column / side - 0.5, 0, shown.width - 1);
          const first = Math.floor(u);
          const second = Math.min(first + 1, shown.width - 1);
          const above = upper * shown.width;
          const below = lower * shown.width;
          const start = shown.numbers[above + first]
            + (shown.numbers[above + second] - shown.numbers[above + first]) * (u - first);
          const end = shown.numbers[below + first]
            + (shown.numbers[below + second] - shown.numbers[below + first]) * (u - first);
          const value = clamp((start + (end - start) * (v - upper)) / limit, -1, 1);
          share = value === 0 ? 0 : mix.opacity * Math.pow(Math.abs(value), mix.exponent);
          entry = 3 * Math.round((map.isSigned ? (value + 1) / 2 : Math.abs(value)) * last);
        }
        for (let channel = 0; channel < 3; channel++) {
          const muted = pixels[place + channel] * mix.saturation + grey * (1 - mix.saturation);
          const paled = muted * (1 - pale) + 255 * pale;
          picture.data[place + channel] = paled * (1 - share) + table[entry + channel] * share;
        }
        picture.data[place + 3] = 255;
      }
    }
    result.getContext("2d").putImageData(picture, 0, 0);
    return result;
  }

  /** A number with three digits and a real minus sign. */
  function text(value) {
    if (value === 0) return "0";
    const size = Math.abs(value);
    const exponent = Math.floor(Math.log10(size));
    let result;
    if (exponent < -4 || exponent > 5) {
      const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
      const power = String(Math.abs(exponent)).replace(/\d/g, (digit) => digits[digit]);
      result = `${(size / 10 ** exponent).toFixed(2)}×10${exponent < 0 ? "⁻" : ""}${power}`;
    } else {
      result = size.toFixed(Math.max(0, 2 - exponent));
    }
    return value < 0 ? `−${result}` : result;
  }

  // Browsers keep what was chosen before a page is loaded again.
  for (const form of document.forms) form.reset();
  const state = {
    scale: controls.elements.scale.value, network: controls.elements.network.value, opacity: 1,
  };
  const isDense = window.matchMedia("(min-resolution: 1.5dppx)").matches;

  /** One method's map of one target. */
  class Cell {
    constructor(element, photo) {
      this.element = element;
      this.photo = photo;
      [this.map, this.twin] =
        data.maps[Number(element.dataset.cell)].map((stored) => stored && new HeatMap(stored));
      this.name = element.querySelector("h4").textContent;
      this.reading = element.querySelector(".reading");
      this.which = element.querySelector(".which");
      this.canvas = document.createElement("canvas");
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute("role", "application");
      this.canvas.setAttribute("aria-roledescription", "heat map");
      const still = element.querySelector(".still");
      this.seen = still.alt;
      still.replaceWith(this.canvas);
      this.thumb = element.querySelector(".thumb");
      if (this.thumb) this.thumb.append(document.createElement("canvas"));
      this.canvas.addEventListener("pointermove", (event) => point(this, event));
      this.canvas.addEventListener("pointerdown", (event) => point(this, event));
      this.canvas.addEventListener("pointerleave", () => {
        if (document.activeElement !== this.canvas) mark(this.photo, null);
      });
      this.canvas.addEventListener("keydown", (event) => step(this, event));
      this.canvas.addEventListener("focus", () => {
        if (this.canvas.matches(":focus-visible") && !this.photo.mark) this.goToPeak();
      });
      this.canvas.addEventListener("blur", () => mark(this.photo, null));
    }

    /** The map that is shown large. */
    get shown() { return state.network === "random" && this.twin ? this.twin : this.map; }

    limit(map) {
      const isCommon = state.scale === "common" && map === this.map && map.unit === "logit";
      return isCommon && this.photo.common > 0 ? this.photo.common : map.limit;
    }

    async draw() {
      await Promise.all([this.map.load(), this.twin?.load()]);
      const map = this.shown;
      const other = map === this.map ? this.twin : this.map;
      const seen = map === this.map ? this.seen : `${this.name}, the random network's map.`;
      this.canvas.setAttribute(
        "aria-label", `${seen} Arrow keys read values; Home goes to the strongest.`);
      const width = this.photo.largeWidth;
      this.picture = overlay(this.photo, map, this.limit(map), width);
      this.canvas.width = this.picture.width;
      this.canvas.height = this.picture.height;
      this.canvas.classList.toggle("coarse", width > this.photo.width);
      if (this.thumb && other) {
        const small = overlay(
          this.photo, other, this.limit(other), Math.min(width, isDense ? 160 : 96));
        const canvas = this.thumb.firstChild;
        canvas.width = small.width;
        canvas.height = small.height;
        canvas.getContext("2d").drawImage(small, 0, 0);
        this.which.textContent = other === this.twin ? "Random weights" : "Trained network";
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", `${this.name}, ${this.which.textContent.toLowerCase()}`);
      }
      this.compose();
    }

    /** The photograph, the overlay as strong as the slider says, and the mark. */
    compose() {
      if (!this.picture) return;
      const context = this.canvas.getContext("2d");
      context.globalAlpha = 1;
      context.drawImage(this.photo.at(this.picture.width).canvas, 0, 0);
      context.globalAlpha = state.opacity;
      context.drawImage(this.picture, 0, 0);
      context.globalAlpha = 1;
      const place = this.photo.mark;
      this.reading.textContent = "";
      if (!place) return;
      const [left, top, wide, high] = this.photo.region;
      const scale = this.picture.width / this.photo.width;
      const x = (left + place.u * wide) * scale;
      const y = (top + place.v * high) * scale;
      const radius = Math.max(4, this.picture.width / 60);
      for (const [color, thickness] of [["#fff", 4], ["#000", 1.6]]) {
        context.strokeStyle = color;
        context.lineWidth = thickness * Math.max(1, this.picture.width / 480);
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.stroke();
      }
      const value = document.createElement("b");
      const found = this.found(place);
      value.textContent = `${text(found.value)} ${this.shown.unit}`;
      this.reading.append(
        value, `, stored to within ${text(found.error)}`, document.createElement("br"),
        found.place);
    }

    /** The value at a place of what the network saw, and where that is. */
    found({ u, v }) {
      const map = this.shown;
      const column = clamp(Math.floor(u * map.width), 0, map.width - 1);
      const row = clamp(Math.floor(v * map.height), 0, map.height - 1);
      const byte = map.bytes[row * map.width + column];
      return {
        row, column, value: map.value(byte), error: map.error(byte),
        place: `row ${row + 1} of ${map.height}, column ${column + 1} of ${map.width}`,
      };
    }

    goTo(row, column) {
      const map = this.shown;
      mark(this.photo, {
        u: (clamp(column, 0, map.width - 1) + 0.5) / map.width,
        v: (clamp(row, 0, map.height - 1) + 0.5) / map.height,
      }, this);
    }

    async goToPeak() {
      await this.shown.load();
      const { peak, width } = this.shown;
      this.goTo(Math.floor(peak / width), peak % width);
    }
  }

  let waiting = 0;
  /** Says something to those who listen, but not every place that a pointer passes. */
  function say(message) {
    clearTimeout(waiting);
    waiting = setTimeout(() => { status.textContent = message; }, 120);
  }

  /** Marks a place on all maps of a photograph; the reader of one of them hears its value. */
  function mark(photo, place, cell) {
    if (!place && !photo.mark) return;
    photo.mark = place;
    for (const other of photo.cells) if (other.isVisible) other.compose();
    if (!place || !cell) return;
    const found = cell.found(place);
    say(`${text(found.value)} ${cell.shown.unit}, ${found.place}; ${cell.name}`);
  }

  function point(cell, event) {
    if (!cell.picture) return;
    const box = cell.canvas.getBoundingClientRect();
    const [left, top, wide, high] = cell.photo.region;
    const u = ((event.clientX - box.left) / box.width * cell.photo.width - left) / wide;
    const v = ((event.clientY - box.top) / box.height * cell.photo.height - top) / high;
    mark(cell.photo, u >= 0 && u < 1 && v >= 0 && v < 1 ? { u, v } : null, cell);
  }

  function step(cell, event) {
    const steps = {
      ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
    };
    if (event.ctrlKey || event.altKey || event.metaKey || !cell.picture) return;
    if (event.key === "Escape") return mark(cell.photo, null);
    if (event.key !== "Home" && !(event.key in steps)) return;
    event.preventDefault();
    if (event.key === "Home" || !cell.photo.mark) return cell.goToPeak();
    const { row, column } = cell.found(cell.photo.mark);
    const factor = event.shiftKey ? 10 : 1;
    const [down, right] = steps[event.key];
    cell.goTo(row + down * factor, column + right * factor);
  }

  /** The cells that are to be seen, drawn; the overview follows the targets that are chosen. */
  async function draw(photos) {
    page.dataset.view = state.network === "random" ? "random" : state.scale;
    await Promise.all(photos.flatMap((photo) =>
      photo.cells.filter((cell) => cell.isVisible).map((cell) => cell.draw())));
    for (const link of document.querySelectorAll(".overview a")) {
      const members = link.dataset.cells.split(" ").map((number) => cells.get(Number(number)));
      const cell = members.find((member) => member.isVisible);
      if (!cell?.picture || !photos.includes(cell.photo)) continue;
      const canvas = link.firstChild ?? link.appendChild(document.createElement("canvas"));
      canvas.width = 240;
      canvas.height = Math.round(240 * cell.photo.height / cell.photo.width);
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(cell.picture, 0, 0, canvas.width, canvas.height);
      link.href = `#${cell.element.id}`;
    }
  }

  /** Shows one target of a photograph. */
  function choose(photo, target) {
    for (const panel of photo.section.querySelectorAll(".panel")) {
      panel.hidden = panel.dataset.target !== target;
    }
    for (const cell of photo.cells) {
      cell.isVisible = !cell.element.closest(".panel").hidden;
    }
  }

  /** Puts methods in an order; those without the value come last. */
  function sort(key) {
    const sign = key === "insertion" ? -1 : 1;
    const rank = (element) => (key in element.dataset ? sign * Number(element.dataset[key]) : Infinity);
    const byKey = (a, b) =>
      rank(a) === rank(b) ? a.dataset.order - b.dataset.order : rank(a) - rank(b);
    for (const list of document.querySelectorAll(".tiles, .results tbody")) {
      list.append(...[...list.children].sort(byKey));
    }
  }

  const cells = new Map();
  const photos = data.photos.map((stored, number) => {
    const section = document.querySelector(`.photo[data-photo="${number}"]`);
    const photo = new Photo(stored, section);
    photo.cells = [...section.querySelectorAll("[data-cell]")].map((element) => {
      const cell = new Cell(element, photo);
      cells.set(Number(element.dataset.cell), cell);
      return cell;
    });
    return photo;
  });

  controls.addEventListener("input", (event) => {
    const { name, value } = event.target;
    if (name === "opacity") {
      state.opacity = value / 100;
      controls.elements.percent.value = `${value} %`;
      event.target.setAttribute("aria-valuetext", `${value} percent`);
      for (const photo of photos) {
        for (const cell of photo.cells) if (cell.isVisible) cell.compose();
      }
    } else if (name === "order") {
      sort(value);
      say(`Order: ${event.target.selectedOptions[0].textContent}`);
    } else {
      state[name] = value;
      draw(photos);
    }
  });
  controls.addEventListener("submit", (event) => event.preventDefault());

  for (const photo of photos) {
    const form = photo.section.querySelector(".targets");
    choose(photo, "0");
    if (!form) continue;
    form.hidden = false;
    form.addEventListener("input", (event) => {
      choose(photo, event.target.value);
      draw([photo]);
      say(`Shown: ${event.target.closest("label").textContent.trim()}`);
    });
  }

  controls.hidden = false;
  page.classList.add("live");
  const overview = document.querySelector(".overview");
  if (overview) overview.hidden = false;
  Promise.all(photos.map((photo) => photo.image.decode()))
    .then(() => draw(photos))
    .then(() => { page.dataset.ready = "true"; });
})();
