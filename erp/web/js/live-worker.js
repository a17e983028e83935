// A shared worker: one for all tabs of a browser. It holds the only stream and tells each tab what it heard, and what it heard
// since the tab's page was asked for.
import { Recent } from "./recent.js";
import { listen } from "./stream.js";

const TABS_MAX = 200;
const tabs = new Set();
const recent = new Recent();

self.onconnect = ({ ports: [tab] }) => {
  if (tabs.size >= TABS_MAX) tabs.delete(tabs.values().next().value);
  tab.onmessage = ({ data }) => {
    if (data === "bye") return tabs.delete(tab);
    for (const told of recent.since(data.asked)) tab.postMessage(told);
    tabs.add(tab);
  };
  if (!self.listening) {
    self.listening = true;
    listen((told) => {
      recent.hear(told, Date.now());
      for (const each of tabs) each.postMessage(told);
    });
  }
};
