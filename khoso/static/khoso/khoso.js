// Small helpers for pages that work without them too. No build, no library beyond htmx.
"use strict";

// Drag and drop: files dropped on the zone go into its file input, and the form is sent.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    input.form.requestSubmit();
  });
  input.addEventListener("change", () => { if (input.files.length) input.form.requestSubmit(); });
}

// Review: the box of the field in focus lights up on its page; Enter confirms and goes to the next doubtful one.
const review = document.querySelector("[data-review]");
if (review) {
  const boxes = document.querySelectorAll(".box");
  const light = (input) => {
    boxes.forEach((box) => { box.hidden = true; });
    const sheet = document.querySelector(`.sheet[data-page="${input.dataset.page}"]`);
    if (!sheet || !input.dataset.box) return;
    const [x0, y0, x1, y1] = input.dataset.box.split(",").map(Number);
    const width = Number(sheet.dataset.width), height = Number(sheet.dataset.height);
    const box = sheet.querySelector(".box");
    const pad = 0.004;
    box.style.left = `${100 * (x0 / width - pad)}%`;
    box.style.top = `${100 * (y0 / height - pad)}%`;
    box.style.width = `${100 * ((x1 - x0) / width + 2 * pad)}%`;
    box.style.height = `${100 * ((y1 - y0) / height + 2 * pad)}%`;
    box.hidden = false;
    box.scrollIntoView({ block: "center", inline: "nearest" });
  };
  const inputs = [...review.querySelectorAll("input[data-field]")];
  for (const input of inputs) {
    input.addEventListener("focus", () => light(input));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey) return;
      event.preventDefault();
      const row = input.closest(".field");
      row.classList.remove("doubtful", "missing");
      row.querySelector("input[type=hidden]").disabled = false;
      const next = inputs.find((other) => other.closest(".doubtful, .missing"));
      (next || review.querySelector("[data-send]")).focus();
    });
    input.addEventListener("input", () => { input.closest(".field").querySelector("input[type=hidden]").disabled = false; });
  }
  const first = inputs.find((input) => input.closest(".doubtful, .missing"));
  if (first) first.focus();
}

// A slash goes to the search box, as people know it from elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    const box = document.querySelector("input[type=search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});
