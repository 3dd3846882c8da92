// The scoreboard, the cells of the confusion matrix, the layers, and what results were made from.
// ---- scoreboard

function sortBy(table, column, heading) {
  const rising = heading.getAttribute("aria-sort") !== "ascending";
  all("thead th", table).forEach((one) => one.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const value = (row) => row.cells[column].dataset.value;
  const compare = (a, b) => (column ? Number(value(a)) - Number(value(b))
    : value(a).localeCompare(value(b)));
  const rows = all("tbody tr", table);
  const known = rows.filter((row) => value(row) !== "");
  known.sort((a, b) => (rising ? compare(a, b) : compare(b, a)));
  at("tbody", table).append(...known, ...rows.filter((row) => value(row) === ""));
}

all(".sortable").forEach((table) => all("thead th", table).forEach((heading, column) =>
  at("button", heading).addEventListener("click", () => sortBy(table, column, heading))));

// ---- confusion matrix

const cells = all(".matrix button");

function showCell(button) {
  const cell = data.cells[button.dataset.cell];
  cells.forEach((one) => one.setAttribute("aria-pressed", one === button));
  const few = cell.images.length < cell.count ? `, ${cell.images.length} of them here` : "";
  const images = cell.images.map((number) => cellImage(data.cell_images[number]));
  const list = make("ul");
  list.append(...images);
  at("#cell").replaceChildren(
    make("h3", `${button.getAttribute("aria-label")}${few}`), list,
  );
}

function cellImage(image) {
  const item = make("li");
  item.append(make("img", "", { src: image.thumbnail, alt: "" }), make("span", image.path));
  const own = data.images.find((one) =>
    one.split === image.split && one.position === image.position);
  if (own) {
    const button = make("button", "its maps", { type: "button" });
    button.addEventListener("click", () => {
      ["#by-class", "#by-verdict"].forEach((name) => { at(name).value = "all"; });
      listImages();
      choose(own);
      at("#maps").scrollIntoView();
    });
    item.append(button);
  }
  return item;
}

function moveCell(event) {
  const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (!way[event.key]) return;
  event.preventDefault();
  const [down, across] = way[event.key];
  let td = event.target.closest("td");
  do {
    const row = td.parentElement.parentElement.rows[td.parentElement.sectionRowIndex + down];
    td = row?.cells[td.cellIndex + across];
  } while (td && td.tagName === "TD" && !at("button", td));
  const next = td && at("button", td);
  if (!next) return;
  cells.forEach((one) => { one.tabIndex = one === next ? 0 : -1; });
  next.focus();
}

cells.forEach((button, number) => {
  // One stop of the Tab key for all cells; arrow keys move on.
  button.tabIndex = number ? -1 : 0;
  button.addEventListener("click", () => showCell(button));
  button.addEventListener("keydown", moveCell);
});

// ---- layers

function showLayer() {
  const wanted = at("#layer").value;
  all(".layer").forEach((one) => { one.hidden = one.dataset.layer !== wanted; });
}

if (at("#layer")) {
  at("#layer").addEventListener("change", showLayer);
  showLayer();
}

// ---- what results were made from

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === "DETAILS") target.open = true;
}

window.addEventListener("hashchange", openTarget);
openTarget();
