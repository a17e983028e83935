// Whether the reader is in the middle of something that a change of the page would undo: a pressed button or key of which the
// click is to come, or a word that an input method still composes (拼音).

const waiting = []; // what goes on as soon as the hands are free
let isPressed = false;
let isComposing = false;

/** Resolves when nothing is pressed and nothing is composed: at once, as a rule. */
export function handsFree() {
  return isPressed || isComposing ? new Promise((free) => waiting.push(free)) : Promise.resolve();
}

function press() {
  isPressed = true;
}

/** The click comes after the release, in the same turn: what waits goes on in a later one. */
function release() {
  setTimeout(() => ((isPressed = false), goOn()), 0);
}

function goOn() {
  if (!isPressed && !isComposing) for (const free of waiting.splice(0)) free();
}

const options = { capture: true, passive: true };
addEventListener("pointerdown", press, options);
addEventListener("pointerup", release, options);
addEventListener("pointercancel", release, options);
addEventListener("keydown", (event) => event.key === " " && press(), options);
addEventListener("keyup", release, options);
addEventListener("blur", release); // of the window: a press that ends outside of it is not heard of
addEventListener("compositionstart", () => (isComposing = true), options);
addEventListener("compositionend", () => ((isComposing = false), setTimeout(goOn, 0)), options);
