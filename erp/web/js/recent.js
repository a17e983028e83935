// What the shared worker heard a moment ago: a page was made before it could listen, and is told what happened in between.

const KEPT = 256; // changes; a page that was made before the oldest of them reads everything again

export class Recent {
  constructor() {
    this.changes = [];
    this.live = null; // since when nothing was missed, ms; null: not yet, or not any more
    this.state = null; // the newest of "live", "lost" and "out"
    this.gone = -Infinity; // until when changes are no longer kept, ms
  }

  /** Takes in what the stream told, at a time in ms. */
  hear(told, at) {
    if (told.kind === "changed") {
      this.changes.push({ at, told });
      if (this.changes.length > KEPT) this.gone = this.changes.shift().at;
    } else if (told.kind === "again") {
      this.gone = at;
    } else {
      this.state = told;
      this.live = told.kind === "live" ? at : null;
    }
  }

  /** What a page is to be told that was asked for at a time in ms. */
  since(asked) {
    if (this.state === null) return []; // it will be told "live" with all others
    if (this.live === null) return [this.state];
    if (this.live > asked || this.gone > asked) return [this.state];
    return this.changes.filter(({ at }) => at >= asked).map(({ told }) => told);
  }
}
