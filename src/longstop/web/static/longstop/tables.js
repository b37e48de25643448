// Tables: a checkbox that ticks the whole page, a running count, and no needless stop for the Tab key.

/** Make a scrolling region a stop for the Tab key only while there is something to scroll. */
function watchOverflow(region) {
  const update = () => {
    if (region.scrollWidth > region.clientWidth) {
      region.tabIndex = 0;
    } else {
      region.removeAttribute("tabindex");
    }
  };
  new ResizeObserver(update).observe(region);
  update();
}

/** Replace the "Select page" link by a checkbox, which does the same without loading the page again. */
function makeSelectAll(cell, id, noun) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = id;
  box.className = "govuk-checkboxes__input";
  const label = document.createElement("label");
  label.className = "govuk-label govuk-checkboxes__label";
  label.htmlFor = id;
  const words = document.createElement("span");
  words.className = "govuk-visually-hidden";
  words.textContent = `Select all ${noun} on this page`;
  label.append(words);
  const item = document.createElement("div");
  item.className = "govuk-checkboxes__item";
  item.append(box, label);
  const group = document.createElement("div");
  group.className = "govuk-checkboxes govuk-checkboxes--small";
  group.append(item);
  cell.replaceChildren(group);
  return box;
}

/** Keep the count and the page's own checkbox in step with the rows. */
function startBulk(form) {
  const boxes = [...form.querySelectorAll("td.ls-table__select input[type=checkbox]")];
  const count = form.querySelector("[data-ls-count]");
  const heading = form.querySelector("[data-ls-select-all]");
  const table = form.querySelector("table");
  if (!boxes.length || !heading) {
    return;
  }
  const all = makeSelectAll(heading, `${table.id}-select-all`, form.dataset.lsNoun);
  const update = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = `${ticked} selected`;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    boxes.forEach((box) => box.closest("tr").classList.toggle("ls-table__row--selected", box.checked));
  };
  all.addEventListener("change", () => {
    boxes.forEach((box) => {
      box.checked = all.checked;
    });
    update();
  });
  form.addEventListener("change", update);
  // A page that comes back from the browser's history keeps its ticks, but not its count.
  window.addEventListener("pageshow", update);
  update();
}

document.querySelectorAll("[data-ls-scroll]").forEach(watchOverflow);
document.querySelectorAll("[data-ls-bulk]").forEach(startBulk);
