// Documents with their lines, and raw rows of the events that book nothing.
import { onchainTable } from "ponder";

const place = (t: any) => ({
  id: t.text().primaryKey(),
  block: t.integer().notNull(),
  logIndex: t.integer().notNull(),
  tx: t.hex().notNull(),
});

export const doc = onchainTable("doc", (t) => ({
  ...place(t),
  at: t.integer().notNull(),
  account: t.hex().notNull(),
  amount: t.bigint().notNull(),
  bankRef: t.hex().notNull(),
}));

export const line = onchainTable("line", (t) => ({
  id: t.text().primaryKey(),
  doc: t.text().notNull(),
  account: t.integer().notNull(),
  amount: t.bigint().notNull(),
}));

export const row = onchainTable("row", (t) => ({
  ...place(t),
  account: t.hex().notNull(),
  amount: t.bigint().notNull(),
}));
