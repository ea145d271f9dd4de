// Small helpers for pages that work without them too. No build, no library beyond htmx.
"use strict";

const TEXT = "textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])";
const typing = () => document.activeElement.matches(TEXT);
const asking = () => document.querySelector("dialog[open]");
const plain = (event) => !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;

// Handing in: chosen files are named; dropped ones are sent at once; the way to the server is shown in per cent.
for (const form of document.querySelectorAll("[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  const said = form.querySelector("output");
  const send = form.querySelector("button");
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    input.files = event.dataTransfer.files;
    if (input.files.length) form.requestSubmit();
  });
  input.addEventListener("change", () => { if (names()) send.focus(); });
  const names = () => {
    const chosen = [...input.files].map((file) => file.name);
    said.textContent = chosen.slice(0, 6).join(", ") + (chosen.length > 6 ? ` … (${chosen.length})` : "");
    return chosen.length;
  };
  const tell = (faults) => {  // beside the fields; what was typed and chosen stays
    for (const place of form.querySelectorAll("[data-fault]")) {
      const field = form.elements[place.dataset.fault];
      place.textContent = faults[place.dataset.fault] || "";
      if (place.textContent) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    }
    const first = form.querySelector("[aria-invalid]");
    if (first) first.focus();
    send.disabled = false;
    names();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const call = new XMLHttpRequest();
    call.upload.addEventListener("progress", (step) => {
      if (step.lengthComputable) said.textContent = `${form.dataset.sending} ${Math.round(100 * step.loaded / step.total)} %`;
    });
    call.addEventListener("load", () => {
      if (call.status < 400) { location.assign(call.getResponseHeader("X-Next") || form.action); return; }
      if ((call.getResponseHeader("Content-Type") || "").startsWith("application/json")) { tell(JSON.parse(call.responseText).faults || {}); return; }
      document.open(); document.write(call.responseText); document.close();
    });
    call.addEventListener("error", () => { said.textContent = form.dataset.failed; send.disabled = false; });
    send.disabled = true;
    call.open("POST", form.action);
    call.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    call.send(new FormData(form));
  });
}

// The page images: the box of a field lights up; zoom by buttons, or + − 0 while the images have the focus.
const view = document.querySelector(".view");
const dark = () => document.querySelectorAll(".box").forEach((box) => { box.hidden = true; });
const light = (source) => {
  dark();
  const sheet = document.querySelector(`.sheet[data-page="${source.dataset.page}"]`);
  if (!sheet || !source.dataset.box) return;
  const [x0, y0, x1, y1] = source.dataset.box.split(",").map(Number);
  const width = Number(sheet.dataset.width), height = Number(sheet.dataset.height);
  const box = sheet.querySelector(".box");
  const pad = 0.004;
  box.style.left = `${100 * (x0 / width - pad)}%`;
  box.style.top = `${100 * (y0 / height - pad)}%`;
  box.style.width = `${100 * ((x1 - x0) / width + 2 * pad)}%`;
  box.style.height = `${100 * ((y1 - y0) / height + 2 * pad)}%`;
  box.hidden = false;
  // Scroll the images alone: the page and the field in focus stay where they are.
  const place = box.getBoundingClientRect(), frame = view.getBoundingClientRect();
  view.scrollBy(
    place.left - frame.left - (frame.width - place.width) / 2,
    place.top - frame.top - (frame.height - place.height) / 2,
  );
};
if (view) {
  const steps = ["", "z1", "z2", "z3"];
  let step = 0;
  const zoom = (to) => {
    step = Math.max(0, Math.min(steps.length - 1, to));
    steps.forEach((name, at) => { if (name) view.classList.toggle(name, at === step); });
    const shown = document.querySelector("[data-zoomed]");
    if (shown) shown.textContent = ["100 %", "150 %", "200 %", "300 %"][step];
  };
  const moves = { "+": () => zoom(step + 1), "=": () => zoom(step + 1), "-": () => zoom(step - 1), "0": () => zoom(0) };
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => moves[button.dataset.zoom]());
  view.addEventListener("keydown", (event) => { if (!event.ctrlKey && !event.altKey && moves[event.key]) { event.preventDefault(); moves[event.key](); } });
  for (const link of document.querySelectorAll(".thumbs a")) {
    link.addEventListener("click", (event) => { event.preventDefault(); document.querySelector(link.hash).scrollIntoView({ block: "nearest" }); });
  }
}
// Pages stand as they were read: lines level. A button shows them as they were captured, neither turned nor levelled.
const taken = document.querySelector("[data-taken]");
const level = (sheet, on) => {
  const skew = Number(sheet.dataset.skew), turn = Math.abs(skew) * Math.PI / 180;
  const fits = 1 / (Math.cos(turn) + Math.sin(turn) * sheet.dataset.height / sheet.dataset.width);
  sheet.style.transform = on ? `rotate(${skew}deg) scale(${fits.toFixed(4)})` : "";
};
for (const sheet of document.querySelectorAll(".sheet[data-skew]")) level(sheet, true);
if (taken) taken.addEventListener("click", () => {
  const on = taken.getAttribute("aria-pressed") !== "true";
  taken.setAttribute("aria-pressed", String(on));
  for (const sheet of document.querySelectorAll(".sheet[data-skew]")) level(sheet, !on);
  for (const sheet of document.querySelectorAll(".sheet[data-turned]")) {
    const image = sheet.querySelector("img"), [path, query] = image.getAttribute("src").split("?");
    const rest = new URLSearchParams(query || "");
    if (on) rest.set("chup", "1"); else rest.delete("chup");
    image.src = rest.size ? `${path}?${rest}` : path;
    sheet.classList.toggle("as-taken", on);
  }
});
for (const button of document.querySelectorAll(".show")) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll(".show").forEach((other) => other.setAttribute("aria-pressed", "false"));
    button.setAttribute("aria-pressed", String(on));
    if (on) light(button); else dark();
  });
}
// The words of the pages arrive one page after another; the first mark is brought into sight once.
let marked = false;
document.addEventListener("htmx:afterSettle", (event) => {
  const mark = !marked && event.target.matches(".words") && event.target.querySelector("rect");
  if (!mark || !view) return;
  marked = true;
  const place = mark.getBoundingClientRect(), frame = view.getBoundingClientRect();
  view.scrollTop += place.top - frame.top - frame.height / 3;
});

// Page images that were opened for a quarter of an hour: when it is over, or one of them is refused, the page asks again in its
// place. Nothing is left or loaded anew but the images and words themselves, so what was typed stays.
const again = document.querySelector("[data-again]");
if (again) {
  const why = again.querySelector("[data-why]");
  const viewer = again.closest(".viewer");
  const anew = (address, claim) => address.replace(/\b(viec|mo)=[^&]*/, claim);
  let timer = 0;
  const ask = () => { again.hidden = false; };
  const wait = (seconds) => { clearTimeout(timer); timer = setTimeout(ask, 1000 * seconds); };
  wait(Number(again.dataset.seconds));
  viewer.addEventListener("error", (event) => { if (event.target.matches("img")) ask(); }, true);  // errors of images do not bubble
  viewer.addEventListener("htmx:responseError", ask);
  again.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = again.querySelector("button");
    button.disabled = true;
    why.textContent = "";
    const answer = await fetch(again.action, { method: "POST", body: new FormData(again), headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "error" }).catch(() => null);
    const told = answer && await answer.json().catch(() => null);
    button.disabled = false;
    if (!answer || !answer.ok || !told) { why.textContent = (told && told.detail) || again.dataset.failed; return; }
    for (const image of viewer.querySelectorAll("img")) if (!image.naturalWidth) image.src = anew(image.getAttribute("src"), told.claim);
    for (const words of viewer.querySelectorAll(".words")) {
      if (words.childElementCount) continue;
      words.setAttribute("hx-get", anew(words.getAttribute("hx-get"), told.claim));
      htmx.process(words);  // asks when it comes into sight, as at first
    }
    again.hidden = true;
    again.reset();
    wait(told.seconds);
    viewer.querySelector(".view").focus({ preventScroll: true });
  });
}

// Printing: once every page is there; pages not yet looked at are fetched when somebody prints anyway.
const press = document.querySelector("[data-print]");
if (press) {
  const papers = [...document.querySelectorAll(".leaf img")];
  press.addEventListener("click", () => print());
  if (press.dataset.print !== "wait") Promise.all(papers.map((image) => image.decode())).then(() => print(), () => {});
}
addEventListener("beforeprint", () => document.querySelectorAll("img[loading=lazy]").forEach((image) => { image.loading = "eager"; }));

// The form's buttons stay in sight, however long the messages above it are.
const pane = document.querySelector(".pane");
if (pane) {
  const wide = matchMedia("(min-width: 60.01rem) and (min-height: 36rem)");
  const fit = () => { pane.style.maxHeight = wide.matches ? `calc(100vh - ${Math.ceil(pane.getBoundingClientRect().top + scrollY) + 8}px)` : ""; };
  fit();
  addEventListener("resize", fit);
}

// Review: Enter confirms and goes to the next doubtful field; a strip of the image stands under the field in focus.
const review = document.querySelector("[data-review]");
if (review) {
  const inputs = [...review.querySelectorAll("[data-field]")];
  const left = review.querySelector("[data-left]");
  const loupe = document.createElement("div");
  loupe.className = "loupe";
  loupe.setAttribute("aria-hidden", "true");
  const open = (input) => input.closest(".doubtful, .missing");
  const count = () => { if (left) left.textContent = String(inputs.filter(open).length); };
  const magnify = (input) => {
    const sheet = document.querySelector(`.sheet[data-page="${input.dataset.page}"]`);
    loupe.hidden = !sheet || !input.dataset.box;
    if (loupe.hidden) return;
    input.closest(".field").append(loupe);
    const [x0, y0, x1, y1] = input.dataset.box.split(",").map(Number);
    const wide = loupe.clientWidth, high = loupe.clientHeight;
    const scale = Math.min(0.62 * high / (y1 - y0), 0.96 * wide / (x1 - x0));
    loupe.style.backgroundImage = `url("${sheet.querySelector("img").currentSrc || sheet.querySelector("img").src}")`;
    loupe.style.backgroundSize = `${scale * sheet.dataset.width}px auto`;
    loupe.style.backgroundPosition = `${(wide - scale * (x1 + x0)) / 2}px ${(high - scale * (y1 + y0)) / 2}px`;
  };
  for (const input of inputs) {
    const row = input.closest(".field");
    const touched = row.querySelector("input[type=hidden]");
    input.addEventListener("focus", () => { light(input); magnify(input); });
    const others = [...row.querySelectorAll("[data-other]")];
    const none = row.querySelector("[data-none]");
    const next = () => {
      if (none) input.placeholder = input.value.trim() ? "" : none.dataset.said;
      row.classList.remove("doubtful", "missing");
      row.classList.add("seen");
      touched.disabled = false;
      count();
      const after = inputs.slice(inputs.indexOf(input) + 1).find(open) || inputs.find(open);
      (after || review.querySelector("[data-after]") || review.querySelector("[data-send]")).focus();
    };
    const take = (value) => { input.value = value; next(); };
    for (const button of others) button.addEventListener("click", () => take(button.dataset.other));
    if (none) none.addEventListener("click", () => take(""));
    const drop = row.querySelector("[data-whole-row]");
    if (drop) drop.addEventListener("click", () => {  // a whole row of a list is not on the paper
      for (const cell of inputs) if (cell.dataset.field.startsWith(drop.dataset.wholeRow) && cell !== input) {
        cell.value = "";
        cell.placeholder = none.dataset.said;
        const its = cell.closest(".field");
        its.classList.remove("doubtful", "missing");
        its.classList.add("seen");
        its.querySelector("input[type=hidden]").disabled = false;
      }
      take("");
    });
    input.addEventListener("keydown", (event) => {
      if (event.altKey && /^Digit[0-9]$/.test(event.code)) {  // one key away: what else was read there, or nothing
        const place = Number(event.code.slice(-1));
        if (place === 0 && none) { event.preventDefault(); take(""); }
        if (others[place - 1]) { event.preventDefault(); take(others[place - 1].dataset.other); }
        return;
      }
      if (event.key !== "Enter" || event.isComposing) return;
      if (event.ctrlKey) return;
      event.preventDefault();
      next();
    });
    input.addEventListener("input", () => { touched.disabled = false; });
  }
  // Ctrl Enter sends, wherever the focus is: in a field, on a button, in the images.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey || event.altKey || event.isComposing || asking()) return;
    event.preventDefault();
    if (!event.repeat) review.querySelector("[data-send]").click();
  });
  // Seconds of work: the page is shown, and the last sign of life is no older than a minute. Nothing is sent until the form is.
  const attended = review.querySelector("[data-attended]");
  if (attended) {
    let sign = performance.now(), before = sign, sum = 1000 * Number(attended.value);
    const tick = () => {
      const now = performance.now();
      if (document.visibilityState === "visible" && now - sign < 60_000) sum += Math.min(now - before, 2_000);
      before = now;
      attended.value = String(Math.round(sum / 1000));
    };
    for (const kind of ["keydown", "pointermove", "pointerdown", "wheel", "scroll"]) {
      addEventListener(kind, () => { sign = performance.now(); }, { capture: true, passive: true });
    }
    setInterval(tick, 1_000);
    review.addEventListener("submit", tick);
  }
  // Before a form leaves: is somebody still signed in? If not, it stays with all that was typed, and is sent once they are again.
  let sure = false;
  review.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const answer = await fetch(review.dataset.asks, { redirect: "manual" }).catch(() => null);
    const said = review.querySelector("[data-ended]");
    said.hidden = !(answer && answer.type === "opaqueredirect");
    if (!said.hidden) { said.focus(); return; }
    const token = answer && answer.ok && /"X-CSRFToken": "(\w+)"/.exec(await answer.text());  // who signed in anew has another one
    if (token) review.elements.csrfmiddlewaretoken.value = token[1];
    sure = true;
    review.requestSubmit(event.submitter);
    sure = false;
  });
  count();
  const changed = review.querySelector("[data-meanwhile]");
  const first = review.querySelector("[aria-invalid]") || (changed && changed.closest(".field").querySelector("[data-field]")) || inputs.find(open);
  if (first) first.focus();
}

// Suggestions while typing: ↓ ↑ choose, Enter asks, Esc closes; the box keeps the focus (WAI-ARIA combobox).
for (const box of document.querySelectorAll("[data-suggest]")) {
  const list = document.getElementById(box.getAttribute("aria-controls"));
  let timer = 0, asked = "", at = -1;
  const items = () => [...list.children];
  const show = (open) => { list.hidden = !open; box.setAttribute("aria-expanded", String(open)); if (!open) choose(-1); };
  const choose = (to) => {
    at = to;
    items().forEach((item, place) => item.setAttribute("aria-selected", String(place === to)));
    if (to < 0) box.removeAttribute("aria-activedescendant"); else box.setAttribute("aria-activedescendant", items()[to].id);
  };
  const ask = (text) => { box.value = text; show(false); box.form.requestSubmit(); };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const typed = asked = box.value.trim();
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(typed)}`).catch(() => null);
      if (typed !== asked || document.activeElement !== box) return;  // a later letter has its own answer under way
      list.innerHTML = answer && answer.status === 200 ? await answer.text() : "";
      show(list.children.length > 0);
    }, 150);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const count = items().length;
    if (event.key === "ArrowDown") choose((at + 1) % count);
    else if (event.key === "ArrowUp") choose(at <= 0 ? count - 1 : at - 1);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && at >= 0) ask(items()[at].dataset.text);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("blur", () => setTimeout(() => show(false), 150));
  list.addEventListener("mousedown", (event) => { const item = event.target.closest("li"); if (item) { event.preventDefault(); ask(item.dataset.text); } });
}

// Lists: ↓ and ↑ go from one document to the next; from the search box, or while nothing has the focus, ↓ goes to the first.
document.addEventListener("keydown", (event) => {
  if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || !plain(event) || asking()) return;
  const links = [...document.querySelectorAll("[data-item]")].filter((link) => !link.checkVisibility || link.checkVisibility());
  const focus = document.activeElement, at = links.indexOf(focus), down = event.key === "ArrowDown";
  const box = focus.matches("input[type=search]"), nowhere = focus === document.body || focus.id === "main";
  if (!links.length || (at < 0 && !(down && (box || nowhere)))) return;
  event.preventDefault();
  const seen = nowhere && scrollY ? links.findIndex((link) => link.getBoundingClientRect().top >= 0) : 0;  // the first in sight
  const to = at < 0 ? Math.max(0, seen) : at + (down ? 1 : -1);
  if (to < 0) { const search = document.querySelector("main input[type=search]"); if (search) search.focus(); return; }
  if (links[to]) links[to].focus();
});

// Keys of one letter, which people may turn off (WCAG 2.1.4): / ? and g with another.
const keys = document.getElementById("keys");
const single = document.querySelector("[data-single-keys]");
if (single) {
  single.checked = localStorage.getItem("single-keys") !== "off";
  single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));
}
for (const button of document.querySelectorAll("[data-open]")) button.addEventListener("click", () => keys.showModal());
let going = 0;  // when g was pressed; its second letter is awaited for two seconds
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing() || (single && !single.checked)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;  // with Caps Lock as without
  if (key === "Shift" || key === "CapsLock") return;
  if (going && performance.now() - going < 2_000) {
    going = 0;
    const link = document.querySelector(`a[data-key="${CSS.escape(key)}"]`);
    if (link) { event.preventDefault(); link.click(); return; }
  }
  going = 0;
  if (key === "?") { event.preventDefault(); if (keys.open) keys.close(); else if (!asking()) keys.showModal(); }
  if (asking()) return;
  if (key === "g") going = performance.now();
  if (key === "/") {
    const box = document.querySelector("input[type=search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});

// What was typed into a paper's form is not left behind unasked.
for (const form of document.querySelectorAll("form[data-review]")) {
  let typed = Boolean(form.querySelector("[data-meanwhile], [aria-invalid]")) || Boolean(document.querySelector("[role=alert]"));
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
