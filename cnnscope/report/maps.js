// Maps over photographs: which image, which methods, which classes, and the value of a pixel.

const palettes = new Map(
  Object.entries(data.palettes).map(([name, base64]) => [name, bytes(base64)]),
);

/** The values of a map in whole steps, and the step that stands for no number. */
function steps(map) {
  map.steps ??= map.type === "int16"
    ? new Int16Array(bytes(map.data).buffer)
    : new Int8Array(bytes(map.data).buffer);
  return [map.steps, map.type === "int16" ? -32768 : -128];
}

function paint(canvas, map, palette) {
  const [height, width] = map.size;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  const [values, none] = steps(map);
  const span = map.high - map.low || 1;
  values.forEach((step, place) => {
    const share = (step * map.scale - map.low) / span;
    const colour = 3 * Math.max(0, Math.min(255, Math.floor(256 * share)));
    pixels.data.set(palette.subarray(colour, colour + 3), 4 * place);
    pixels.data[4 * place + 3] = step === none ? 0 : 255;
  });
  context.putImageData(pixels, 0, 0);
}

function paintBar(canvas, palette) {
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(256, 1);
  for (let place = 0; place < 256; place += 1) {
    pixels.data.set(palette.subarray(3 * place, 3 * place + 3), 4 * place);
    pixels.data[4 * place + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}

function fill(select, entries, wanted) {
  select.replaceChildren(
    ...entries.map(([value, text]) => make("option", text, { value })),
  );
  const known = entries.some(([value]) => String(value) === String(wanted));
  select.value = known ? wanted : entries[0]?.[0] ?? "";
}

class Panel {
  constructor(element, number) {
    this.element = element;
    this.number = number;
    this.method = at(".method", element);
    this.class = at(".class", element);
    this.canvas = at(".map", element);
    this.cross = at(".cross", element);
    this.pixel = null;
    this.method.addEventListener("change", () => this.showMethod());
    this.class.addEventListener("change", () => this.showMap());
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerdown", (event) => this.point(event));
    this.canvas.addEventListener("keydown", (event) => this.move(event));
  }

  show(image) {
    this.image = image;
    this.maps = data.maps.filter((map) => data.images[map.image] === image);
    at(".photograph", this.element).src = image.photograph;
    at(".photograph", this.element).alt = `Photograph ${image.path}`;
    const methods = [...new Set(this.maps.map((map) => map.method))];
    const wanted = this.method.value || methods[this.number];
    fill(this.method, methods.map((name) => [name, data.methods[name].title]),
      methods.includes(wanted) ? wanted : methods[Math.min(this.number, methods.length - 1)]);
    // Another image is explained for another class: its target, which comes first.
    this.class.replaceChildren();
    this.showMethod();
  }

  showMethod() {
    this.own = this.maps.filter((map) => map.method === this.method.value);
    fill(this.class, this.own.map((map) => [map.class, named(map.class)]), this.class.value);
    this.showMap();
  }

  showMap() {
    const map = this.own.find((one) => String(one.class) === this.class.value);
    const method = data.methods[map.method];
    const source = data.sources[map.source];
    const palette = palettes.get(method.colours);
    const write = (name, text) => { at(`.${name}`, this.element).textContent = text; };
    this.map = map;
    this.units = source.units;
    this.canvas.hidden = map.refused !== "";
    at(".bar", this.element).hidden = this.canvas.hidden;
    if (!map.refused) paint(this.canvas, map, palette);
    paintBar(at(".bar canvas", this.element), palette);
    this.canvas.setAttribute("aria-label",
      `${method.title} map for ${named(map.class)}; arrow keys move the pointer`);
    write("low", told(map.low));
    write("middle", method.signed && !map.refused ? "0" : "");
    write("high", told(map.high));
    write("units", map.refused || `Colours in ${source.units}`
      + `${source.layer ? `, layer ${source.layer}` : ""}; values are read to ±${Number(map.tolerance.toPrecision(1))}.`);
    write("scores", map.scores.map((score) =>
      `${score.title} ${score.value.toFixed(2)} (${score.better} is better)`).join(", "));
    write("notes", map.notes.join("; "));
    write("trust", source.trust && `${method.title} on ${source.images} images`
      + ` (${source.question}): ${source.trust}`);
    this.tellAbout(method, source);
    this.read();
  }

  tellAbout(method, source) {
    const line = at(".about", this.element);
    line.textContent = `${method.paper}. Target: ${source.target}. `;
    line.append(make("a", "What it was made from", { href: `#${source.made}` }));
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const [height, width] = this.map.size;
    const inside = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    const pixel = [
      inside((event.clientY - box.top) / box.height, height),
      inside((event.clientX - box.left) / box.width, width),
    ];
    panels.forEach((panel) => panel.read(pixel));
  }

  move(event) {
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!way[event.key] || this.map.refused) return;
    event.preventDefault();
    const far = event.shiftKey ? 8 : 1;
    const start = this.pixel ?? this.map.size.map((count) => Math.floor(count / 2));
    const pixel = start.map((value, axis) =>
      Math.max(0, Math.min(this.map.size[axis] - 1, value + far * way[event.key][axis])));
    panels.forEach((panel) => panel.read(pixel));
  }

  /** Say the value of a pixel: its row and column. */
  read(pixel = this.pixel) {
    this.pixel = pixel;
    this.cross.hidden = pixel === null || this.canvas.hidden;
    if (pixel === null || this.canvas.hidden) return;
    const [row, column] = pixel;
    const [height, width] = this.map.size;
    if (row >= height || column >= width) return;
    const [values, none] = steps(this.map);
    const step = values[row * width + column];
    const value = step === none ? "no number" : `${told(step * this.map.scale)} ${this.units}`;
    at(".value", this.element).textContent = `row ${row}, column ${column}: ${value}`;
    this.cross.style.top = `${(100 * (row + 0.5)) / height}%`;
    this.cross.style.left = `${(100 * (column + 0.5)) / width}%`;
    this.cross.style.width = `${100 / width}%`;
    this.cross.style.height = `${100 / height}%`;
  }
}

const panels = all(".panel").map((element, number) => new Panel(element, number));

function describe(image) {
  const truth = image.label < 0 ? "no label" : `true class ${named(image.label)}`;
  const likeliest = image.likeliest.map((one) => `${one.name} ${percent(one.share)}`).join(", ");
  return `${image.path}, ${image.split} no. ${image.position}: ${truth}; the network says ${likeliest}.`;
}

function showImage(image) {
  at("#image-told").textContent = describe(image);
  panels.forEach((panel) => panel.show(image));
}

function entry(image, number) {
  const kind = verdict(image);
  const mark = { right: "✓", wrong: "✗", unknown: "" }[kind];
  const label = make("label");
  const radio = make("input", "", { type: "radio", name: "image", value: number });
  radio.addEventListener("change", () => showImage(image));
  const text = make("span", named(image.label < 0 ? image.predicted : image.label));
  const said = kind === "wrong" ? ` ${mark} ${named(image.predicted)}` : ` ${mark}`;
  text.append(make("span", said, { class: `is-${kind}` }));
  label.append(radio, make("img", "", { src: image.photograph, alt: "" }), text);
  return label;
}

function listImages() {
  const label = at("#by-class").value;
  const wanted = at("#by-verdict").value;
  const shown = data.images.filter((image) =>
    (label === "all" || String(image.label) === label)
    && (wanted === "all" || verdict(image) === wanted));
  if (at("#by-order").value === "confused") shown.sort((a, b) => b.confusion - a.confusion);
  at("#image-count").textContent = `(${shown.length} of ${data.images.length})`;
  at("#image-list").replaceChildren(
    ...shown.map((image) => entry(image, data.images.indexOf(image))),
  );
  choose(shown[0]);
}

function choose(image) {
  const radio = image && at(`#image-list input[value="${data.images.indexOf(image)}"]`);
  if (!radio) return;
  radio.checked = true;
  showImage(image);
}

function setOpacity() {
  const slider = at("#opacity");
  at("#opacity-told").textContent = `${slider.value} %`;
  panels.forEach((panel) => { panel.canvas.style.opacity = slider.value / 100; });
}

if (data.images.length) {
  const labels = [...new Set(data.images.map((image) => image.label))].sort((a, b) => a - b);
  fill(at("#by-class"), [["all", "all"],
    ...labels.map((one) => [one, one < 0 ? "no label" : named(one)])], "all");
  ["#by-class", "#by-verdict", "#by-order"].forEach((name) =>
    at(name).addEventListener("change", listImages));
  at("#opacity").addEventListener("input", setOpacity);
  listImages();
  setOpacity();
}
