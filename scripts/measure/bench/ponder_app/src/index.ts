// Raw rows of both events of an issue of tokens: no proof that none is missing, and no double entry.
import { ponder } from "ponder:registry";
import { row } from "ponder:schema";

const place = (event: any) => ({
  id: `${event.block.number}-${event.log.logIndex}`,
  block: Number(event.block.number),
  logIndex: event.log.logIndex,
  tx: event.transaction.hash,
});

ponder.on("Token:TokensIssued" as any, async ({ event, context }: any) => {
  const { account, amount, bankRef } = event.args;
  await context.db.insert(row).values({ ...place(event), name: "TokensIssued", account, amount, bankRef });
});

ponder.on("Token:Transfer" as any, async ({ event, context }: any) => {
  const { to, value } = event.args;
  await context.db.insert(row).values({ ...place(event), name: "Transfer", account: to, amount: value });
});
