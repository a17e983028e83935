// One raw row for each event.
import { onchainTable } from "ponder";

export const row = onchainTable("row", (t) => ({
  id: t.text().primaryKey(),
  name: t.text().notNull(),
  block: t.integer().notNull(),
  logIndex: t.integer().notNull(),
  tx: t.hex().notNull(),
  account: t.hex().notNull(),
  amount: t.bigint().notNull(),
  bankRef: t.hex(),
}));
