// Keeps a page true: when something of its topics happens, the page is fetched again with its reader's own rights, and each
// element with an `id` and `data-live="topic topic"` is put in the place of the old one. `data-live-from` names another address.
// `data-again="60"` says after how many seconds the element is fetched even if nothing happens, since time alone changes it.
import { handsFree } from "./hands.js";
import { listen } from "./stream.js";
import { swap } from "./swap.js";

const TOGETHER_MS = 120; // what happens within this time is fetched once
const BANNER_AFTER_MS = 3_000; // a stream that is back before is not spoken of
const CLOCKS_MS = 100; // by which the clocks of page and worker may differ
const EVERY = "*"; // the topic of an element that is fetched whatever happens

const banner = document.getElementById("not-live");
const since = new WeakMap(); // by element with `data-again`: since when it stands there, ms
const due = new Set(); // ids of elements that are to be fetched
let timer = null;
let lostSince = null;
let isOut = false;

function heard(told) {
  if (told.kind === "changed") mark(told.topics);
  else if (told.kind === "again") mark(null);
  else if (told.kind === "lost") lostSince ??= told.since;
  else if (told.kind === "out") isOut = true;
  else if (told.kind === "live") {
    lostSince = null;
    isOut = false;
    mark(null);
  }
  showBanner();
}

function mark(topics) {
  for (const each of document.querySelectorAll("[data-live][id]")) {
    const own = each.dataset.live.split(/\s+/).filter(Boolean);
    if (own.length === 0) continue; // a page without topics stays as it was made
    if (topics === null || own.includes(EVERY) || own.some((topic) => topics.includes(topic))) due.add(each.id);
  }
  soon();
}

/** Time is no event: what counts it down is fetched when its seconds are over. */
function tick() {
  for (const each of document.querySelectorAll("[data-again][id]")) {
    const now = performance.now();
    if (!since.has(each)) since.set(each, now);
    if (now - since.get(each) < Number(each.dataset.again) * 1_000) continue;
    since.set(each, now);
    due.add(each.id);
  }
  soon();
}

function soon() {
  if (due.size === 0 || timer !== null || document.visibilityState === "hidden") return; // a hidden page waits until it is looked at
  timer = setTimeout(fetchDue, TOGETHER_MS);
}

async function fetchDue() {
  const ids = [...due];
  due.clear();
  const byAddress = new Map();
  for (const id of ids) {
    const element = document.getElementById(id);
    if (element === null) continue;
    const address = element.dataset.liveFrom ?? location.pathname + location.search;
    byAddress.set(address, [...(byAddress.get(address) ?? []), id]);
  }
  await Promise.all([...byAddress].map(([address, own]) => fetchOne(address, own)));
  timer = null;
  soon();
}

async function fetchOne(address, ids) {
  let text;
  try {
    const answer = await fetch(address, { headers: { "X-Live": "1" }, cache: "no-store", redirect: "error" });
    if (!answer.ok) return;
    text = await answer.text();
  } catch {
    return; // the stream will say whether the server is there
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  await handsFree(); // a button that is replaced while it is pressed hears no click
  for (const id of ids) {
    const [old, made] = [document.getElementById(id), fresh.getElementById(id)];
    if (old !== null && made !== null) swap(old, made);
  }
}

function showBanner() {
  if (banner === null) return;
  const silent = lostSince === null ? 0 : Date.now() - lostSince;
  const shown = isOut || silent > BANNER_AFTER_MS;
  banner.hidden = !shown;
  if (!shown) return;
  document.documentElement.dataset.notLive = "1";
  banner.textContent = isOut ? banner.dataset.out : banner.dataset.lost.replace("{seconds}", String(Math.floor(silent / 1_000)));
}

/** When this page was asked for, in ms: what happened since may not stand in it. */
function askedAt() {
  const [entry] = performance.getEntriesByType("navigation");
  return performance.timeOrigin + (entry?.requestStart ?? 0) - CLOCKS_MS;
}

function start() {
  if (typeof SharedWorker === "undefined") return listen(heard);
  const worker = new SharedWorker("/app/static/js/live-worker.js");
  worker.port.onmessage = ({ data }) => heard(data);
  worker.port.start();
  worker.port.postMessage({ asked: askedAt() });
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

if (document.querySelector("[data-live]") !== null) {
  start();
  setInterval(showBanner, 1_000);
  setInterval(tick, 1_000);
  document.addEventListener("visibilitychange", soon);
}
