// A document with two lines for each issue of tokens, and a raw row of the transfer in it: no proof that none is missing, and
// no check that the books add up.
import { ponder } from "ponder:registry";
import { doc, line, row } from "ponder:schema";

const place = (event: any) => ({
  id: `${event.block.number}-${event.log.logIndex}`,
  block: Number(event.block.number),
  logIndex: event.log.logIndex,
  tx: event.transaction.hash,
});

ponder.on("Token:TokensIssued" as any, async ({ event, context }: any) => {
  const { account, amount, bankRef } = event.args;
  const where = place(event);
  await context.db.insert(doc).values({ ...where, at: Number(event.block.timestamp), account, amount, bankRef });
  await context.db.insert(line).values({ id: `${where.id}-1`, doc: where.id, account: 1, amount });
  await context.db.insert(line).values({ id: `${where.id}-2`, doc: where.id, account: 2, amount: -amount });
});

ponder.on("Token:Transfer" as any, async ({ event, context }: any) => {
  const { to, value } = event.args;
  await context.db.insert(row).values({ ...place(event), account: to, amount: value });
});
