// The one stream of what changed, and whether it is there: used by the shared worker, or by a page where there is none.

const PATH = "/app/events";
const AGAIN_MS = 2_000; // between two attempts after the server said no
const SILENT_MS = 12_000; // the server's heart beats each 5 s: after so long nothing is heard any more

/**
 * Listens, and tells `say` of each thing heard: {kind: "changed", topics}, {kind: "again"} (something may have been missed),
 * {kind: "live"}, {kind: "lost", since} (milliseconds) and {kind: "out"} (nobody is signed in).
 */
export function listen(say, now = () => Date.now()) {
  let source = null;
  let last = "";
  let heard = now();
  let lost = true; // until a connection's first sign of life: from there on nothing is missed

  function hear() {
    heard = now();
    if (lost) say({ kind: "live" });
    lost = false;
  }

  function open() {
    source = new EventSource(last ? `${PATH}?after=${encodeURIComponent(last)}` : PATH);
    source.addEventListener("beat", hear);
    source.addEventListener("again", () => (hear(), say({ kind: "again" })));
    source.addEventListener("changed", (event) => {
      hear();
      last = event.lastEventId || last;
      say({ kind: "changed", topics: JSON.parse(event.data).data.topics });
    });
    source.onerror = () => {
      tellLost();
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      source = null;
      setTimeout(lookWhy, AGAIN_MS);
    };
  }

  function tellLost() {
    lost = true;
    say({ kind: "lost", since: heard });
  }

  /** The server said no: because nobody is signed in any more, or because it is not there. */
  async function lookWhy() {
    try {
      const answer = await fetch(`${PATH}?seconds=0`, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") say({ kind: "out" });
    } catch {
      // it is not there: tried again
    }
    open();
  }

  setInterval(() => {
    if (now() - heard > SILENT_MS) tellLost();
  }, 1_000);
  open();
}
