// Puts a fresh element in the place of an old one and keeps what its reader has done there: focus, scrolled boxes, opened
// <details>, what is typed into forms, and elements with `data-keep`, which stay the very same. What is typed and the caret
// come back into the form that they were in or nowhere: a form is known by what it would send and where to.

const CONTROLS = "input:not([type=hidden]), select, textarea";
const RANDOM = new Set(["key"]); // hidden fields that are new each time a page is made

/** Replaces `old` by `made`, which the server sent for the same id, unless nothing of it is new. */
export function swap(old, made) {
  const text = made.outerHTML;
  if ((old.dataset.liveText ?? "") === digest(text)) return;
  const kept = remembered(old);
  const fresh = document.importNode(made, true);
  for (const each of old.querySelectorAll("[data-keep][id]")) {
    const place = fresh.querySelector(`#${CSS.escape(each.id)}`);
    if (place !== null) place.replaceWith(each);
  }
  old.replaceWith(fresh);
  fresh.dataset.liveText = digest(text);
  restore(fresh, kept);
}

function digest(text) {
  let hash = 5381;
  for (let at = 0; at < text.length; at += 1) hash = ((hash * 33) ^ text.charCodeAt(at)) >>> 0;
  return `${text.length}.${hash}`;
}

/** What a reader has done within an element, by names that the fresh one has too. */
function remembered(root) {
  const every = named(root);
  const name = (each) => (every.get(nameOf(root, each)) === each ? nameOf(root, each) : null);
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const controls = [...root.querySelectorAll(CONTROLS)].filter((each) => each.closest("[data-keep]") === null);
  return {
    focus: focused === null || focused.closest("[data-keep]") !== null ? null : name(focused),
    kept: focused?.closest("[data-keep]") ? focused : null,
    selection: focused !== null && "selectionStart" in focused ? selectionOf(focused) : null,
    typed: new Map(controls.filter(isTyped).map((each) => [name(each), valueOf(each)])),
    open: new Map([...root.querySelectorAll("details")].map((each) => [name(each), each.open])),
    scrolled: new Map(
      [...root.querySelectorAll(".scroll"), ...(root.matches(".scroll") ? [root] : [])].map((each) => [
        name(each),
        [each.scrollLeft, each.scrollTop],
      ]),
    ),
  };
}

function restore(root, kept) {
  const all = named(root);
  for (const [name, value] of kept.typed) if (all.get(name)) setValue(all.get(name), value);
  for (const [name, open] of kept.open) if (all.get(name)) all.get(name).open = open;
  for (const [name, [left, top]] of kept.scrolled) all.get(name)?.scrollTo(left, top);
  const focused = kept.kept ?? all.get(kept.focus);
  if (!focused?.isConnected) return;
  focused.focus({ preventScroll: true });
  if (kept.selection !== null && kept.kept === null) {
    try {
      focused.setSelectionRange(...kept.selection);
    } catch {
      // a field of numbers has no selection
    }
  }
}

function selectionOf(control) {
  return control.selectionStart === null ? null : [control.selectionStart, control.selectionEnd];
}

function isTyped(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") return [...control.options].some((each) => each.selected !== each.defaultSelected);
  return control.value !== control.defaultValue;
}

function valueOf(control) {
  return control.type === "checkbox" || control.type === "radio" ? control.checked : control.value;
}

function setValue(control, value) {
  if (typeof value === "boolean") control.checked = value;
  else control.value = value;
}

/** The elements by their names. A name that two of them have is nobody's: it could lead from one to the other. */
function named(root) {
  const found = new Map();
  for (const each of [root, ...root.querySelectorAll("*")]) {
    const name = nameOf(root, each);
    found.set(name, found.has(name) ? null : each);
  }
  return found;
}

/** A name that means the same in the old and the fresh element: its id, or its form and name, or its place among its like. */
function nameOf(root, element) {
  if (element === root) return "root";
  const id = element.getAttribute("id");
  if (id) return `#${id}`;
  const form = element.closest("form");
  const card = element.parentElement.closest("[id]");
  const within = form !== null && form !== element && root.contains(form) ? form : card !== null && root.contains(card) ? card : root;
  const place = within === form ? formName(form) : (within.getAttribute("id") ?? "");
  const name = element.getAttribute("name");
  if (name && element !== form) {
    const value = ["radio", "checkbox", "submit"].includes(element.type) ? element.value : "";
    return `${place} [${name}=${value}]`;
  }
  if (element.tagName === "A" && element.getAttribute("href")) return `${place} a ${element.getAttribute("href")}`;
  if (element === form) return formName(form);
  const alike = [...within.querySelectorAll(element.tagName)];
  const text = element.tagName === "BUTTON" || element.tagName === "SUMMARY" ? element.textContent.trim() : "";
  return `${place} ${element.tagName} ${alike.indexOf(element)} ${text}`;
}

/** A form by its own id, or by where it is sent and what it says of what it is about. */
function formName(form) {
  const id = form.getAttribute("id");
  if (id) return `form #${id}`;
  const hidden = [...form.querySelectorAll("input[type=hidden]")].filter((each) => !RANDOM.has(each.name));
  return `form ${form.getAttribute("action") ?? ""} ${JSON.stringify(hidden.map((each) => [each.name, each.value]))}`;
}
